import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import type { Scope } from '../../../src/access/scope.js'
import { type Money, money } from '../../../src/kernel/money.js'
import { formulas } from '../../../src/reporting/bi/formulas.js'
import type { MetricName } from '../../../src/reporting/metrics.js'
import type { MetricsType } from '../../../src/reporting/performance.type.js'
import { timeBases } from '../../../src/reporting/question.js'
import { createTestBooks, type TestBooks } from '../../support/books.js'
import { makeWay } from '../../support/drafts.js'
import { churn } from '../churn.js'
import { createTill } from '../shop.js'
import { type Connection, createReaders, type Readers } from './world.js'

const hourMs = 3_600_000
/** In Havana the clock goes from one back to midnight on the first of November: it strikes midnight twice. */
const range = { from: new Date('2026-10-30T00:00-04:00'), to: new Date('2026-11-04T00:00-05:00') }
const zone = 'America/Havana'
/** When the churn happens. */
const march = { from: new Date('2026-03-01T00:00Z'), to: new Date('2026-04-01T00:00Z') }

const sums = {
  ...{ clicks: 'clicks', uniqueClicks: 'unique_clicks', botClicks: 'bot_clicks', conversions: 'conversions' },
  ...{ pending: 'pending', approved: 'approved', rejected: 'rejected', reversed: 'reversed' },
  ...{ saleAmount: 'sale_amount', revenue: 'revenue', payout: 'payout', cost: 'cost', profit: 'profit' },
  ...{ approvedRevenue: 'approved_revenue', approvedPayout: 'approved_payout' },
}
const expressions: Readonly<Record<MetricName, string>> = {
  ...(Object.fromEntries(Object.entries(sums).map(([name, column]) => [name, `sum(${column})`])) as Record<
    keyof typeof sums,
    string
  >),
  ...formulas,
}

