import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { type AdvertiserId, encodeId } from '../../src/kernel/ids.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { startPostbackServer, token, unlimited } from './postback-server.js'
import { sign } from './signed.js'

const badToken = 'pbt_00000000000000000000000000000000'
const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'

suite('limits on what comes in', () => {
  const apps: TestApp[] = []
  after(async () => {
    for (const app of apps) await app.close()
  })

  async function start(env: Record<string, string>) {
    const app = await createTestApp({ env })
    apps.push(app)
    const make = createCatalogMaker(app)
    const affiliate = await make.affiliate()
    async function newAdvertiser() {
      const advertiser = await make.advertiser()
      const campaign = await make.campaign(advertiser)
      const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl } }`
      type Read = { advertiser: { postbackUrl: string } }
      const read = await app.get<Read>(app.adminKey, query, { id: advertiser })
      const sent = new URL(read.advertiser.postbackUrl).searchParams.get('token')
      const link = await make.link(campaign, affiliate)
      return { link, url: `/postback?token=${sent}&campaign_id=${campaign}&affiliate_id=${affiliate}` }
    }
    const send = (url: string, options: InjectOptions = {}) => app.server.inject({ url, ...options })
    /** How many of so many are answered so. */
    async function count(status: number, most: number, url: (index: number) => string, options: InjectOptions = {}) {
      let found = 0
      for (let index = 0; index < most; index++) {
        if ((await send(url(index), options)).statusCode === status) found++
      }
      return found
    }
    return { app, send, count, newAdvertiser }
  }

  test('an advertiser that sends too much is told when to come again, without a receipt; others go on', async () => {
    const { app, send, count, newAdvertiser } = await start({ POSTBACK_RATE: '2' })
    const [greedy, other] = [await newAdvertiser(), await newAdvertiser()]
    assert.equal(await count(200, 25, (index) => `${greedy.url}&txid=${index}`), 20)
    const refused = await send(`${greedy.url}&txid=more`)
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1'])
    const { reason, ...rest } = refused.json()
    assert.deepEqual(rest, { receipt: null, outcome: null, conversion: null, field: null })
    assert.match(reason, /^RATE_LIMITED: /)
    assert.equal(refused.headers['access-control-allow-origin'], '*')
    assert.equal((await send(`${other.url}&txid=1`)).statusCode, 200)
    assert.equal(app.intakeLimits.refused.advertiser, 6)
    const kept = await app.rows(`select from receipt`)
    assert.equal(kept.length, 21)
    app.time.nowMs += 1_000
    assert.equal(await count(200, 5, (index) => `${greedy.url}&txid=later-${index}`), 2)
  })

  test('an address that sends too much is refused before it is looked up; others go on', async () => {
    const { send, count, newAdvertiser, app } = await start({ POSTBACK_ADDRESS_RATE: '1' })
    const { url } = await newAdvertiser()
    assert.equal(await count(200, 15, (index) => `${url}&txid=${index}`), 10)
    assert.equal((await send(`/postback?token=${badToken}`)).statusCode, 429)
    assert.equal(app.intakeLimits.refused.address, 6)
    assert.equal((await send(`${url}&txid=x`, { remoteAddress: '192.0.2.9' })).statusCode, 200)
  })

  test('without a trusted proxy nobody gets another address by a header, for a list or a limit', async () => {
    const { app, count, newAdvertiser } = await start({ POSTBACK_ADDRESS_RATE: '1', CLICK_RATE: '1' })
    const { url, link } = await newAdvertiser()
    let forged = 0
    const fetchAs = (path: string) =>
      fetch(`${app.url}${path}`, {
        headers: { 'x-forwarded-for': `198.51.100.${forged++}`, 'user-agent': browser },
        redirect: 'manual',
      })
    const statuses: number[] = []
    for (let index = 0; index < 12; index++) statuses.push((await fetchAs(`${url}&txid=${index}`)).status)
    assert.deepEqual([statuses.slice(0, 10).every((status) => status === 200), ...statuses.slice(10)], [true, 429, 429])
    const clicks: number[] = []
    for (let index = 0; index < 12; index++) clicks.push((await fetchAs(`/c/${link}`)).status)
    assert.deepEqual([clicks.slice(0, 10).every((status) => status === 302), ...clicks.slice(10)], [true, 429, 429])
    const kept = await app.rows<{ ip: string }>(
      `select distinct host(ip) as ip from receipt union select distinct host(ip) from click`,
    )
    assert.deepEqual(kept, [{ ip: '127.0.0.1' }])
    assert.equal(await count(200, 1, () => `${url}&txid=y`, { remoteAddress: '192.0.2.1' }), 1)
  })

  test("an advertiser's list of addresses is held against the peer's own, whatever a header says", async () => {
    const { app, newAdvertiser } = await start({})
    const { url } = await newAdvertiser()
    await app.rows(`update advertiser set allowed_ips = '{198.51.100.7}'`)
    const headers = { 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.7', 'x-real-ip': '198.51.100.7' }
    const response = await fetch(`${app.url}${url}&txid=1`, { headers })
    assert.equal(response.status, 403)
    assert.match(((await response.json()) as { reason: string }).reason, /^ADDRESS_NOT_ALLOWED/) // as documented
  })

  test('behind a trusted proxy each visitor has a bucket of its own, and no more than the proxy says', async () => {
    const { app, newAdvertiser } = await start({ TRUST_PROXY: '127.0.0.1', CLICK_RATE: '1' })
    const { link } = await newAdvertiser()
    const visit = async (forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded, 'user-agent': browser }
      return (await fetch(`${app.url}/c/${link}`, { headers, redirect: 'manual' })).status
    }
    const visits = async (forwarded: (index: number) => string) => {
      const all: number[] = []
      for (let index = 0; index < 11; index++) all.push(await visit(forwarded(index)))
      return all.filter((status) => status === 302).length
    }
    assert.equal(await visits(() => '198.51.100.1'), 10)
    assert.equal(await visits((index) => `198.51.100.${index + 10}`), 11)
    // What a visitor writes in front of what the proxy adds is not believed.
    assert.equal(await visits((index) => `203.0.113.${index}, 198.51.100.2`), 10)
  })

  test('who guesses tokens is not looked up any more, and those who have proven themselves go on', async () => {
    const { app, send, count, newAdvertiser } = await start({ BAD_TOKEN_RATE: '1' })
    const [known, fresh] = [await newAdvertiser(), await newAdvertiser()]
    assert.equal((await send(`${known.url}&txid=1`)).statusCode, 200)
    assert.equal(await count(401, 15, () => `/postback?token=${badToken}`), 10)
    assert.deepEqual((await send('/postback')).statusCode, 429)
    assert.equal((await send(`${known.url}&txid=2`)).statusCode, 200)
    assert.equal((await send(`${fresh.url}&txid=1`)).statusCode, 429)
    assert.equal((await send(`${fresh.url}&txid=1`, { remoteAddress: '192.0.2.9' })).statusCode, 200)
    assert.equal(app.intakeLimits.refused.failures, 7)
    app.time.nowMs += 1_000
    assert.equal((await send(`/postback?token=${badToken}`)).statusCode, 401)
  })

  test('who signs has proven itself for its own address, and no forger elsewhere undoes that', async () => {
    const { app, send, count, newAdvertiser } = await start({ BAD_TOKEN_RATE: '1' })
    const { url } = await newAdvertiser()
    const advertiser = (await app.rows<{ id: AdvertiserId }>(`select id from advertiser`))[0]?.id ?? assert.fail()
    const id = encodeId('adv', advertiser)
    const query = `mutation ($id: ID!) { made: rotateSigningKey(id: $id) { secret } }`
    const { made } = await app.get<{ made: { secret: string } }>(app.adminKey, query, { id })
    let orders = 0
    const signed = (remoteAddress = '127.0.0.1') => {
      const names = new URLSearchParams(url.split('?')[1])
      const [campaign_id, affiliate_id] = [names.get('campaign_id'), names.get('affiliate_id')]
      const body = JSON.stringify({ campaign_id, affiliate_id, txid: String(orders++) })
      const headers = sign(made.secret, { id: `msg_${orders}`, atMs: app.time.nowMs, body })
      return send(`/postback?advertiser_id=${id}`, { method: 'POST', headers, payload: body, remoteAddress })
    }
    assert.equal((await signed()).statusCode, 200)
    const forged = sign(made.secret, { atMs: app.time.nowMs, body: '{}' })
    const forgery = { method: 'POST', headers: forged, payload: '{"txid":1}', remoteAddress: '192.0.2.9' } as const
    assert.equal(await count(401, 15, () => `/postback?advertiser_id=${id}`, forgery), 10)
    assert.equal((await signed('192.0.2.9')).statusCode, 429)
    assert.equal(await count(401, 15, () => `/postback?token=${badToken}`), 10)
    assert.equal((await signed()).statusCode, 200)
  })

  test('a visitor who clicks too much is asked to wait, and nothing of it is kept', async () => {
    const { app, send, count, newAdvertiser } = await start({ CLICK_RATE: '1' })
    const { link } = await newAdvertiser()
    assert.equal(await count(302, 15, () => `/c/${link}`), 10)
    const refused = await send(`/c/${link}`)
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1'])
    assert.match(refused.json().error, /^RATE_LIMITED: /)
    assert.equal((await app.rows(`select from click`)).length, 10)
    assert.equal(app.intakeLimits.refused.clicks, 6)
  })

  test("from the eleventh click of one visitor on one link within a minute on they are a machine's", async () => {
    const { app, count, newAdvertiser } = await start({ CLICK_BURST: '10' })
    const [one, other] = [await newAdvertiser(), await newAdvertiser()]
    const visit = (link: string, most: number, userAgent = browser) =>
      count(302, most, () => `/c/${link}`, { headers: { 'user-agent': userAgent } })
    const people = async () => {
      const found = await app.rows<{ bot: boolean; n: string }>(
        `select bot, count(*) as n from click group by bot order by bot`,
      )
      return found.map(({ n }) => Number(n))
    }
    await visit(one.link, 13)
    assert.deepEqual(await people(), [10, 3])
    // Another link, and another visitor, are counted for themselves.
    await visit(other.link, 10)
    await visit(one.link, 10, browser.replace('Chrome/120', 'Chrome/121'))
    assert.deepEqual(await people(), [30, 3])
    // It goes on for as long as it does not stop for a minute.
    app.time.nowMs += 59_000
    await visit(one.link, 1)
    app.time.nowMs += 59_000
    await visit(one.link, 1)
    assert.deepEqual(await people(), [30, 5])
    app.time.nowMs += 60_000
    await visit(one.link, 1)
    assert.deepEqual(await people(), [31, 5])
  })

  test('refusals leave a few lines in the log, and no secret', async () => {
    const { lines, get, limits } = await startPostbackServer({ rates: { ...unlimited, postbacksPerAdvertiser: 1 } })
    for (let count = 0; count < 100; count++) await get(`token=${token}&txid=${count}`)
    assert.equal(lines.length, 20)
    assert.match(lines[0] ?? '', /^too many postbacks .*"limit":"advertiser"/)
    assert.doesNotMatch(lines.join(), /pbt_/)
    assert.equal(limits.refused.advertiser, 90)
  })
})
