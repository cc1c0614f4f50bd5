import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import Fastify from 'fastify'
import { prepareClosing } from '../src/close-server.js'
import { within } from './support/app.js'

async function listen() {
  const app = Fastify({ forceCloseConnections: 'idle' })
  const answering = Promise.withResolvers<void>()
  app.get('/slow', async () => {
    answering.resolve()
    await new Promise((resolve) => setTimeout(resolve, 100))
    return 'answered'
  })
  const close = prepareClosing(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { close, answering: answering.promise, port: address.port }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket.on('error', () => undefined)
}

suite('the end of the HTTP server', { timeout: 240_000 }, () => {
  test('does not wait for a connection on which nothing was ever asked', async () => {
    const { close, port } = await listen()
    const socket = await open(port)
    // By now the server knows of it too.
    await fetch(`http://127.0.0.1:${port}/unknown`, { headers: { connection: 'close' } })
    await within(close(), 'the end of the server', 5_000)
    socket.destroy()
  })

  test('answers what is being answered first', async () => {
    const { close, answering, port } = await listen()
    const answer = fetch(`http://127.0.0.1:${port}/slow`)
    await answering
    const closed = within(close(), 'the end of the server', 5_000)
    assert.equal(await (await answer).text(), 'answered')
    await closed
  })
})
