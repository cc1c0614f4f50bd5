import { useMemo } from 'react'
import type { Period } from './periods'
import type { Interval } from './report'
import { addDays, createZoneClock } from './zone-clock'

/** How a report's times are written, in its zone. */
export interface ZoneWords {
  bucket(instantMs: number, interval: Interval): string
  /** `5 May 2026 to 3 June 2026`, where it is of whole days, the last one included. */
  period(period: Period): string
  dayOf(instantMs: number): string
}

const date = { day: 'numeric', month: 'short', year: 'numeric' } as const
const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

export function createZoneWords(timeZone: string): ZoneWords {
  const clock = createZoneClock(timeZone)
  const inZone = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(undefined, { timeZone, ...options })
    return (instantMs: number) => format.format(instantMs)
  }
  const day = inZone({ ...date, weekday: 'short' })
  const plainDay = inZone(date)
  const moment = inZone({ ...date, ...time })
  const month = inZone({ month: 'long', year: 'numeric' })
  const isMidnight = (atMs: number) => clock.startOf(clock.dayOf(atMs)) === atMs

  return {
    dayOf: clock.dayOf,
    bucket(instantMs, interval) {
      switch (interval) {
        case 'MONTH':
          return month(instantMs)
        case 'WEEK':
          return `Week of ${plainDay(instantMs)}`
        case 'DAY':
          return day(instantMs)
        case 'HOUR':
        case 'QUARTER_HOUR':
          return moment(instantMs)
      }
    },
    period({ fromMs, toMs }) {
      if (!isMidnight(fromMs) || !isMidnight(toMs)) return `${moment(fromMs)} to ${moment(toMs)}`
      const lastMs = clock.startOf(addDays(clock.dayOf(toMs), -1))
      return lastMs === fromMs ? day(fromMs) : `${plainDay(fromMs)} to ${plainDay(lastMs)}`
    },
  }
}

export const useZoneWords = (timeZone: string): ZoneWords => useMemo(() => createZoneWords(timeZone), [timeZone])
