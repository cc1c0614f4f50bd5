import type { Stretch } from './report'

const day = /^\d{4}-\d\d-\d\d$/
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** The 31st of June is none, though it can be parsed. */
export function isDay(text: string): boolean {
  const parsedMs = day.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(parsedMs) && new Date(parsedMs).toISOString().startsWith(text)
}

const isInstant = (text: string) => instant.test(text) && !Number.isNaN(Date.parse(text))

/** What is wrong with a stretch of time, in words; null: nothing. */
export function refuseStretch({ from, to }: Stretch): string | null {
  if (isDay(from) && isDay(to)) return from <= to ? null : 'the first day is after the last'
  if (!isInstant(from) || !isInstant(to)) return 'both must be days such as 2026-05-01, or both instants'
  return Date.parse(from) < Date.parse(to) ? null : 'from must be before to'
}

/** By its IANA name; abbreviations are refused, as the API does. */
export function isZone(text: string): boolean {
  if (!/^(UTC|[A-Za-z_]+\/.+)$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
