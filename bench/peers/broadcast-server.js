import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
// Built before any benchmark runs: all servers are driven by the same code.
import { answerCommands, measureMemory } from '../../dist/bench/support/answer-commands.js'
import { drive } from '../../dist/bench/support/drive.js'
import { listen } from '../../dist/bench/support/listen.js'
import { numbered } from '../../dist/bench/support/numbered.js'

/** The least that a server can do: the same bytes to every socket, by one send each. */
const http = createServer()
const { clients } = new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', () => {})
  socket.on('error', () => socket.terminate())
})

function broadcast(text) {
  const bytes = Buffer.from(text)
  const options = { binary: false }
  return new Promise((resolve) => {
    let waiting = clients.size
    const sent = () => {
      waiting -= 1
      if (waiting === 0) resolve(1)
    }
    for (const client of clients) client.send(bytes, options, sent)
  })
}

answerCommands(await listen(http), {
  drive: ({ pace, message }) => drive(pace, (number) => broadcast(numbered(message, number))),
  watch: () => {},
  memory: measureMemory,
})
