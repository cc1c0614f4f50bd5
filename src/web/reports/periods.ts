import type { Stretch } from './report'
import { isDay } from './stretch'
import { addDays, addMonths, createZoneClock, daysBetween, monthsBetween } from './zone-clock'

export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** The instants that a stretch means in a zone. */
export function periodOf({ from, to }: Stretch, timeZone: string): Period {
  if (!isDay(from)) return { fromMs: Date.parse(from), toMs: Date.parse(to) }
  const clock = createZoneClock(timeZone)
  return { fromMs: clock.startOf(from), toMs: clock.startOf(addDays(to, 1)) }
}

const quarterMs = 900_000

/**
 * The period before one, as long by the calendar: whole months follow months, days as many days, and anything else lasts
 * as long. While the one asked for is still going on, the one before ends at the same time of its own day: half a day is
 * not held against a whole one.
 */
export function periodBefore({ fromMs, toMs }: Period, timeZone: string, nowMs: number): Period {
  const clock = createZoneClock(timeZone)
  const isOfDays = [fromMs, toMs].every((atMs) => clock.startOf(clock.dayOf(atMs)) === atMs)
  const soFarMs = Math.min(toMs, Math.max(fromMs + quarterMs, Math.ceil(nowMs / quarterMs) * quarterMs))
  if (!isOfDays) {
    const lengthMs = toMs - fromMs
    return { fromMs: fromMs - lengthMs, toMs: soFarMs - lengthMs }
  }
  const [from, to] = [clock.dayOf(fromMs), clock.dayOf(toMs)]
  const isOfMonths = from.endsWith('-01') && to.endsWith('-01')
  const before = isOfMonths ? addMonths(from, -monthsBetween(from, to)) : addDays(from, -daysBetween(from, to))
  if (soFarMs === toMs) return { fromMs: clock.startOf(before), toMs: fromMs }
  const today = clock.dayOf(soFarMs)
  const sameDayMs = clock.startOf(addDays(before, daysBetween(from, today)))
  return { fromMs: clock.startOf(before), toMs: Math.min(fromMs, sameDayMs + (soFarMs - clock.startOf(today))) }
}
