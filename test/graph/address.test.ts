import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { sendAlone } from '../fuzz/http-lane.js'
import { createTestApp, type TestApp, until, within } from '../support/app.js'
import { openShop } from '../support/shop.js'

suite('whom a request is addressed to', { timeout: 60_000 }, () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  const noHosts = ['[', '[::1', 'a b', ':80', '%', '']
  const ask = async (...lines: readonly string[]) => {
    const { answers } = await sendAlone(app.url, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
    return answers[0] ?? assert.fail(`no answer to ${lines[0]}`)
  }
  const upgrade = (path: string, host: string, origin: string, protocol = 'websocket') => [
    ...[`GET ${path} HTTP/1.1`, `host: ${host}`, `origin: ${origin}`, 'connection: upgrade', `upgrade: ${protocol}`],
    ...['sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='],
  ]

  test('a WebSocket from a page, addressed to no host, is refused, and nothing else happens', async () => {
    for (const host of [...noHosts, 'x:y', 'x:99999']) {
      assert.equal((await ask(...upgrade('/graphql', host, 'https://evil.example'))).status, 403, host)
    }
    assert.equal((await fetch(`${app.url}/healthz`)).status, 200)
  })

  test('a request of the API addressed to no host is 400, whatever it asks for', async () => {
    const paths = ['/graphql?query={__typename}', '/export/clicks', '/session', '/schema.graphql']
    for (const host of noHosts) {
      for (const path of paths) {
        const { status, body } = await ask(`GET ${path} HTTP/1.1`, `host: ${host}`, 'origin: https://evil.example')
        assert.equal(status, 400, `${path} ${host}`)
        assert.doesNotMatch(body, /INTERNAL/)
      }
    }
    assert.equal((await ask('GET http://[/graphql?query={__typename} HTTP/1.1', 'host: x')).status, 400)
    assert.equal((await ask('GET http://x/schema.graphql HTTP/1.1', 'host: x')).status, 200)
  })

  test('who was refused a WebSocket and stays is sent away', async () => {
    const { port } = new URL(app.url)
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
    socket.resume().write(`${upgrade('/graphql', 'x', 'https://evil.example').join('\r\n')}\r\n\r\n`)
    await within(once(socket, 'end'), 'the end of the answer')
    const isGone = () => new Promise<boolean>((resolve) => app.server.server.getConnections((_, n) => resolve(n === 0)))
    app.server.server.closeIdleConnections()
    await until(isGone, 'the connection to be gone')
    socket.destroy()
  })

  test('a sender that offers another protocol is answered as any other', async () => {
    const shop = await openShop(app)
    const click = await shop.click()
    const target = `/postback?token=${shop.token}&click_id=${click}&txid=h2c`
    const { status, body } = await ask(...upgrade(target, 'x', 'https://shop.example', 'h2c'))
    assert.equal(status, 200, body)
    assert.equal((await shop.order('h2c')).length, 1)
  })
})
