import assert from 'node:assert/strict'
import test from 'node:test'
import Fastify, { type InjectOptions } from 'fastify'
import type { LinkTerms } from '../../src/catalog/find-link.js'
import { createClickRoute } from '../../src/intake/click-route.js'
import { createIntakeLimits, type IntakeRates } from '../../src/intake/intake-limits.js'
import { createClickKeeper } from '../../src/intake/keep-click.js'
import { createBurstNotice } from '../../src/intake/notice-burst.js'
import type { AffiliateId, CampaignId, LinkId } from '../../src/kernel/ids.js'
import { unlimited } from './postback-server.js'
import { campaign, createRecordingLedger, suffix, unavailable, uuid, workspaceId } from './recording-ledger.js'

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const now = Date.parse('2026-06-01T12:00:00Z')

const link: LinkTerms = {
  workspaceId,
  id: uuid as LinkId,
  campaignId: uuid as CampaignId,
  affiliateId: uuid as AffiliateId,
  source: 'link',
  creative: '',
  keyword: '',
  placement: '',
  subs: {},
  destinationUrl: null,
}

interface StartOptions {
  readonly setsCookie?: boolean
  readonly rates?: IntakeRates
}

async function start(terms: Partial<LinkTerms> = {}, { setsCookie = true, rates = unlimited }: StartOptions = {}) {
  const ledger = createRecordingLedger()
  const app = Fastify()
  app.register(
    createClickRoute({
      keepClick: createClickKeeper({
        ledger,
        findLink: async (id) => (id === link.id ? { ...link, ...terms } : null),
        geo: () => ({ country: 'CH', region: 'ZH' }),
        clock: () => now,
        visitorSecret: 'secret',
        noticeBurst: createBurstNotice(rates.clickBurst),
        forgetsAddresses: false,
      }),
      setsCookie,
      limits: createIntakeLimits(rates, () => now),
      clock: () => now,
      log: { warn() {}, error() {} },
    }),
  )
  const visit = (query = '', options: InjectOptions = {}) =>
    app.inject({ url: `/c/lnk_${suffix}${query}`, headers: { 'user-agent': browser }, ...options })
  return { app, ledger, visit }
}

test('a visitor is sent on with the id of the click that was kept', async () => {
  const { ledger, visit } = await start()
  const response = await visit()
  const [click] = ledger.clicks
  assert.equal(response.statusCode, 302)
  assert.match(String(response.headers.location), /^https:\/\/shop\.test\/link\?click_id=clk_[a-z0-9]{26}$/)
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.headers['access-control-allow-origin'], '*')
  assert.equal(response.body, '')
  assert.deepEqual(
    { ...click, id: null, visitor: null },
    {
      id: null,
      workspaceId,
      atMs: now,
      linkId: uuid,
      campaignId: uuid,
      affiliateId: uuid,
      test: false,
      bot: false,
      visitor: null,
      source: 'link',
      creative: '',
      keyword: '',
      placement: '',
      subs: {},
      country: 'CH',
      region: 'ZH',
      language: '',
      device: 'desktop',
      os: 'Windows',
      browser: 'Chrome',
      cost: '0',
      externalId: null,
      externalKind: null,
      ip: '127.0.0.1',
      userAgent: browser,
    },
  )
})

test('the query tells what the link does not, and marks tests', async () => {
  const { ledger, visit } = await start()
  await visit('?source=fb&sub1=x&cost=0.05&gclid=G&test=1')
  const [click] = ledger.clicks
  assert.deepEqual(
    [click?.source, click?.subs, click?.cost, click?.externalId, click?.externalKind, click?.test],
    ['fb', { sub1: 'x' }, '0.05', 'G', 'GCLID', true],
  )
})

test("a link's own destination comes before its campaign's", async () => {
  const { visit } = await start({ destinationUrl: 'https://other.test/?c={click_id}&a={affiliate_ref}' })
  assert.match(String((await visit()).headers.location), /^https:\/\/other\.test\/\?c=clk_[a-z0-9]{26}&a=joe$/)
})

test('nothing in a request chooses where it leads or what else is in the answer', async () => {
  const { visit } = await start()
  const response = await visit(
    '?source=%2F%2Fevil.test%0D%0Aset-cookie%3A+a%3Db&destination=https://evil.test&url=//evil.test',
  )
  assert.match(
    String(response.headers.location),
    /^https:\/\/shop\.test\/%2F%2Fevil\.testset-cookie%3A%20a%3Db\?click_id=/,
  )
  assert.equal(response.headers['set-cookie'], undefined)
})

test('no query turns a visitor away', async () => {
  const { visit } = await start()
  for (const query of [
    '?%',
    '?source=%FF%00%ED%A0%80',
    `?${'a&'.repeat(5000)}`,
    '?=&==&&',
    `?sub1=${'x'.repeat(9000)}`,
  ]) {
    assert.equal((await visit(query)).statusCode, 302, query.slice(0, 20))
  }
})

test('HEAD, and whoever does not say who, is a bot that is sent on all the same', async () => {
  const { ledger, visit } = await start()
  assert.equal((await visit('', { method: 'HEAD' })).statusCode, 302)
  assert.equal((await visit('', { headers: { 'user-agent': '' } })).statusCode, 302)
  assert.deepEqual(
    ledger.clicks.map(({ bot }) => bot),
    [true, true],
  )
})

for (const path of [
  '/c/lnk_01h455vb4pex5vsknk084sn02r',
  '/c/nonsense',
  '/c/LNK_01H455VB4PEX5VSKNK084SN02Q',
  `/c/clk_${suffix}`,
]) {
  test(`there is no link at ${path}`, async () => {
    const { app, ledger } = await start()
    const response = await app.inject({ url: path })
    assert.equal(response.statusCode, 404)
    assert.match(response.json().error, /^NOT_FOUND: /)
    assert.equal(ledger.clicks.length, 0)
  })
}

test('an ended offer leads to its fallback, as it stands', async () => {
  const { ledger, visit } = await start()
  ledger.clickAnswer = {
    kept: false,
    affiliateRef: 'joe',
    campaign: { ...campaign, fallbackUrl: 'https://shop.test/ended\r\nx: y' },
  }
  const response = await visit('?source=x')
  assert.equal(response.statusCode, 302)
  assert.equal(response.headers.location, 'https://shop.test/ended%0D%0Ax:%20y')
})

test('an ended offer without a fallback is gone', async () => {
  const { ledger, visit } = await start()
  ledger.clickAnswer = { kept: false, affiliateRef: 'joe', campaign }
  assert.equal((await visit()).statusCode, 410)
})

test('while the ledger is away a visitor is asked to come again', async () => {
  const { ledger, visit } = await start()
  ledger.failure = unavailable()
  const response = await visit()
  assert.equal(response.statusCode, 503)
  assert.equal(response.headers['retry-after'], '1')
  assert.equal(response.headers.location, undefined)
})

test('an error nobody expected tells nothing of itself', async () => {
  const { ledger, visit } = await start()
  ledger.failure = new Error('column "secret" does not exist')
  const response = await visit()
  assert.equal(response.statusCode, 500)
  assert.doesNotMatch(response.body, /column/)
})

test('a page asks before it fetches, and is let', async () => {
  const { visit } = await start()
  const response = await visit('', { method: 'OPTIONS' })
  assert.deepEqual([response.statusCode, response.headers['access-control-allow-origin']], [204, '*'])
})
