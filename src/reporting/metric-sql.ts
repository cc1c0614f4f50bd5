import type { Scope } from '../access/scope.js'
import type { Sums } from './metrics.js'
import type { PerformanceMetric } from './question.js'

const conversions = '(pending + approved)::numeric'
const saleAmount = '(pending_sale_amount + approved_sale_amount)'
const revenue = '(pending_revenue + approved_revenue)'
const payout = '(pending_payout + approved_payout)'
/** To thirty places: left alone, PostgreSQL chooses how many by the first digits, and equal quotients would differ. */
const per = (part: string, whole: string) => `round(${part}, 30) / nullif(${whole}, 0)`

const profitOf = ({ role }: Scope): string =>
  role === 'AFFILIATE' ? `(${payout} - cost)` : `(${revenue} - ${payout} - cost)`

/** One of a row's sums, of its measures. Money is as short as it can be written. */
export function sumSql(name: keyof Sums, scope: Scope): string {
  const amounts: Partial<Record<keyof Sums, string>> = {
    sale_amount: saleAmount,
    revenue,
    payout,
    cost: 'cost',
    profit: profitOf(scope),
    approved_revenue: 'approved_revenue',
    approved_payout: 'approved_payout',
  }
  const amount = amounts[name]
  return amount === undefined ? name : `trim_scale(${amount})`
}

/** What rows are ordered by. */
export function metricSql(metric: PerformanceMetric, scope: Scope): string {
  const earned = scope.role === 'AFFILIATE' ? payout : revenue
  const profit = profitOf(scope)
  switch (metric) {
    case 'BUCKET':
    case 'CLICKS':
    case 'UNIQUE_CLICKS':
    case 'BOT_CLICKS':
    case 'PENDING':
    case 'APPROVED':
    case 'REJECTED':
    case 'REVERSED':
    case 'APPROVED_REVENUE':
    case 'APPROVED_PAYOUT':
    case 'COST':
      // Columns of these names.
      return metric.toLowerCase()
    case 'CONVERSIONS':
      return conversions
    case 'SALE_AMOUNT':
      return saleAmount
    case 'REVENUE':
      return revenue
    case 'PAYOUT':
      return payout
    case 'PROFIT':
      return profit
    case 'CONVERSION_RATE':
      return per(conversions, 'clicks')
    case 'APPROVAL_RATE':
      return per('approved::numeric', '(approved + rejected + reversed)')
    case 'EARNINGS_PER_CLICK':
      return per(earned, 'clicks')
    case 'COST_PER_ACTION':
      return per('cost', conversions)
    case 'AVERAGE_ORDER_VALUE':
      return per(saleAmount, conversions)
    case 'RETURN_ON_INVESTMENT':
      return per(profit, 'cost')
    case 'RETURN_ON_AD_SPEND':
      return per(earned, 'cost')
  }
}
