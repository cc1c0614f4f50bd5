/** `2026-06-04T14:00`, as a clock of that zone shows it: what an input for date and time takes. */
export function toWallTime(instantMs: number, timeZone: string): string {
  // Sweden writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(instantMs).replace(' ', 'T')
}

/** When a clock of that zone shows it; of two such instants the later one, and none is skipped to the hour after. */
export function fromWallTime(wallTime: string, timeZone: string): string | null {
  const asUtcMs = Date.parse(`${wallTime}Z`)
  if (Number.isNaN(asUtcMs)) return null
  const aheadMs = (instantMs: number) => Date.parse(`${toWallTime(instantMs, timeZone)}Z`) - instantMs
  // Where it would be by the wrong offset is near enough to know the right one.
  const near = asUtcMs - aheadMs(asUtcMs)
  return new Date(asUtcMs - aheadMs(near)).toISOString()
}
