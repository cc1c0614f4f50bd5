import type { Metrics } from '../metrics.js'

/** How the metrics that are no sums follow, in SQL, from the columns of the performance views: rates of sums, never sums of rates. */
export const formulas = {
  conversionRate: 'sum(conversions)::float8 / nullif(sum(clicks), 0)',
  approvalRate: 'sum(approved)::float8 / nullif(sum(approved) + sum(rejected) + sum(reversed), 0)',
  earningsPerClick: 'sum(revenue) / nullif(sum(clicks), 0)',
  costPerAction: 'sum(cost) / nullif(sum(conversions), 0)',
  averageOrderValue: 'sum(sale_amount) / nullif(sum(conversions), 0)',
  returnOnInvestment: 'sum(profit) / nullif(sum(cost), 0)',
  returnOnAdSpend: 'sum(revenue) / nullif(sum(cost), 0)',
} as const satisfies Partial<Record<keyof Metrics, string>>
