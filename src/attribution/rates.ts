import { dayOf } from '../kernel/day.js'
import { type Money, money } from '../kernel/money.js'

/**
 * What a unit of one currency was worth on each day that had a rate, oldest first. A workspace has up to five hundred
 * days of some thirty currencies in memory, so they are packed: a rate is `digits` with the point moved `places` to the
 * left. Its digits, `rateDigits` at most, are a whole number that a double holds exactly.
 */
export interface RateSeries {
  readonly days: Int32Array
  readonly digits: Float64Array
  readonly places: Uint8Array
}

/** By currency. */
export type Rates = ReadonlyMap<string, RateSeries>

/** How many significant digits a rate is kept to. */
export const rateDigits = 15
/** A day without a rate takes the latest of so many days before: week-ends, holidays, a load that failed. */
export const rateLastsDays = 7
/**
 * How far back a rate may be asked for, and a little: a timestamp reaches back 400 days, then its postback may be parked
 * for 90, and the rate may be 7 days older. What is older than this is kept neither in memory nor in the database.
 */
export const rateHorizonDays = 500

/** The rate for what happened at this moment: that day's, else the latest within the days before. */
export function rateAt(series: RateSeries | undefined, atMs: number): Money | null {
  if (series === undefined) return null
  const { days, digits, places } = series
  const day = dayOf(atMs)
  const index = countUpTo(days, day) - 1
  if (index < 0 || day - (days[index] ?? 0) > rateLastsDays) return null
  return money(`${digits[index]}e-${places[index]}`)
}

/** How many of the days come no later than this one. */
function countUpTo(days: Int32Array, day: number): number {
  let [low, high] = [0, days.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((days[middle] ?? 0) <= day) low = middle + 1
    else high = middle
  }
  return low
}

/** One day's rate as plain text; null where it was taken back. */
export interface RateChange {
  readonly day: number
  readonly rate: string | null
}

/** The series with these changes, in whatever order they come, and without what is too old to be asked for. */
export function withChanges(known: RateSeries | undefined, changes: readonly RateChange[]): RateSeries {
  const changed = [...new Map(changes.map((change) => [change.day, change]))].sort(([one], [other]) => one - other)
  const { days, digits, places } = known ?? emptySeries(0)
  const merged = emptySeries(days.length + changed.length)
  let taken = 0
  let length = 0
  const put = (day: number, itsDigits: number, itsPlaces: number) => {
    merged.days[length] = day
    merged.digits[length] = itsDigits
    merged.places[length] = itsPlaces
    length += 1
  }
  const take = (until: number) => {
    for (; taken < days.length && (days[taken] ?? 0) < until; taken += 1) {
      put(days[taken] ?? 0, digits[taken] ?? 0, places[taken] ?? 0)
    }
  }
  for (const [day, { rate }] of changed) {
    take(day)
    if (days[taken] === day) taken += 1
    if (rate !== null) put(day, ...pack(rate))
  }
  take(Number.POSITIVE_INFINITY)
  return cut(merged, length)
}

const emptySeries = (length: number): RateSeries => ({
  days: new Int32Array(length),
  digits: new Float64Array(length),
  places: new Uint8Array(length),
})

/** The first `length` of them, but for those of before the horizon. */
function cut({ days, digits, places }: RateSeries, length: number): RateSeries {
  const filled = days.subarray(0, length)
  const from = countUpTo(filled, (filled.at(-1) ?? 0) - rateHorizonDays - 1)
  return { days: days.slice(from, length), digits: digits.slice(from, length), places: places.slice(from, length) }
}

function pack(rate: string): [digits: number, places: number] {
  const [whole = '', fraction = ''] = rate.split('.')
  const digits = Number(whole + fraction)
  if (!Number.isSafeInteger(digits)) throw new Error(`the rate ${rate} has more digits than are kept`)
  return [digits, fraction.length]
}
