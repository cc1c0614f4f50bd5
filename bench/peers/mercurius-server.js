import Fastify from 'fastify'
import mercurius from 'mercurius'
// Built before any benchmark runs: all servers are driven by the same code.
import { answerCommands } from '../../dist/bench/support/answer-commands.js'
import { drive, watchWrites } from '../../dist/bench/support/drive.js'
import { changeIn, numbered } from '../../dist/bench/support/numbered.js'
import { createSchema, fieldOf } from './schema.js'

/** Mercurius with the PubSub of its own. */
const topic = 'CHANGES'
const schema = createSchema()
fieldOf(schema).subscribe = (_root, _args, { pubsub }) => pubsub.subscribe(topic)

const server = Fastify()
server.register(mercurius, { schema, subscription: true })
const writes = watchWrites(server.server)
await server.ready()

async function publish(text, watch) {
  const payload = { conversions: changeIn(text) }
  await writes.untilWritten(watch, () => server.graphql.pubsub.publish({ topic, payload }))
  return 1
}

answerCommands(await server.listen({ port: 0, host: '127.0.0.1' }), {
  drive: ({ pace, message, watch }) => drive(pace, (number) => publish(numbered(message, number), watch[0])),
  watch: writes.start,
})
