import Big from 'big.js'
import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import { type Money, money, roundMoney } from '../kernel/money.js'

/** The sums that every figure of a report is made of; counts and NUMERIC arrive from the database as text. */
export const sums = [
  'clicks',
  'unique_clicks',
  'bot_clicks',
  'cost',
  'pending',
  'approved',
  'rejected',
  'reversed',
  'pending_sale_amount',
  'approved_sale_amount',
  'pending_revenue',
  'approved_revenue',
  'pending_payout',
  'approved_payout',
] as const
export type Sums = Readonly<Record<(typeof sums)[number], string>>

export interface Metrics {
  readonly clicks: number
  readonly uniqueClicks: number
  readonly botClicks: number
  readonly conversions: number
  readonly pending: number
  readonly approved: number
  readonly rejected: number
  readonly reversed: number
  readonly saleAmount: Money | null
  readonly revenue: Money | null
  readonly payout: Money | null
  readonly cost: Money | null
  readonly profit: Money | null
  readonly approvedRevenue: Money | null
  readonly approvedPayout: Money | null
  readonly conversionRate: number | null
  readonly approvalRate: number | null
  readonly earningsPerClick: Money | null
  readonly costPerAction: Money | null
  readonly averageOrderValue: Money | null
  readonly returnOnInvestment: number | null
  readonly returnOnAdSpend: number | null
}

/**
 * The figures as this viewer may see them. What its role hides is null, and so is whatever would follow from it. An
 * AFFILIATE's earnings are its payout, an ADVERTISER's what it pays.
 */
export function toMetrics(row: Sums, scope: Scope): Metrics {
  const clicks = Number(row.clicks)
  const [pending, approved, rejected, reversed] = [row.pending, row.approved, row.rejected, row.reversed].map(
    Number,
  ) as [number, number, number, number]
  const conversions = pending + approved
  const visibleRevenue = seesRevenue(scope)
  const visiblePayout = seesPayout(scope)
  const saleAmount = visibleRevenue ? money(row.pending_sale_amount).plus(row.approved_sale_amount) : null
  const revenue = visibleRevenue ? money(row.pending_revenue).plus(row.approved_revenue) : null
  const payout = visiblePayout ? money(row.pending_payout).plus(row.approved_payout) : null
  const cost = visiblePayout ? money(row.cost) : null
  const earned = revenue ?? payout
  const profit =
    cost === null || payout === null
      ? null
      : scope.role === 'AFFILIATE'
        ? payout.minus(cost)
        : (revenue?.minus(payout).minus(cost) ?? null)
  return {
    clicks,
    uniqueClicks: Number(row.unique_clicks),
    botClicks: Number(row.bot_clicks),
    conversions,
    pending,
    approved,
    rejected,
    reversed,
    saleAmount,
    revenue,
    payout,
    cost,
    profit,
    approvedRevenue: visibleRevenue ? money(row.approved_revenue) : null,
    approvedPayout: visiblePayout ? money(row.approved_payout) : null,
    conversionRate: ratio(conversions, clicks),
    approvalRate: ratio(approved, approved + rejected + reversed),
    earningsPerClick: quotient(earned, clicks),
    costPerAction: quotient(cost, conversions),
    averageOrderValue: quotient(saleAmount, conversions),
    returnOnInvestment: moneyRatio(profit, cost),
    returnOnAdSpend: moneyRatio(earned, cost),
  }
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const quotient = (value: Money | null, count: number): Money | null =>
  value === null || count === 0 ? null : roundMoney(value.div(count))

/** So many places that the float made of a quotient is the nearest one, also where it begins with zeros. */
const Quotient = Big()
Quotient.DP = 40

const moneyRatio = (part: Money | null, whole: Money | null): number | null =>
  part === null || whole === null || whole.eq(0) ? null : new Quotient(part).div(whole).toNumber()
