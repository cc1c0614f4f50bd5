import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Ledger } from '../../src/ledger/entries.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'
import { createTill, plain, shortRows, type Till } from './shop.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const at = (text: string) => Date.parse(text)

suite('when a report counts what', () => {
  let books: TestBooks
  let ledger: Ledger
  let till: Till
  let way: Way
  before(async () => {
    books = await createTestBooks(at('2026-12-01T12:00:00Z'))
    ledger = books.openLedger()
    till = createTill(books, ledger)
  })
  after(() => books.close())
  beforeEach(async () => {
    books.time.nowMs = at('2026-12-01T12:00:00Z')
    way = await makeWay(books, await books.newScope())
  })

  const hoursOf = (from: string, to: string) => {
    const hours: number[] = []
    for (let hour = at(from); hour < at(to); hour += hourMs) hours.push(hour)
    return hours
  }
  const report = (from: string, to: string, more: Parameters<TestBooks['report']>[1] = {}) =>
    books.report(way.scope, { from: new Date(from), to: new Date(to), ...more })

  const days = [
    // zone, the day before, the day, the two days after, how many hours the day has
    ['Europe/Berlin', '2026-03-28T00:00+01:00', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', 23],
    ['Europe/Berlin', '2026-10-24T00:00+02:00', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', 25],
    ['America/New_York', '2026-03-07T00:00-05:00', '2026-03-08T00:00-05:00', '2026-03-09T00:00-04:00', 23],
    ['America/New_York', '2026-10-31T00:00-04:00', '2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00', 25],
    // Without a midnight, and with two of them.
    ['America/Havana', '2026-03-07T00:00-05:00', '2026-03-08T00:00-05:00', '2026-03-09T00:00-04:00', 23],
    ['America/Havana', '2026-10-31T00:00-04:00', '2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00', 25],
  ] as const
  for (const [zone, yesterday, day, tomorrow, hours] of days) {
    test(`${day.slice(0, 10)} in ${zone} has ${hours} hours`, async () => {
      const end = new Date(at(tomorrow) + dayMs).toISOString()
      await till.manyAt(way, hoursOf(yesterday, end))
      const byDay = await report(yesterday, end, { interval: 'DAY', timeZone: zone })
      const bucket = (text: string) => new Date(text).toISOString()
      assert.deepEqual(shortRows(byDay), [
        `${bucket(yesterday)}: 0/24`,
        `${bucket(day)}: 0/${hours}`,
        `${bucket(tomorrow)}: 0/24`,
      ])
      const byHour = await report(day, tomorrow, { interval: 'HOUR', timeZone: zone, fill: true })
      assert.equal(byHour.rows.length, hours)
      assert.deepEqual(new Set(byHour.rows.map(({ metrics }) => metrics.conversions)), new Set([1]))
    })
  }

  test('days begin at midnight also where that is no full hour of UTC', async () => {
    await till.manyAt(way, hoursOf('2026-06-01T00:00Z', '2026-06-03T00:00Z'))
    const midnights = { 'Asia/Kolkata': '18:30', 'Asia/Kathmandu': '18:15', 'Australia/Eucla': '15:15' }
    for (const [timeZone, midnight] of Object.entries(midnights)) {
      const { rows } = await report('2026-06-01T00:00Z', '2026-06-03T00:00Z', { interval: 'DAY', timeZone })
      const begins = rows.map(({ bucket }) => new Date(bucket ?? 0).toISOString())
      assert.deepEqual(begins, [
        `2026-05-31T${midnight}:00.000Z`,
        `2026-06-01T${midnight}:00.000Z`,
        `2026-06-02T${midnight}:00.000Z`,
      ])
      const total = rows.reduce((sum, { metrics }) => sum + metrics.conversions, 0)
      assert.equal(total, 48)
    }
  })

  test('a range is widened to the quarter-hour, and the report says so', async () => {
    await till.manyAt(
      way,
      ['10:14:59.999', '10:15:00', '10:29:59.999', '10:30:00'].map((t) => at(`2026-06-01T${t}Z`)),
    )
    const widened = await report('2026-06-01T10:20:00Z', '2026-06-01T10:20:01Z')
    assert.deepEqual([widened.from, widened.to], [at('2026-06-01T10:15:00Z'), at('2026-06-01T10:30:00Z')])
    assert.equal(widened.totals.conversions, 2)
  })

  test('weeks begin on Monday, months on the first', async () => {
    await till.manyAt(way, ['2026-05-31T23:59Z', '2026-06-01T00:00Z', '2026-06-07T23:59Z', '2026-06-08T00:00Z'].map(at))
    const all = ['2026-05-01T00:00Z', '2026-07-01T00:00Z'] as const
    assert.deepEqual(shortRows(await report(...all, { interval: 'WEEK' })), [
      '2026-05-25T00:00:00.000Z: 0/1',
      '2026-06-01T00:00:00.000Z: 0/2',
      '2026-06-08T00:00:00.000Z: 0/1',
    ])
    assert.deepEqual(shortRows(await report(...all, { interval: 'MONTH' })), [
      '2026-05-01T00:00:00.000Z: 0/1',
      '2026-06-01T00:00:00.000Z: 0/3',
    ])
  })

  test('a relative range is of whole days in the zone of the report', async () => {
    books.time.nowMs = at('2026-03-29T21:30:00Z') // half past eleven in the evening in Berlin
    const ranges = {
      TODAY: ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      YESTERDAY: ['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z'],
      LAST_7_DAYS: ['2026-03-22T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      LAST_30_DAYS: ['2026-02-27T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      LAST_90_DAYS: ['2025-12-29T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      THIS_MONTH: ['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
      LAST_MONTH: ['2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
    } as const
    for (const [range, expected] of Object.entries(ranges)) {
      const asked = { range: range as keyof typeof ranges, timeZone: 'Europe/Berlin' }
      const { from, to } = await books.report(way.scope, asked)
      assert.deepEqual(
        [from, to].map((each) => new Date(each).toISOString()),
        expected,
        range,
      )
    }
    const inUtc = await books.report(way.scope, { range: 'TODAY' })
    assert.deepEqual([inUtc.from, inUtc.timeZone], [at('2026-03-29T00:00Z'), 'UTC'])
  })

  test('by CHANGE a closed period never moves, by EVENT it does', async () => {
    const [monday, tuesday] = ['2026-12-01', '2026-12-02']
    const id = await till.orderAt(way, at(`${monday}T10:00Z`), { amount: '100', status: 'PENDING' })
    const closed = (basis: 'EVENT' | 'CHANGE') =>
      report(`${monday}T00:00Z`, `${tuesday}T00:00Z`, { basis, groupBy: ['STATUS'] })
    const before = { event: await closed('EVENT'), change: await closed('CHANGE') }

    books.time.nowMs = at(`${tuesday}T09:00Z`)
    const change = { workspaceId: way.scope.workspaceId, conversionId: id, reason: null }
    await ledger.setConversionStatus({ ...change, status: 'APPROVED' })
    await ledger.setConversionStatus({ ...change, status: 'REVERSED' })
    // Late news of Monday is booked today.
    await till.orderAt(way, at(`${monday}T11:00Z`))

    const after = { event: await closed('EVENT'), change: await closed('CHANGE') }
    assert.deepEqual(plain(after.change.rows), plain(before.change.rows))
    assert.deepEqual(plain(after.change.totals), plain(before.change.totals))
    assert.notDeepEqual(plain(after.event.totals), plain(before.event.totals))
    const { totals } = await report(`${tuesday}T00:00Z`, '2026-12-03T00:00Z', { basis: 'CHANGE' })
    assert.deepEqual([totals.pending, totals.approved, totals.reversed], [-1, 1, 1])
    assert.equal(totals.saleAmount, '-100')
  })

  test('by CLICK a conversion counts where its click was, and without a click where it happened', async () => {
    books.time.nowMs = at('2026-12-03T12:00Z')
    const click = await till.click(way, {}, at('2026-12-01T10:00Z'))
    await till.order(way, click, { occurredAtMs: at('2026-12-02T10:00Z') })
    await till.orderAt(way, at('2026-12-02T10:00Z'))
    const byDay = (basis: 'EVENT' | 'CLICK' | 'CHANGE') =>
      report('2026-12-01T00:00Z', '2026-12-04T00:00Z', { basis, interval: 'DAY' })
    const day = (date: number) => `2026-12-0${date}T00:00:00.000Z`
    assert.deepEqual(shortRows(await byDay('EVENT')), [`${day(1)}: 1/0`, `${day(2)}: 0/2`])
    assert.deepEqual(shortRows(await byDay('CLICK')), [`${day(1)}: 1/1`, `${day(2)}: 0/1`])
    assert.deepEqual(shortRows(await byDay('CHANGE')), [`${day(3)}: 1/2`])
  })
})
