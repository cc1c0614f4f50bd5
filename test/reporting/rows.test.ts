import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { encodeId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { Metrics, type Sums, sums } from '../../src/reporting/metrics.js'
import type { AskedQuestion } from '../../src/reporting/question.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { fixed, makeWay, sale, type Way } from '../support/drafts.js'
import { createTill, plain, shortRows, type Till } from './shop.js'

const startMs = Date.parse('2026-06-01T12:00:00Z')
const day = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-06-02T00:00Z') }
const lead = { event: 'lead', revenue: fixed('2'), payout: fixed('1'), startsAs: 'PENDING' as const }

suite('the rows of a report', () => {
  let books: TestBooks
  let ledger: Ledger
  let till: Till
  let way: Way
  before(async () => {
    books = await createTestBooks(startMs)
    ledger = books.openLedger()
    till = createTill(books, ledger)
  })
  after(() => books.close())
  beforeEach(async () => {
    books.time.nowMs = startMs
    way = await makeWay(books, await books.newScope(), { goals: [sale, lead] })
  })

  const report = (more: AskedQuestion = {}) => books.report(way.scope, { ...day, ...more })
  /** Sources a, b and c with 3, 2 and 1 clicks, and 0, 1 and 2 sales. */
  async function threeSources(): Promise<void> {
    for (const [source, clicks, sales] of [
      ['a', 3, 0],
      ['b', 2, 1],
      ['c', 1, 2],
    ] as const) {
      for (let index = 0; index < clicks; index += 1) {
        const click = await till.click(way, { source, cost: '0.5', visitor: String(index) })
        if (index === 0) for (let each = 0; each < sales; each += 1) await till.order(way, click, { event: 'sale' })
      }
    }
  }

  test('come by conversions, most first, and as ordered', async () => {
    await threeSources()
    const by = async (orderBy?: AskedQuestion['orderBy']) =>
      (await report({ groupBy: ['SOURCE'], orderBy: orderBy ?? null })).rows.map(
        ({ key }) => (key as { SOURCE: string }).SOURCE,
      )
    assert.deepEqual(await by(), ['c', 'b', 'a'])
    assert.deepEqual(await by({ by: 'CLICKS' }), ['a', 'b', 'c'])
    assert.deepEqual(await by({ by: 'CLICKS', descending: false }), ['c', 'b', 'a'])
    assert.deepEqual(await by({ by: 'CONVERSION_RATE' }), ['c', 'b', 'a'])
    assert.deepEqual(await by({ by: 'PROFIT', descending: false }), ['a', 'b', 'c'])
    // Without conversions there is no cost of one: last, whichever the direction.
    assert.deepEqual(await by({ by: 'COST_PER_ACTION' }), ['b', 'c', 'a'])
    assert.deepEqual(await by({ by: 'COST_PER_ACTION', descending: false }), ['c', 'b', 'a'])
  })

  test('with equal figures come by their keys, however many places the quotient has', async () => {
    // PostgreSQL divides 7 by 6 to sixteen places and 3.5 by 3 to twenty, which is a little less.
    const dear = await makeWay(books, way.scope, { goals: [{ ...sale, revenue: fixed('3.5') }] })
    for (const [source, clicks, sales] of [
      ['a', 3, 1],
      ['b', 6, 2],
      ['c', 12, 4],
    ] as const) {
      for (let index = 0; index < clicks; index += 1) {
        const click = await till.click(dear, { source })
        if (index < sales) await till.order(dear, click)
      }
    }
    for (const descending of [true, false]) {
      const { rows } = await report({ groupBy: ['SOURCE'], orderBy: { by: 'EARNINGS_PER_CLICK', descending } })
      assert.deepEqual(
        rows.map(({ key }) => (key as { SOURCE: string }).SOURCE),
        ['a', 'b', 'c'],
      )
    }
  })

  test('have ratios that are right to the last bit', () => {
    const none = Object.fromEntries(sums.map((name) => [name, '0'])) as Sums // every sum is named
    const { returnOnInvestment } = new Metrics({ ...none, cost: '210', profit: '1' }, way.scope)
    assert.equal(returnOnInvestment, 1 / 210)
  })

  test('are cut at `first`, which is said, and the totals count them all', async () => {
    await threeSources()
    const whole = await report({ groupBy: ['SOURCE'], first: 3 })
    const cut = await report({ groupBy: ['SOURCE'], first: 2 })
    assert.deepEqual([whole.truncated, whole.rows.length], [false, 3])
    assert.deepEqual([cut.truncated, cut.rows.length], [true, 2])
    assert.deepEqual(plain(cut.totals), plain(whole.totals))
    assert.deepEqual([whole.totals.clicks, whole.totals.conversions], [6, 3])
  })

  test('by EVENT or STATUS have the clicks of their other dimensions, and totals count them once', async () => {
    const click = await till.click(way, { source: 'a', cost: '0.5' })
    await till.order(way, click, { event: 'sale' })
    await till.order(way, click, { event: 'lead' })
    await till.click(way, { source: 'b', cost: '0.25', visitor: '2' })
    const byEvent = await report({ groupBy: ['SOURCE', 'EVENT'] })
    assert.deepEqual(shortRows(byEvent).sort(), ['a lead: 1/1', 'a sale: 1/1', 'b : 1/0'])
    assert.deepEqual([byEvent.totals.clicks, byEvent.totals.cost], [2, '0.75'])
    const byStatus = await report({ groupBy: ['STATUS'] })
    assert.deepEqual(shortRows(byStatus).sort(), ['APPROVED: 2/1', 'PENDING: 2/1'])
    assert.deepEqual([byStatus.totals.clicks, byStatus.totals.cost], [2, '0.75'])
  })

  test('that are filled in by EVENT have the clicks of their bucket too', async () => {
    await till.order(way, await till.click(way), { event: 'sale' })
    books.time.nowMs += 3_600_000
    await till.click(way)
    const asked = { interval: 'HOUR' as const, fill: true, groupBy: ['EVENT' as const] }
    const { rows } = await report({ ...asked, filter: { events: ['sale'] } })
    const sales = rows.filter(({ key }) => (key as { EVENT: string }).EVENT === 'sale')
    assert.equal(sales.length, 24)
    assert.deepEqual(
      sales.filter(({ metrics }) => metrics.clicks > 0).map(({ bucket }) => new Date(bucket ?? 0).toISOString()),
      ['2026-06-01T12:00:00.000Z', '2026-06-01T13:00:00.000Z'],
    )
  })

  test('can be filled: one for each bucket and key, nothing left out and nothing made up', async () => {
    await till.order(way, await till.click(way, { source: 'a' }), { event: 'sale' })
    await till.click(way, { source: 'b' })
    const filled = await report({ groupBy: ['SOURCE'], interval: 'HOUR', fill: true })
    assert.equal(filled.rows.length, 48)
    const bare = await report({ groupBy: ['SOURCE'], interval: 'HOUR' })
    assert.equal(bare.rows.length, 2)
    assert.deepEqual(plain(filled.totals), plain(bare.totals))
    const keys = new Set(filled.rows.map(({ rowKey }) => rowKey))
    assert.equal(keys.size, 48)
    for (const { rowKey } of bare.rows) assert.ok(keys.has(rowKey))
  })

  test('of nothing at all are filled without dimensions, and none with', async () => {
    assert.equal((await report({ interval: 'HOUR', fill: true })).rows.length, 24)
    assert.equal((await report({ interval: 'HOUR', fill: true, groupBy: ['SOURCE'] })).rows.length, 0)
    const { rows, totals } = await report()
    assert.deepEqual([rows.length, totals.clicks, totals.conversionRate], [0, 0, null])
  })

  test('of tests are apart', async () => {
    await till.order(way, await till.click(way), { event: 'sale' })
    const click = await till.click(way, { test: true })
    await till.order(way, click, { event: 'sale' })
    await till.order(way, await till.click(way, { visitor: '2' }), { event: 'sale', test: true })
    const real = (await report()).totals
    const tests = (await report({ test: true })).totals
    assert.deepEqual([real.clicks, real.conversions], [2, 1])
    assert.deepEqual([tests.clicks, tests.conversions], [1, 2])
  })

  test('count people and machines apart, and a visitor once a link and day', async () => {
    for (const visitor of ['1', '1', '2']) await till.click(way, { visitor })
    await till.click(way, { visitor: '3', bot: true, cost: '0.5' })
    const { totals } = await report()
    assert.deepEqual([totals.clicks, totals.uniqueClicks, totals.botClicks], [3, 2, 1])
  })

  test('filtered by status or event keep their clicks', async () => {
    const click = await till.click(way)
    await till.order(way, click, { event: 'sale' })
    await till.order(way, click, { event: 'lead' })
    const short = async (filter: AskedQuestion['filter']) => shortRows(await report({ filter, groupBy: ['CAMPAIGN'] }))
    const id = encodeId('cmp', way.campaignId)
    assert.deepEqual(await short({ statuses: ['APPROVED'] }), [`${id}: 1/1`])
    assert.deepEqual(await short({ events: ['lead'] }), [`${id}: 1/1`])
    assert.deepEqual(await short({ events: ['lead'], statuses: ['APPROVED'] }), [`${id}: 1/0`])
    assert.deepEqual(await short({ campaignIds: [id, 'cmp_nonsense'] }), [`${id}: 1/2`])
    assert.deepEqual(await short({ campaignIds: [] }), [])
  })
})
