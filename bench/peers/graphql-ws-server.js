import { createServer } from 'node:http'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
// Built before any benchmark runs: all servers are driven by the same code.
import { answerCommands, measureMemory } from '../../dist/bench/support/answer-commands.js'
import { drive, watchWrites } from '../../dist/bench/support/drive.js'
import { listen } from '../../dist/bench/support/listen.js'
import { changeIn, numbered } from '../../dist/bench/support/numbered.js'
import { createPubSub } from './pub-sub.js'
import { createSchema, fieldOf } from './schema.js'

/** graphql-ws as its own documentation sets it up. */
const schema = createSchema()
const pubSub = createPubSub()
fieldOf(schema).subscribe = () => pubSub.subscribe()

const http = createServer()
useServer({ schema }, new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false }))
const writes = watchWrites(http)

async function publish(text, watch) {
  await writes.untilWritten(watch, () => pubSub.publish({ conversions: changeIn(text) }))
  return 1
}

answerCommands(await listen(http), {
  drive: ({ pace, message, watch }) => drive(pace, (number) => publish(numbered(message, number), watch[0])),
  watch: writes.start,
  memory: measureMemory,
  cpu: () => process.cpuUsage(),
})
