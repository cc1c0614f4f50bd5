import { periodOf } from './periods'
import type { Interval, Report } from './report'

const quarterMs = 900_000
const hourMs = 4 * quarterMs
const dayMs = 24 * hourMs

const lengthsMs: Readonly<Record<Interval, number>> = {
  QUARTER_HOUR: quarterMs,
  HOUR: hourMs,
  DAY: dayMs,
  WEEK: 7 * dayMs,
  MONTH: 30 * dayMs,
}

const rangeDays = {
  TODAY: 1,
  YESTERDAY: 1,
  LAST_7_DAYS: 7,
  LAST_30_DAYS: 30,
  LAST_90_DAYS: 90,
  THIS_MONTH: 31,
  LAST_MONTH: 31,
} as const

/** More cannot be told apart, nor read. */
const mostPoints = 2_000

/** By what interval a report is drawn: its own, where that makes a line that can be read. */
export function drawnInterval({ range, interval }: Pick<Report, 'range' | 'interval'>, timeZone: string): Interval {
  const { fromMs, toMs } =
    typeof range === 'string' ? { fromMs: 0, toMs: rangeDays[range] * dayMs } : periodOf(range, timeZone)
  const spanMs = toMs - fromMs
  const points = (each: Interval) => spanMs / lengthsMs[each]
  if (interval !== null && points(interval) > 1.5 && points(interval) <= mostPoints) return interval
  if (spanMs <= 6 * hourMs) return 'QUARTER_HOUR'
  if (spanMs <= 2 * dayMs) return 'HOUR'
  if (spanMs <= 120 * dayMs) return 'DAY'
  return spanMs <= 1_000 * dayMs ? 'WEEK' : 'MONTH'
}
