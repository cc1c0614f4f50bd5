import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { isTooLarge, priceSale } from '../../src/attribution/price.js'
import { type RateSeries, rateAt, rateHorizonDays, withChanges } from '../../src/attribution/rates.js'
import type { GoalVersion, Price } from '../../src/attribution/terms.js'
import { dayOf, dayText, parseDay } from '../../src/kernel/day.js'
import { formatDecimal, money } from '../../src/kernel/money.js'

const day = (text: string): number => {
  const number = parseDay(text)
  assert.ok(number !== null, text)
  return number
}
const series = (rates: Readonly<Record<string, string>>, known?: RateSeries) =>
  withChanges(
    known,
    Object.entries(rates).map(([text, rate]) => ({ day: day(text), rate })),
  )
const at = (known: RateSeries | undefined, time: string): string | null => {
  const rate = rateAt(known, Date.parse(time))
  return rate === null ? null : formatDecimal(rate)
}

suite('the rate for a moment', () => {
  // A Friday and the Monday after it.
  const known = series({ '2026-11-20': '0.9463', '2026-11-23': '0.9501' })

  test('is that of its day in UTC, from the first millisecond to the last', () => {
    assert.equal(at(known, '2026-11-20T00:00:00.000Z'), '0.9463')
    assert.equal(at(known, '2026-11-20T23:59:59.999Z'), '0.9463')
    assert.equal(at(known, '2026-11-19T23:59:59.999Z'), null)
    assert.equal(at(known, '2026-11-23T00:00:00.000Z'), '0.9501')
    // Already Monday there, still Sunday here.
    assert.equal(at(known, '2026-11-23T05:00:00+09:00'), '0.9463')
  })

  test('is the latest before it where its day has none, for seven days and no longer', () => {
    assert.equal(at(known, '2026-11-21T12:00:00Z'), '0.9463')
    assert.equal(at(known, '2026-11-22T23:59:59.999Z'), '0.9463')
    assert.equal(at(known, '2026-11-30T23:59:59.999Z'), '0.9501')
    assert.equal(at(known, '2026-12-01T00:00:00Z'), null)
  })

  test('is none where there is no series, or an empty one', () => {
    assert.equal(at(undefined, '2026-11-20T12:00:00Z'), null)
    assert.equal(at(withChanges(undefined, []), '2026-11-20T12:00:00Z'), null)
  })

  test('is what a later change made of it, and none once it was taken back', () => {
    const changed = series({ '2026-11-20': '0.9', '2026-11-18': '0.8' }, known)
    assert.equal(at(changed, '2026-11-19T12:00:00Z'), '0.8')
    assert.equal(at(changed, '2026-11-21T12:00:00Z'), '0.9')
    const removed = withChanges(changed, [{ day: day('2026-11-20'), rate: null }])
    assert.equal(at(removed, '2026-11-21T12:00:00Z'), '0.8')
    // Whoever holds the older catalog still reads it as it was.
    assert.equal(at(known, '2026-11-20T12:00:00Z'), '0.9463')
  })

  test('is kept to fifteen digits, however small or large it is', () => {
    for (const rate of ['0.0000609221234567891', '123456789.123456', '0.000000001', '1000000000', '1', '0.1']) {
      assert.equal(at(series({ '2026-11-20': rate }), '2026-11-20T12:00:00Z'), rate)
    }
    assert.throws(() => series({ '2026-11-20': '0.12345678901234567' }))
  })

  test('is forgotten when nothing can ask for it any more', () => {
    const newest = day('2026-11-20')
    const old = withChanges(undefined, [
      { day: newest - rateHorizonDays - 1, rate: '1' },
      { day: newest - rateHorizonDays, rate: '2' },
    ])
    assert.deepEqual([...withChanges(old, [{ day: newest, rate: '3' }]).days], [newest - rateHorizonDays, newest])
  })

  test('is the one that a plain list would give, whatever was set and taken back in whatever order', () => {
    const change = fc.record({
      day: fc.integer({ min: 20_000, max: 20_040 }),
      rate: fc.constantFrom('0.5', '17345.12', '0.0000609', null),
    })
    const story = fc.array(fc.array(change, { maxLength: 20 }), { maxLength: 5 })
    fc.assert(
      fc.property(story, fc.integer({ min: 19_990, max: 20_060 }), (steps, asked) => {
        let packed: RateSeries | undefined
        const plain = new Map<number, string | null>()
        for (const changes of steps) {
          packed = withChanges(packed, changes)
          for (const each of changes) plain.set(each.day, each.rate)
        }
        const back = [0, 1, 2, 3, 4, 5, 6, 7].find((days) => plain.get(asked - days) != null)
        const expected = back === undefined ? null : (plain.get(asked - back) ?? null)
        assert.equal(at(packed, `${dayText(asked)}T13:00:00Z`), expected)
      }),
    )
  })
})

suite('a calendar day', () => {
  test('is one that there is', () => {
    for (const text of ['2026-02-30', '2026-13-01', '2025-02-29', '2026-2-3', '20 November 2026', '']) {
      assert.equal(parseDay(text), null, text)
    }
    assert.equal(dayText(day('2024-02-29')), '2024-02-29')
    assert.equal(dayOf(-1), -1)
  })
})

suite('a sale in another currency', () => {
  const goal = (revenue: Price, payout: Price): GoalVersion => ({
    ...{ event: 'sale', number: 1, active: true, revenue, payout },
    ...{ startsAs: 'APPROVED', duplicates: 'UPDATE', inForceFromMs: 0 },
  })
  const percent = (value: string): Price => ({ kind: 'PERCENT', value: money(value) })
  const passed: Price = { kind: 'PASSED', value: null }
  const fixed: Price = { kind: 'FIXED', value: money('2.5') }
  const price = (amount: string, rate: string, revenue: Price, payout: Price) => {
    const sale = priceSale(goal(revenue, payout), money(amount), money(rate))
    return [sale.saleAmount, sale.revenue, sale.payout].map(formatDecimal)
  }

  test('is converted, and each figure rounded once, half to even, from the exact product', () => {
    assert.deepEqual(price('49.90', '0.9463', percent('10'), passed), ['47.2204', '4.722', '47.2204'])
    // Ties: 0.00005 and 0.00015 go to the even neighbour, and what is a hair beyond goes up.
    assert.deepEqual(price('0.0001', '0.5', passed, percent('300')), ['0', '0', '0.0002'])
    assert.deepEqual(price('1', '0.0000500000000000001', passed, passed), ['0.0001', '0.0001', '0.0001'])
    // Below the tie by no more than the thirtieth decimal tells.
    const below = price('100000.00000001', '0.00000000149999999999985', passed, percent('100'))
    assert.deepEqual(below, ['0.0001', '0.0001', '0.0001'])
  })

  test('leaves fixed prices as they are: those are in the workspace’s currency', () => {
    assert.deepEqual(price('49.90', '0.9463', fixed, fixed), ['47.2204', '2.5', '2.5'])
  })

  test('may come to more than the books can hold, which is told', () => {
    const largest = priceSale(goal(fixed, fixed), money('999999999999.99999999'), money('1'))
    assert.equal(isTooLarge(largest), false)
    assert.equal(isTooLarge(priceSale(goal(fixed, fixed), money('999999999999'), money('1.0001'))), true)
  })
})
