import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { sendAlone } from '../fuzz/http-lane.js'
import { headerOf } from '../fuzz/read-answers.js'
import { makeShop, type Shop } from '../journey/traffic.js'
import { adminKey, type StartedServer, startServer } from '../support/server.js'

/**
 * What comes in from strangers goes out again in headers, redirects and the log. What comes out in files for spreadsheets
 * is tested in exports/spreadsheet, and what another page may make a browser send in graph/http and graph/websocket.
 */
suite('what strangers write', { timeout: 120_000 }, () => {
  let folder: string
  let server: StartedServer
  let shop: Shop
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pulseback-injection-'))
    server = await startServer(folder, { LOG_LEVEL: 'trace', TRUST_PROXY: '127.0.0.1' })
    shop = await makeShop(server)
  })
  after(async () => {
    await server.stop('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  })

  async function get(path: string, headers: Record<string, string> = {}) {
    const lines = [
      `GET ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]
    const { answers } = await sendAlone(server.url, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
    return answers[0] ?? assert.fail(`no answer to ${path}`)
  }
  const breaks = [
    '%0d%0ax-injected:%201',
    '%0ax-injected:%201',
    '%E5%98%8A%E5%98%8Dx-injected:%201',
    '%E2%80%A8x-injected:%201',
    '\\r\\nx-injected: 1',
  ]

  test('breaks no line of a header, in a redirect or elsewhere', async () => {
    for (const text of breaks.map((one) => one.replaceAll(' ', '%20'))) {
      for (const path of [
        `${shop.links[0]}?source=${text}&sub1=${text}`,
        `/postback?token=${shop.token}&return=${text}`,
        `/${text}`,
      ]) {
        const { head, body } = await get(path, { accept: 'text/html' })
        assert.doesNotMatch(head, /^x-injected/im, path)
        assert.doesNotMatch(body, /^x-injected/im, path)
      }
    }
  })

  test('leads nobody elsewhere: a redirect goes where the campaign says', async () => {
    const link = await readLink('https://{source}.evil.example/{source}/{sub1}?to={keyword}#{placement}')
    const evil = [
      '//evil.example',
      '@evil.example',
      '/..//evil.example',
      'https://evil.example',
      '\\\\evil.example',
      '%00evil',
      '.evil.example',
    ]
    for (const text of evil.map(encodeURIComponent)) {
      const names = ['source', 'sub1', 'keyword', 'placement', 'url', 'destination', 'redirect', 'next', 'to']
      const query = names.map((name) => `${name}=${text}`).join('&')
      for (const path of [shop.links[0], link]) {
        const { status, head } = await get(`${path}?${query}`, {
          'x-forwarded-host': 'evil.example',
          referer: 'https://evil.example',
        })
        assert.equal(status, 302)
        const location = headerOf(head, 'location') ?? ''
        assert.ok(
          ['https://shop.example', 'https://{source}.evil.example'].some((host) => location.startsWith(`${host}/`)),
          location,
        )
      }
    }
  })

  /** The path of a link whose destination has macros wherever they may stand. */
  async function readLink(destinationUrl: string): Promise<string> {
    type Made = { made: { url: string } }
    const affiliates = await server.ask<{ affiliates: { nodes: { id: string }[] } }>('{ affiliates { nodes { id } } }')
    const { made } = await server.ask<Made>(
      'mutation ($input: CreateLinkInput!) { made: createLink(input: $input) { url } }',
      { input: { campaignId: shop.campaignId, affiliateId: affiliates.affiliates.nodes[0]?.id, destinationUrl } },
    )
    return new URL(made.url).pathname
  }

  test('begins no line of the log, and puts nothing into one that a terminal would obey', async () => {
    const texts = [
      '%0a{"level":50,"msg":"forged"}',
      '\x1b[2J\x1b]0;x\x07',
      '%1b%5b2J',
      '\u2028forged',
      '"},{"level":50',
    ]
    for (const text of texts) {
      const safe = Buffer.from(text)
        .toString('latin1')
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
      const path = encodeURI(text)
      const headers = {
        'x-forwarded-for': safe,
        'user-agent': safe,
        authorization: `Bearer ${safe}`,
        'webhook-id': safe,
        referer: safe,
      }
      for (const target of [
        `/postback?token=${path}&${path}=1`,
        `/graphql?query=${path}`,
        `/${path}`,
        `/c/${path}`,
        `/export/clicks?${path}`,
        `/pixel.gif?advertiser_id=${path}`,
      ]) {
        await get(target, headers)
      }
      await sendAlone(server.url, Buffer.from(`GET /${text} HTTP/1.1\r\n${text}\r\n\r\n`))
      const body = JSON.stringify({ query: `{ ${text} }` })
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      })
    }
    const lines = server
      .said()
      .split('\n')
      // What the last line break is followed by has not come whole.
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
    assert.ok(lines.length > 0, 'nothing was logged')
    for (const line of lines) {
      const { msg } = JSON.parse(line) as { msg?: string }
      assert.notEqual(msg, 'forged')
      assert.doesNotMatch(line, /\p{Cc}|\u2028/u)
    }
    assert.ok(!server.said().includes('\x1b'))
  })
})
