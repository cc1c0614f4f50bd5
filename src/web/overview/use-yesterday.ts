import { skipToken, useQuery } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { YesterdayDocument, YesterdayUntilDocument } from '../generated/overview/overview'
import { askAgain } from '../graph/ask-again'
import type { Today } from './use-today'

const quarterMs = 15 * 60_000

/**
 * Yesterday by the hour, and its figures as they stood at this time of day. Reports know quarters of an hour, so that is
 * how close "this time" gets; with each of them both are read again.
 */
export function useYesterday(today: Today | null) {
  const quarter = useQuarter()
  const day = useQuery(YesterdayDocument, {
    variables: { query: { range: 'YESTERDAY', interval: 'HOUR', fill: true } },
    fetchPolicy: 'no-cache',
  })
  const { refetch } = day
  // biome-ignore lint/correctness/useExhaustiveDependencies: another day, or another quarter of an hour of it
  useEffect(() => askAgain(refetch), [refetch, quarter, today?.from])

  const from = day.data?.performance.from
  const until = useQuery(
    YesterdayUntilDocument,
    today === null || from === undefined
      ? skipToken
      : { variables: { query: { from, to: sameTime(today.from, from, quarter) } }, fetchPolicy: 'no-cache' },
  )
  return { day: day.data?.performance ?? null, untilNow: (until.data ?? until.previousData)?.performance ?? null }
}

/** As far into that day as the end of this quarter is into today. */
function sameTime(todayFrom: string, dayFrom: string, quarter: number): string {
  const into = Math.max(quarterMs, (quarter + 1) * quarterMs - Date.parse(todayFrom))
  return new Date(Date.parse(dayFrom) + into).toISOString()
}

/** Which quarter of an hour it is, counted since 1970. */
function useQuarter(): number {
  const [quarter, setQuarter] = useState(() => Math.floor(Date.now() / quarterMs))
  useEffect(() => {
    const timer = setTimeout(
      () => setQuarter(Math.floor(Date.now() / quarterMs)),
      (quarter + 1) * quarterMs - Date.now() + 1_000,
    )
    return () => clearTimeout(timer)
  }, [quarter])
  return quarter
}
