import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { sendAlone } from '../fuzz/http-lane.js'
import { createTestApp, type TestApp, within } from '../support/app.js'

const slowClients = 200
/** For a machine that has other things to do as well. */
const healthyMs = 5_000

suite('who sends too slowly or too much', { timeout: 120_000 }, () => {
  let app: TestApp
  const sockets: Socket[] = []
  before(async () => {
    app = await createTestApp()
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await app.close()
  })

  /** A connection that begins with these bytes and then says one more every so often. */
  async function drip(start: string): Promise<Promise<{ status: string; seconds: number }>> {
    const { port } = new URL(app.url)
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    const startedMs = performance.now()
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', () => socket.destroy())
    await once(socket, 'connect')
    socket.write(start)
    const timer = setInterval(() => socket.writable && socket.write('x'), 100)
    return closeOf(socket).then(() => {
      clearInterval(timer)
      return { status: heard.split(' ')[1] ?? '', seconds: (performance.now() - startedMs) / 1000 }
    })
  }

  /** How long the slowest of many requests took that anybody else sends meanwhile. */
  async function slowestOf(count: number): Promise<number> {
    let slowestMs = 0
    for (let index = 0; index < count; index += 1) {
      const startedMs = performance.now()
      assert.equal((await fetch(`${app.url}/readyz`)).status, 200)
      slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    }
    return slowestMs
  }

  test('a request has to arrive within bounds, its head sooner', () => {
    const { headersTimeout, requestTimeout } = app.server.server
    assert.deepEqual([headersTimeout, requestTimeout], [15_000, 120_000])
  })

  test('dripped heads and bodies are cut off with 408, cost little, and harm nobody else', async () => {
    const { server } = app.server
    const bounds = { headersTimeout: server.headersTimeout, requestTimeout: server.requestTimeout }
    // The bounds themselves are checked above; here it is seen that they are kept.
    Object.assign(server, { headersTimeout: 500, requestTimeout: 1_000 })
    const before = process.memoryUsage().rss
    const heads = await Promise.all(
      Array.from({ length: slowClients }, () => drip('GET /postback?token=x HTTP/1.1\r\nhost: x\r\nx-')),
    )
    const body =
      'POST /postback HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{"'
    const bodies = await Promise.all(Array.from({ length: slowClients }, () => drip(body)))
    assert.ok((await slowestOf(20)) < healthyMs)
    const ended = await within(Promise.all([...heads, ...bodies]), 'the end of all')
    Object.assign(server, bounds)
    for (const { status, seconds } of ended) {
      assert.equal(status, '408')
      assert.ok(seconds < 20, `${seconds} s`)
    }
    const grownMb = (process.memoryUsage().rss - before) / 1024 / 1024
    assert.ok(grownMb < 64, `${grownMb} MB`)
    assert.ok((await slowestOf(5)) < healthyMs)
  })

  test('a head that is too large, in one header, in many or in its first line, gets 431', async () => {
    const floods = [
      `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
      `GET /postback?${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\nhost: x\r\ncookie: ${'a=b; '.repeat(4_000)}\r\n\r\n`,
    ]
    for (const flood of floods) {
      const { answers } = await sendAlone(app.url, Buffer.from(flood))
      assert.equal(answers[0]?.status, 431, flood.slice(0, 40))
    }
  })

  test('a body that never ends is cut off where the limit is, not where it ends', async () => {
    const { port } = new URL(app.url)
    const socket = connect(Number(port), '127.0.0.1')
    sockets.push(socket)
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', () => socket.destroy())
    const closed = closeOf(socket)
    socket.write(
      'POST /postback HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    )
    let sentBytes = 0
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
    while (!socket.destroyed && heard === '' && sentBytes < 64 * 1024 * 1024) {
      socket.write(chunk)
      sentBytes += chunk.length
      await new Promise((resolve) => setImmediate(resolve))
    }
    await within(closed, 'the end of the connection')
    assert.match(heard, /^HTTP\/1\.1 413 /)
    assert.ok(sentBytes < 16 * 1024 * 1024, `${sentBytes} bytes were taken`)
  })
})

/** However it came about: a peer that has gone shows in an error first. */
const closeOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()))
