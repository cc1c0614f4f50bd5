import { useEffect, useState } from 'react'
import { type EarnedFragment, EarningsDocument } from '../generated/catalog/earnings'
import { describeError } from '../graph/describe-error'
import { useLive } from '../graph/use-live'
import { useNotices } from '../notices/notices'
import { useRestartAt } from './use-restart-at'

export type Earned = EarnedFragment

const dimensions = {
  ADVERTISER: 'advertiserIds',
  AFFILIATE: 'affiliateIds',
  CAMPAIGN: 'campaignIds',
  LINK: 'linkIds',
} as const

export type Owner = keyof typeof dimensions

const nothing: Earned = { clicks: 0, conversions: 0, revenue: '0', payout: '0', profit: '0' }

/**
 * What each of these records brought in the last 30 days, kept current: one live report for all of them. A record has no
 * entry until the report has come.
 */
export function useEarnings(owner: Owner, ids: readonly string[] | null): ReadonlyMap<string, Earned> {
  const [earnings, setEarnings] = useState<ReadonlyMap<string, Earned>>(new Map())
  const notices = useNotices()
  const filter = { [dimensions[owner]]: ids ?? [] }
  const { data, restart } = useLive(
    EarningsDocument,
    { query: { range: 'LAST_30_DAYS', groupBy: [owner], filter, first: Math.max(1, ids?.length ?? 0) } },
    {
      skip: ids === null || ids.length === 0,
      onError: (error) => notices.warn(`The figures could not be read. ${describeError(error)}`),
    },
  )
  const report = data?.performance
  useRestartAt(report?.to, restart)

  useEffect(() => {
    if (report === undefined) return
    const found = new Map(report.rows.map(({ key, metrics }) => [String(key[owner]), metrics]))
    setEarnings(new Map(ids?.map((id) => [id, found.get(id) ?? nothing])))
  }, [report, ids, owner])
  return earnings
}
