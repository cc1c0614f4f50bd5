import Big from 'big.js'
import type { Scope } from '../../src/access/scope.js'
import type { PerformanceMetric } from '../../src/reporting/question.js'
import type { RawClick, Status, Worth } from './oracle-books.js'

type Earning = 'PENDING' | 'APPROVED'
type Earned = Record<'saleAmount' | 'revenue' | 'payout', Big>

/** All that is added up for a row. */
export interface Sums {
  clicks: number
  uniqueClicks: number
  botClicks: number
  cost: Big
  readonly counts: Record<Status, number>
  readonly money: Record<Earning, Earned>
}

const zero = new Big(0)
const nothingEarned = (): Earned => ({ saleAmount: zero, revenue: zero, payout: zero })

export const emptySums = (): Sums => ({
  ...{ clicks: 0, uniqueClicks: 0, botClicks: 0, cost: zero },
  counts: { PENDING: 0, APPROVED: 0, REJECTED: 0, REVERSED: 0 },
  money: { PENDING: nothingEarned(), APPROVED: nothingEarned() },
})

export const isNothing = ({ clicks, uniqueClicks, botClicks, cost, counts, money }: Sums): boolean =>
  [clicks, uniqueClicks, botClicks, ...Object.values(counts)].every((count) => count === 0) &&
  [cost, ...Object.values(money).flatMap((earned) => Object.values(earned))].every((sum) => sum.eq(0))

export function addClick(sums: Sums, { bot, firstVisit, cost }: RawClick): void {
  if (bot) sums.botClicks += 1
  else sums.clicks += 1
  if (firstVisit) sums.uniqueClicks += 1
  sums.cost = sums.cost.plus(cost)
}

/** `sign` is −1 for what a change took away. */
export function addWorth(sums: Sums, { status, saleAmount, revenue, payout }: Worth, sign: 1 | -1): void {
  sums.counts[status] += sign
  if (status !== 'PENDING' && status !== 'APPROVED') return
  const earned = sums.money[status]
  earned.saleAmount = earned.saleAmount.plus(saleAmount.times(sign))
  earned.revenue = earned.revenue.plus(revenue.times(sign))
  earned.payout = earned.payout.plus(payout.times(sign))
}

export function addSums(sums: Sums, more: Sums): void {
  for (const name of ['clicks', 'uniqueClicks', 'botClicks'] as const) sums[name] += more[name]
  sums.cost = sums.cost.plus(more.cost)
  for (const status of Object.keys(sums.counts) as Status[]) sums.counts[status] += more.counts[status]
  for (const status of ['PENDING', 'APPROVED'] as const) {
    for (const name of ['saleAmount', 'revenue', 'payout'] as const)
      sums.money[status][name] = sums.money[status][name].plus(more.money[status][name])
  }
}

/** Quotients as exact as one could ever want to compare them, and as they are kept: four places, half to even. */
const Exact = Big()
Exact.DP = 60
const Stored = Big()
Stored.DP = 4
Stored.RM = 2

const rate = (part: number, whole: number) => (whole === 0 ? null : part / whole)
const each = (sum: Big | null, count: number) => (sum === null || count === 0 ? null : new Stored(sum).div(count))
const share = (part: Big | null, whole: Big | null) =>
  part === null || whole === null || whole.eq(0) ? null : new Exact(part).div(whole).toNumber()

/** The parts of every figure that this viewer may see; null where it may not. */
function partsOf(sums: Sums, { role }: Scope) {
  const { PENDING, APPROVED } = sums.money
  const seesRevenue = role !== 'AFFILIATE'
  const seesPayout = role !== 'ADVERTISER'
  const revenue = seesRevenue ? PENDING.revenue.plus(APPROVED.revenue) : null
  const payout = seesPayout ? PENDING.payout.plus(APPROVED.payout) : null
  const cost = seesPayout ? sums.cost : null
  let profit: Big | null = null
  if (payout !== null && cost !== null) {
    profit = role === 'AFFILIATE' ? payout.minus(cost) : (revenue ?? zero).minus(payout).minus(cost)
  }
  return {
    ...{ revenue, payout, cost, profit, earned: role === 'AFFILIATE' ? payout : revenue },
    saleAmount: seesRevenue ? PENDING.saleAmount.plus(APPROVED.saleAmount) : null,
    approvedRevenue: seesRevenue ? APPROVED.revenue : null,
    approvedPayout: seesPayout ? APPROVED.payout : null,
    conversions: sums.counts.PENDING + sums.counts.APPROVED,
    settled: sums.counts.APPROVED + sums.counts.REJECTED + sums.counts.REVERSED,
  }
}

export function metricsOf(sums: Sums, scope: Scope) {
  const { earned, settled, ...parts } = partsOf(sums, scope)
  const { clicks, uniqueClicks, botClicks, counts } = sums
  return {
    ...{ clicks, uniqueClicks, botClicks },
    ...{ pending: counts.PENDING, approved: counts.APPROVED, rejected: counts.REJECTED, reversed: counts.REVERSED },
    ...parts,
    conversionRate: rate(parts.conversions, clicks),
    approvalRate: rate(counts.APPROVED, settled),
    earningsPerClick: each(earned, clicks),
    costPerAction: each(parts.cost, parts.conversions),
    averageOrderValue: each(parts.saleAmount, parts.conversions),
    returnOnInvestment: share(parts.profit, parts.cost),
    returnOnAdSpend: share(earned, parts.cost),
  }
}

/** What rows are ordered by: never rounded; null comes last. */
export function orderValue(by: Exclude<PerformanceMetric, 'BUCKET'>, sums: Sums, scope: Scope): Big | null {
  const { cost, conversions, ...parts } = partsOf(sums, scope)
  const per = (part: Big | number | null, whole: Big | number | null) =>
    part === null || whole === null || new Big(whole).eq(0) ? null : new Exact(part).div(whole)
  switch (by) {
    case 'CLICKS':
      return new Big(sums.clicks)
    case 'UNIQUE_CLICKS':
      return new Big(sums.uniqueClicks)
    case 'BOT_CLICKS':
      return new Big(sums.botClicks)
    case 'PENDING':
    case 'APPROVED':
    case 'REJECTED':
    case 'REVERSED':
      return new Big(sums.counts[by])
    case 'CONVERSIONS':
      return new Big(conversions)
    case 'SALE_AMOUNT':
      return parts.saleAmount
    case 'REVENUE':
      return parts.revenue
    case 'APPROVED_REVENUE':
      return parts.approvedRevenue
    case 'PAYOUT':
      return parts.payout
    case 'APPROVED_PAYOUT':
      return parts.approvedPayout
    case 'COST':
      return cost
    case 'PROFIT':
      return parts.profit
    case 'CONVERSION_RATE':
      return per(conversions, sums.clicks)
    case 'APPROVAL_RATE':
      return per(sums.counts.APPROVED, parts.settled)
    case 'EARNINGS_PER_CLICK':
      return per(parts.earned, sums.clicks)
    case 'COST_PER_ACTION':
      return per(cost, conversions)
    case 'AVERAGE_ORDER_VALUE':
      return per(parts.saleAmount, conversions)
    case 'RETURN_ON_INVESTMENT':
      return per(parts.profit, cost)
    case 'RETURN_ON_AD_SPEND':
      return per(parts.earned, cost)
  }
}
