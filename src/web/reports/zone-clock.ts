/** What the clocks of a zone show; days and times as text, `2026-05-01` and `14:05`. */
export interface ZoneClock {
  dayOf(instantMs: number): string
  timeOf(instantMs: number): string
  /** The first instant of a day there. */
  startOf(day: string): number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export function createZoneClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', calendar: 'iso8601', numberingSystem: 'latn' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  })
  function read(instantMs: number): { day: string; time: string } {
    const parts = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, value]))
    return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` }
  }
  const aheadAt = (instantMs: number) => {
    const { day, time } = read(instantMs)
    return Date.parse(`${day}T${time}Z`) - Math.floor(instantMs / 60_000) * 60_000
  }
  return {
    dayOf: (instantMs) => read(instantMs).day,
    timeOf: (instantMs) => read(instantMs).time,
    startOf(day) {
      // By the offsets before and after: where clocks change at midnight, one of the two is not of this day.
      const asUtcMs = Date.parse(day)
      const around = [asUtcMs - dayMs, asUtcMs + dayMs].map((nearMs) => asUtcMs - aheadAt(nearMs))
      const first = around.sort((a, b) => a - b).find((instantMs) => read(instantMs).day === day)
      return first ?? Math.max(...around)
    },
  }
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs)

const monthIndex = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1

export const monthsBetween = (from: string, to: string): number => monthIndex(to) - monthIndex(from)

/** Of the first of a month. */
export function addMonths(day: string, months: number): string {
  const index = monthIndex(day) + months
  return new Date(Date.UTC(Math.floor(index / 12), index % 12, 1)).toISOString().slice(0, 10)
}

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, -((new Date(day).getUTCDay() + 6) % 7))
