import { useState } from 'react'
import { EarningsByDayDocument, type EarningsByDaySubscription } from '../generated/catalog/earnings'
import { useLive } from '../graph/use-live'
import { useRestartAt } from './use-restart-at'

/** Whose figures: one campaign's, affiliate's or link's. */
export type Whose = { campaignIds: string[] } | { affiliateIds: string[] } | { linkIds: string[] }

export type Last30Days = EarningsByDaySubscription['performance'] & { readonly receivedAtMs: number }

/** The last 30 days by the day, today included, kept current. */
export function useLast30Days(filter: Whose) {
  const [days, setDays] = useState<Last30Days | null>(null)
  const { error, restart } = useLive(
    EarningsByDayDocument,
    { query: { range: 'LAST_30_DAYS', interval: 'DAY', fill: true, filter } },
    {
      onData: ({ data: { data } }) => data !== undefined && setDays({ ...data.performance, receivedAtMs: Date.now() }),
    },
  )
  useRestartAt(days?.to, restart)
  return { days, error, restart }
}
