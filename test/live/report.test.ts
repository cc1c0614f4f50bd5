import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, type TestContext, test } from 'node:test'
import { createTestApp, type TestApp, take, until, within } from '../support/app.js'
import { watchStatements } from '../support/statements.js'
import { type LiveShop, openShop } from './shop.js'

interface Report {
  readonly performance: {
    readonly asOf: string
    readonly from: string
    readonly totals: { readonly conversions: number }
  }
}

const metrics = `clicks uniqueClicks conversions pending approved rejected reversed saleAmount revenue payout cost profit
  conversionRate approvalRate earningsPerClick averageOrderValue`
const fields = `asOf from to timeZone currency truncated totals { ${metrics} } rows { rowKey bucket key metrics { ${metrics} } }`
const subscription = `subscription ($query: PerformanceInput!, $everyMs: Int) {
  performance(query: $query, everyMs: $everyMs) { ${fields} }
}`
const day = { from: '2026-06-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }
const lookMs = 60_000

suite('a live report', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  // What the database is asked for now and then by itself might come just before the news of a commit.
  const open = async (limits: object = { lookMs }) => {
    app = await createTestApp({ limits })
    shop = await openShop(app)
  }
  beforeEach(() => open())
  afterEach(() => app.close())

  const follow = (query: object, everyMs = 100, key = shop.keys.admin) =>
    app.subscribe<Report>(key, subscription, { query, everyMs })
  const next = async (feed: ReturnType<typeof follow>) => (await take(feed, 1))[0]?.performance as Report['performance']
  const sold = async (feed: ReturnType<typeof follow>) => (await next(feed)).totals.conversions

  /** How often reports were computed, and how often the books were looked at. A time zone tells one question from others. */
  function countStatements(context: TestContext) {
    const statements = watchStatements(context)
    const count = (part: string, zone?: string) =>
      statements.filter(({ text, values }) => text.includes(part) && (zone === undefined || values.includes(zone)))
        .length
    return {
      computations: (zone?: string) => count('from_last_ms', zone),
      looks: () => count('from workspace_head where workspace_id = any'),
    }
  }

  /** An order that is a test; the shop's others are not. */
  const testOrder = (txid: string) =>
    shop.post({
      ...{ affiliate_id: shop.affiliateIds[0] ?? '', campaign_id: shop.campaignId },
      ...{ txid, amount: '100', test: '1' },
    })

  test('has the figures that a query has at the same state of the books, to the byte', async () => {
    const questions = [
      { ...day },
      { ...day, groupBy: ['CAMPAIGN', 'AFFILIATE'], interval: 'HOUR', fill: true },
      { ...day, groupBy: ['STATUS'], basis: 'CHANGE' },
      { range: 'TODAY', groupBy: ['EVENT', 'ADVERTISER'], orderBy: { by: 'CONVERSIONS' }, first: 1 },
      { range: 'THIS_MONTH', interval: 'DAY', timeZone: 'Asia/Kathmandu', filter: { affiliateIds: shop.affiliateIds } },
    ]
    const { admin, analyst, advertiser, affiliate } = shop.keys
    const asked = [admin, analyst, advertiser, affiliate].flatMap((key) => questions.map((query) => ({ key, query })))
    const seen = asked.map(({ key, query }) => {
      const messages: string[] = []
      const feed = follow(query, 100, key)
      const reading = (async () => {
        for await (const { data } of feed) messages.push(JSON.stringify(data))
      })()
      return { key, query, feed, messages, reading }
    })
    await until(() => seen.every(({ messages }) => messages.length > 0), 'a first report of each')
    for (const txid of ['1', '2', '3', '4']) await shop.order(txid, '12.34', Number(txid) % 2)
    await shop.post({ txid: '1', status: 'approved' })
    await shop.post({ txid: '2', amount: '0.05' })
    await shop.order('last')
    const query = `query ($query: PerformanceInput!) { performance(query: $query) { ${fields} } }`
    for (const { key, query: question, messages } of seen) {
      const expected = JSON.stringify(await app.get(key, query, { query: question }))
      await until(() => messages.at(-1) === expected, `${JSON.stringify(question)} as ${expected}`)
    }
    for (const { feed, reading } of seen) {
      await feed.return?.()
      await within(reading, 'the end of a feed')
    }
  })

  test('is computed once for all who ask the same with the same eyes', async (context) => {
    const { computations } = countStatements(context)
    const { admin, otherAdmin } = shop.keys
    const feeds = [admin, admin, admin, otherAdmin, otherAdmin, admin].map((key) => follow(day, 100, key))
    for (const feed of feeds) assert.equal(await sold(feed), 0)
    assert.equal(computations(), 1)
    for (const count of [1, 2, 3]) {
      await shop.order(String(count))
      for (const feed of feeds) assert.equal(await sold(feed), count)
      assert.equal(computations(), 1 + count)
    }
  })

  test('is computed only when something came that it may show', async (context) => {
    const other = await openShop(app)
    const { computations } = countStatements(context)
    const { advertiser, affiliate } = shop.keys
    const reports = {
      'Europe/Berlin': follow({ ...day, timeZone: 'Europe/Berlin', filter: { campaignIds: [shop.campaignId] } }),
      'Europe/Paris': follow({ ...day, timeZone: 'Europe/Paris', filter: { affiliateIds: shop.affiliateIds } }),
      'Europe/Rome': follow({ ...day, timeZone: 'Europe/Rome' }, 100, advertiser),
      'Europe/Oslo': follow({ ...day, timeZone: 'Europe/Oslo' }, 100, affiliate),
      'Asia/Tokyo': follow({ ...day, timeZone: 'Asia/Tokyo', test: true }),
      'Asia/Dhaka': follow({ ...day, timeZone: 'Asia/Dhaka', filter: { campaignIds: [other.campaignId] } }),
    }
    const counts = () => Object.keys(reports).map(computations)
    for (const feed of Object.values(reports)) assert.equal(await sold(feed), 0)
    assert.deepEqual(counts(), [1, 1, 1, 1, 1, 1])

    for (const count of [1, 2, 3]) {
      await other.order(`other-${count}`)
      assert.equal(await sold(reports['Asia/Dhaka']), count)
    }
    assert.deepEqual(counts(), [1, 1, 1, 1, 1, 4], 'of another campaign, advertiser and affiliate')

    for (const count of [1, 2]) {
      await testOrder(`test-${count}`)
      assert.equal(await sold(reports['Asia/Tokyo']), count)
    }
    assert.deepEqual(counts(), [1, 1, 1, 1, 3, 4], 'of a test')

    await shop.order('own')
    const { 'Asia/Tokyo': _tests, 'Asia/Dhaka': _others, ...own } = reports
    for (const feed of Object.values(own)) assert.equal(await sold(feed), 1)
    assert.deepEqual(counts(), [2, 2, 2, 2, 3, 4], 'of its own')
  })

  test('is not sent again when it was computed and no figure has changed', async (context) => {
    const { computations } = countStatements(context)
    const feed = follow({ ...day, filter: { events: ['lead'] }, timeZone: 'Europe/Berlin' })
    const all = follow({ ...day, timeZone: 'Europe/Rome' })
    assert.deepEqual([await sold(feed), await sold(all)], [0, 0])
    let heard = false
    void feed.next().then(() => {
      heard = true
    })
    await shop.order('1')
    assert.equal(await sold(all), 1)
    await until(() => computations('Europe/Berlin') === 2, 'a look at its figures')
    await shop.order('2')
    assert.equal(await sold(all), 2)
    await until(() => computations('Europe/Berlin') === 3, 'another look at its figures')
    assert.equal(heard, false)
  })

  test('may be asked for ten times a second at most, and once an hour at least', async () => {
    for (const everyMs of [99, 0, -1, 3_600_001]) {
      const error: unknown = await within(follow(day, everyMs).next(), 'a refusal').catch((refused) => refused)
      assert.ok(Array.isArray(error), `${everyMs} was not refused`)
      const { code, field } = error[0].extensions
      assert.deepEqual([code, field], ['BAD_USER_INPUT', 'everyMs'])
    }
    for (const everyMs of [100, 3_600_000]) assert.equal(await sold(follow(day, everyMs)), 0)
  })

  test('a burst of changes gives one report in each time that was asked for, and the last has all of it', async (context) => {
    const everyMs = 250
    const { computations } = countStatements(context)
    const beganMs = performance.now()
    const feed = follow(day, everyMs)
    assert.equal(await sold(feed), 0)
    const orders = 200
    const atOnce = 10
    // Many at once, so that on a slow machine too there are more of them than reports.
    const burst = (async () => {
      for (let index = 0; index < orders; index += atOnce)
        await Promise.all(Array.from({ length: atOnce }, (_, more) => shop.order(`order-${index + more}`)))
    })()
    let messages = 1
    for (let count = 0; count < orders; messages += 1) {
      const now = await sold(feed)
      assert.ok(now > count)
      count = now
    }
    const tookMs = performance.now() - beganMs
    await burst
    // Between the first of them and the last there is a pause less than there are reports; a timer may come 1 ms early.
    const most = Math.floor(tookMs / (everyMs - 1)) + 1
    assert.ok(
      messages <= most && computations() <= most,
      `${messages} and ${computations()} in ${Math.round(tookMs)} ms`,
    )
    assert.ok(messages < orders / 2)
  })

  test('who joins gets the report as it stands at once, and it is not computed for that', async (context) => {
    const { computations } = countStatements(context)
    const hourly = 3_600_000
    const first = await next(follow(day, hourly))
    for (let joined = 0; joined < 5; joined += 1) assert.deepEqual(await next(follow(day, hourly)), first)
    assert.equal(computations(), 1)
  })

  test('of a range such as today is computed again when the clock passes a quarter of an hour', async (context) => {
    await app.close()
    await open({ lookMs: 50 })
    const { computations, looks } = countStatements(context)
    const counts = () => [computations('Europe/London'), computations('Etc/UTC')]
    const today = follow({ range: 'TODAY', timeZone: 'Etc/UTC' })
    const fixed = follow({ ...day, timeZone: 'Europe/London' })
    assert.equal((await next(today)).from, '2026-06-01T00:00:00.000Z')
    await next(fixed)

    const lookAgain = async () => {
      const before = looks()
      await until(() => looks() >= before + 3, 'some looks at the books')
    }
    app.time.nowMs += 14 * 60_000
    await lookAgain()
    assert.deepEqual(counts(), [1, 1])
    app.time.nowMs += 60_000
    await until(() => computations('Etc/UTC') === 2, 'the quarter of an hour')
    await lookAgain()
    assert.deepEqual(counts(), [1, 2])

    app.time.nowMs = Date.parse('2026-06-02T00:00:00Z')
    assert.equal((await next(today)).from, '2026-06-02T00:00:00.000Z')
    assert.deepEqual(counts(), [1, 3])
  })
})
