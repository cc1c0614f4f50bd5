import type { Interval } from './report'
import { createZoneClock, daysBetween, mondayOf, monthsBetween, type ZoneClock } from './zone-clock'

const hourMs = 3_600_000

/** Where in its period a bucket is: those of two periods that are held against each other have the same. */
export function createPlaces(fromMs: number, interval: Interval, timeZone: string): (bucketMs: number) => string {
  const clock = createZoneClock(timeZone)
  const from = clock.dayOf(fromMs)
  return (bucketMs) => {
    const day = clock.dayOf(bucketMs)
    switch (interval) {
      case 'MONTH':
        return String(monthsBetween(from, day))
      case 'WEEK':
        return String(daysBetween(mondayOf(from), day) / 7)
      case 'DAY':
        return String(daysBetween(from, day))
      case 'HOUR':
      case 'QUARTER_HOUR':
        return placeOfTime(clock, fromMs, from, day, bucketMs)
    }
  }
}

/** By the clock in what begins with a day; by what has passed in what does not. An hour that comes twice is two places. */
function placeOfTime(clock: ZoneClock, fromMs: number, from: string, day: string, bucketMs: number): string {
  if (clock.startOf(from) !== fromMs) return String(bucketMs - fromMs)
  const time = clock.timeOf(bucketMs)
  const again = clock.timeOf(bucketMs - hourMs) === time ? ' again' : ''
  return `${daysBetween(from, day)}T${time}${again}`
}
