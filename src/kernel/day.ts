/** A calendar day: `2026-11-20` as text, and the number of days since 1970-01-01 to reckon with. Days are UTC's. */
export const dayMs = 86_400_000

export const dayOf = (atMs: number): number => Math.floor(atMs / dayMs)

export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** Null for what is no day, such as the 30th of February, or any of a year 0. */
export function parseDay(text: string): number | null {
  const day = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(Date.parse(text)) : Number.NaN
  return Number.isNaN(day) || dayText(day) !== text ? null : day
}
