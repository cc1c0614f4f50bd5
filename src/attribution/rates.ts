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
  const rates = new Map<number, { digits: number; places: number } | null>()
  known?.days.forEach((day, index) => {
    rates.set(day, { digits: known.digits[index] ?? 0, places: known.places[index] ?? 0 })
  })
  for (const { day, rate } of changes) rates.set(day, rate === null ? null : pack(rate))

  const there = [...rates].flatMap(([day, rate]) => (rate === null ? [] : [{ day, ...rate }]))
  there.sort((one, other) => one.day - other.day)
  const oldest = (there.at(-1)?.day ?? 0) - rateHorizonDays
  const kept = there.filter(({ day }) => day >= oldest)
  return {
    days: Int32Array.from(kept, ({ day }) => day),
    digits: Float64Array.from(kept, ({ digits }) => digits),
    places: Uint8Array.from(kept, ({ places }) => places),
  }
}

function pack(rate: string): { digits: number; places: number } {
  const [whole = '', fraction = ''] = rate.split('.')
  const digits = Number(whole + fraction)
  if (!Number.isSafeInteger(digits)) throw new Error(`the rate ${rate} has more digits than are kept`)
  return { digits, places: fraction.length }
}
