import { useMemo } from 'react'
import { type Formats, useFormats } from '../../figures/formats'
import { isVisible, type Role } from '../../figures/metrics'
import { useViewer } from '../../graph/use-viewer'
import type { Row } from './row'

export interface FeedColumn {
  readonly key: string
  readonly title: string
  readonly isFigure?: boolean
  /** In rem; absent: a share of what the others leave. */
  readonly width?: number
  readonly show: (row: Row) => string
}

/** What comes behind the time and what happened. What a role may not see has no column. */
export function useColumns(): readonly FeedColumn[] {
  const { role } = useViewer()
  const formats = useFormats()
  return useMemo(() => columnsFor(role, formats), [role, formats])
}

function columnsFor(role: Role, { none, money, moneyIn }: Formats): FeedColumn[] {
  const inOwn = (decimal: string | null) => (decimal === null ? none : money(decimal))
  const columns: (FeedColumn | false)[] = [
    { key: 'campaign', title: 'Campaign', show: ({ conversion }) => conversion.campaign.name },
    // An affiliate sees no other than itself.
    role !== 'AFFILIATE' && {
      key: 'affiliate',
      title: 'Affiliate',
      show: ({ conversion }) => conversion.affiliate.name,
    },
    { key: 'event', title: 'Event', width: 6.5, show: ({ conversion }) => conversion.event },
    { key: 'order', title: 'Order id', width: 8.5, show: ({ conversion }) => conversion.transactionId ?? none },
    isVisible('saleAmount', role) && {
      key: 'amount',
      title: 'Amount',
      isFigure: true,
      width: 6.5,
      show: ({ conversion: { amount, currency } }) => (amount === null ? none : moneyIn(currency, amount)),
    },
    isVisible('revenue', role) && {
      key: 'revenue',
      title: 'Revenue',
      isFigure: true,
      width: 6,
      show: ({ revenue }) => inOwn(revenue),
    },
    isVisible('payout', role) && {
      key: 'payout',
      title: 'Payout',
      isFigure: true,
      width: 5.5,
      show: ({ payout }) => inOwn(payout),
    },
  ]
  return columns.filter((column) => column !== false)
}
