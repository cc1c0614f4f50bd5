import { useEffect, useState } from 'react'
import { TodayDocument, type TodaySubscription } from '../generated/overview/overview'
import { useLive } from '../graph/use-live'

/** Today’s report, and when this page got it. */
export interface Today {
  readonly receivedAtMs: number
  readonly asOf: string
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly rows: TodaySubscription['performance']['rows']
  readonly totals: TodaySubscription['performance']['totals']
}

const question = { query: { range: 'TODAY', interval: 'HOUR', fill: true } } as const

/** Today by the hour, kept current; at midnight it begins anew. */
export function useToday() {
  const [today, setToday] = useState<Today | null>(null)
  const { error, restart } = useLive(TodayDocument, question, {
    onData: ({ data: { data } }) => data !== undefined && setToday({ ...data.performance, receivedAtMs: Date.now() }),
  })
  const endsAt = today?.to
  useEffect(() => {
    if (endsAt === undefined) return
    const timer = setTimeout(restart, Math.max(1_000, Date.parse(endsAt) - Date.now()))
    return () => clearTimeout(timer)
  }, [endsAt, restart])
  return { today, error, restart }
}
