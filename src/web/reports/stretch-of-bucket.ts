import type { Period } from './periods'
import type { Interval, Stretch } from './report'
import { addDays, addMonths, createZoneClock } from './zone-clock'

const quarterMs = 900_000
const hourMs = 4 * quarterMs

/** The stretch that a bucket is: days where it is of whole days, and not more of them than the period has. */
export function stretchOfBucket(
  bucketMs: number,
  interval: Interval,
  { fromMs, toMs }: Period,
  timeZone: string,
): Stretch {
  const clock = createZoneClock(timeZone)
  const day = clock.dayOf(bucketMs)
  const next = {
    MONTH: addMonths(day, 1),
    WEEK: addDays(day, 7),
    DAY: addDays(day, 1),
    HOUR: null,
    QUARTER_HOUR: null,
  }[interval]
  if (next === null) {
    const lengthMs = interval === 'HOUR' ? hourMs : quarterMs
    return { from: new Date(bucketMs).toISOString(), to: new Date(bucketMs + lengthMs).toISOString() }
  }
  const [startMs, endMs] = [Math.max(bucketMs, fromMs), Math.min(clock.startOf(next), toMs)]
  const [first, end] = [clock.dayOf(startMs), clock.dayOf(endMs)]
  const isOfDays = clock.startOf(first) === startMs && clock.startOf(end) === endMs
  if (isOfDays) return { from: first, to: addDays(end, -1) }
  return { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() }
}
