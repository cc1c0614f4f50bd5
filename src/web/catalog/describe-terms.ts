import type { Formats } from '../figures/formats'
import type { TermsFragment } from '../generated/catalog/campaigns'

type Price = NonNullable<TermsFragment['revenue']>

/** `€10.00`, `7.5% of the sale`. */
export function describePrice({ kind, value }: Price, formats: Formats): string {
  switch (kind) {
    case 'FIXED':
      return formats.figure('unitMoney', value)
    case 'PERCENT':
      return `${value}% of the sale`
    case 'PASSED':
      return 'what the postback says'
  }
}

/** What a goal pays, in a line, with what money its reader sees: `sale: €10.00, pays out 7.5%`. */
export function describeGoal({ event, revenue, payout }: TermsFragment, formats: Formats): string {
  const short = (price: Price) => (price.kind === 'PERCENT' ? `${price.value}%` : describePrice(price, formats))
  const earned = revenue === null ? [] : [short(revenue)]
  const paid = payout === null ? [] : [`${revenue === null ? 'pays' : 'pays out'} ${short(payout)}`]
  return `${event}: ${[...earned, ...paid].join(', ')}`
}

export const startsAsNames = {
  APPROVED: 'Approved at once',
  PENDING: 'Pending, until a postback approves it',
} as const

export const describeStart = (startsAs: TermsFragment['startsAs']): string =>
  startsAs === 'PENDING' ? startsAsNames.PENDING : startsAsNames.APPROVED

/** What a further postback for a known order does to its amount. */
export const duplicateNames: Readonly<Record<TermsFragment['duplicates'], string>> = {
  KEEP_FIRST: 'Changes nothing: the first amount stays',
  UPDATE: 'Replaces the amount',
  COUNT_EACH: 'Counts again, where it has no order id',
}