suite('the views of performance', () => {
  let books: TestBooks
  let readers: Readers
  const open = async (startMs?: number) => {
    books = await createTestBooks(startMs)
    readers = createReaders(books.connection)
  }
  afterEach(async () => {
    await readers.removeAll()
    await books.close()
  })

  /** What the view says, each group by its key as a report has it, with every metric that there is. */
  async function viewed(reader: Connection, from: string, keys: readonly string[], where: string) {
    const metrics = Object.entries(expressions).map(([name, sql]) => `(${sql})::text as "${name}"`)
    const found = await reader.rows<Record<string, string>>(
      `select concat_ws('|', ${keys.map((key) => `coalesce(${key}::text, '')`).join(', ')}) as key, ${metrics.join(', ')}
         from ${from} where ${where} group by ${keys.join(', ')}`,
    )
    return new Map(found.map(({ key, ...values }) => [key, values]))
  }

  function assertSame(found: Awaited<ReturnType<typeof viewed>>, expected: ReadonlyMap<string, MetricsType>): void {
    assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort())
    for (const [key, metrics] of expected) {
      for (const [name, value] of Object.entries(metrics) as [string, Money | number | null][]) {
        const shown = found.get(key)?.[name] ?? null
        // What is divided, the API rounds to four places.
        const isSame =
          value === null || shown === null
            ? value === shown
            : name in formulas
              ? Math.abs(Number(shown) - Number(value)) < 0.00006
              : money(shown).eq(money(value.toString()))
        assert.ok(isSame, `${name} of ${key}: ${shown} in the view, ${value} in the report`)
      }
    }
  }

  const dateIn = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  const [minute, day] = ['performance_by_quarter_hour', 'performance_by_day']
  const groupBy = ['CAMPAIGN', 'AFFILIATE', 'LINK'] as const
  const ids = ['campaign_id', 'affiliate_id', 'link_id']

  async function assertAsReported(scope: Scope, asked: { from: Date; to: Date }, timeZone: string): Promise<void> {
    await books.rows('update workspace set time_zone = $2 where id = $1', [scope.workspaceId, timeZone])
    const reader = await readers.login(await readers.grant(scope.workspaceId))
    let rowCount = 0
    for (const basis of timeBases) {
      for (const isTest of [false, true]) {
        const question = { ...asked, basis, test: isTest, groupBy: [...groupBy] }
        const where = `time_basis = '${basis}' and test = ${isTest}`
        const byDay = await books.report(scope, { ...question, interval: 'DAY', first: 10_000 })
        const dates = dateIn(timeZone)
        const days = byDay.rows.map(({ bucket, key, metrics }): [string, MetricsType] => [
          [dates.format(bucket ?? 0), ...Object.values(key)].join('|'),
          metrics,
        ])
        assertSame(await viewed(reader, day, ['day', ...ids], where), new Map(days))

        const byQuarter = await books.report(scope, { ...question, interval: 'QUARTER_HOUR', first: 10_000 })
        const quarters = byQuarter.rows.map(({ bucket, key, metrics }): [string, MetricsType] => [
          [new Date(bucket ?? 0).toISOString(), ...Object.values(key)].join('|'),
          metrics,
        ])
        const bucket = `to_char(bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`
        assertSame(await viewed(reader, minute, [bucket, ...ids], where), new Map(quarters))
        rowCount += days.length
      }
    }
    assert.ok(rowCount > 20, `only ${rowCount} rows were compared`)
  }

  test('have the figures of the report, by every basis, for tests and for what is real', async () => {
    await open()
    const { scope } = await churn(books, books.openLedger(), 3, 300)
    await assertAsReported(scope, march, 'Asia/Kathmandu')
  })

  test('have the days of the workspace’s zone, also where midnight comes twice', async () => {
    await open(Date.parse('2026-11-05T12:00:00Z'))
    const scope = await books.newScope()
    const till = createTill(books, books.openLedger())
    const way = await makeWay(books, scope)
    const halfHours: number[] = []
    for (let at = range.from.getTime(); at < range.to.getTime(); at += hourMs / 2) halfHours.push(at)
    await till.manyAt(way, halfHours)
    for (const at of halfHours) await till.click(way, { cost: '0.1' }, at)
    await assertAsReported(scope, { ...range, to: new Date('2026-11-06T00:00-05:00') }, zone)
    const reader = await readers.login(await readers.grant(scope.workspaceId))
    const conversions = await reader.rows<{ day: string; sum: string }>(
      `select day::text, sum(conversions) from performance_by_day where time_basis = 'EVENT' group by day order by day`,
    )
    assert.deepEqual(
      conversions.map(({ day: date, sum }) => `${date} ${sum}`),
      ['2026-10-30 48', '2026-10-31 48', '2026-11-01 50', '2026-11-02 48', '2026-11-03 48'],
    )
  })

  test('have the conversions of an event beside the clicks, which have none', async () => {
    await open()
    const { scope } = await churn(books, books.openLedger(), 4, 200)
    const reader = await readers.login(await readers.grant(scope.workspaceId))
    const { rows, totals } = await books.report(scope, { ...march, groupBy: ['EVENT'] })
    const found = await reader.rows<{ event: string | null; clicks: string; conversions: string; revenue: string }>(
      `select event, sum(clicks) as clicks, sum(conversions) as conversions, sum(revenue) as revenue
         from performance_by_day where time_basis = 'EVENT' and not test group by event`,
    )
    const ofEvent = new Map(found.map((row) => [row.event, row]))
    assert.equal(Number(ofEvent.get(null)?.clicks), totals.clicks)
    for (const { key, metrics } of rows) {
      const row = ofEvent.get((key as { EVENT: string }).EVENT)
      assert.deepEqual([Number(row?.clicks), Number(row?.conversions)], [0, metrics.conversions])
      assert.ok(money(row?.revenue ?? 'none').eq(metrics.revenue ?? -1))
    }
    const [sale] = await reader.rows(`select from performance_by_quarter_hour where event = 'sale' limit 1`)
    assert.ok(sale !== undefined)
  })
})
