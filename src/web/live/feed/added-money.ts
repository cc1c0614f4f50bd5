import type { LiveChange } from './row'

/** Money in whole ten-thousandths, whose sums are exact. */
export const partsOfOne = 10_000
const inParts = (decimal: string | null) => Math.round(Number(decimal ?? 0) * partsOfOne)
const counts = (status: LiveChange['status']) => status === 'PENDING' || status === 'APPROVED'

/**
 * What a change did to the sum that reports show: pending and approved conversions count, so a reversal takes away what
 * the conversion has, though that stays with it.
 */
export function addedMoney(change: LiveChange, field: 'revenue' | 'payout'): number {
  const { status, previousStatus } = change
  const after = inParts(change[field])
  const before = after - inParts(change[`${field}Delta`])
  return (counts(status) ? after : 0) - (previousStatus !== null && counts(previousStatus) ? before : 0)
}
