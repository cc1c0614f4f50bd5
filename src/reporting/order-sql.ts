import type { Scope } from '../access/scope.js'
import type { PerformanceMetric, Question } from './question.js'

const conversions = '(pending + approved)::numeric'
const saleAmount = '(pending_sale_amount + approved_sale_amount)'
const revenue = '(pending_revenue + approved_revenue)'
const payout = '(pending_payout + approved_payout)'
/** To thirty places: left alone, PostgreSQL chooses how many by the first digits, and equal quotients would differ. */
const per = (part: string, whole: string) => `round(${part}, 30) / nullif(${whole}, 0)`

/** The order of a report's rows. It ends with all keys, so that the same rows always come in the same order. */
export function orderSql({ orderBy, interval }: Question, scope: Scope, allKeys: readonly string[]): string {
  const keys = allKeys.filter((key) => key !== 'parent')
  if (orderBy === null)
    return interval === null ? ['pending + approved desc', 'clicks desc', ...keys].join(', ') : keys.join(', ')
  const direction = orderBy.descending ? 'desc nulls last' : 'asc nulls last'
  return [`${metricSql(orderBy.by, scope)} ${direction}`, ...keys].join(', ')
}

function metricSql(metric: PerformanceMetric, scope: Scope): string {
  const earned = scope.role === 'AFFILIATE' ? payout : revenue
  const profit = scope.role === 'AFFILIATE' ? `(${payout} - cost)` : `(${revenue} - ${payout} - cost)`
  switch (metric) {
    case 'BUCKET':
      return 'bucket'
    case 'CLICKS':
      return 'clicks'
    case 'CONVERSIONS':
      return conversions
    case 'SALE_AMOUNT':
      return saleAmount
    case 'REVENUE':
      return revenue
    case 'PAYOUT':
      return payout
    case 'COST':
      return 'cost'
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
