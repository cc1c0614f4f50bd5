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

/**
 * The figures as this viewer may see them, each worked out when it is asked for: a report has thousands of rows, and most
 * questions want a few figures of each. What a role hides is null, and so is whatever would follow from it. An
 * AFFILIATE's earnings are its payout, an ADVERTISER's what it pays.
 */
export class Metrics {
  readonly #sums: Sums
  readonly #scope: Scope

  constructor(ofRow: Sums, scope: Scope) {
    this.#sums = ofRow
    this.#scope = scope
  }

  get clicks(): number {
    return Number(this.#sums.clicks)
  }
  get uniqueClicks(): number {
    return Number(this.#sums.unique_clicks)
  }
  get botClicks(): number {
    return Number(this.#sums.bot_clicks)
  }
  get conversions(): number {
    return this.pending + this.approved
  }
  get pending(): number {
    return Number(this.#sums.pending)
  }
  get approved(): number {
    return Number(this.#sums.approved)
  }
  get rejected(): number {
    return Number(this.#sums.rejected)
  }
  get reversed(): number {
    return Number(this.#sums.reversed)
  }
  get saleAmount(): Money | null {
    return this.#ifRevenue(() => money(this.#sums.pending_sale_amount).plus(this.#sums.approved_sale_amount))
  }
  get revenue(): Money | null {
    return this.#ifRevenue(() => money(this.#sums.pending_revenue).plus(this.#sums.approved_revenue))
  }
  get payout(): Money | null {
    return this.#ifPayout(() => money(this.#sums.pending_payout).plus(this.#sums.approved_payout))
  }
  get cost(): Money | null {
    return this.#ifPayout(() => money(this.#sums.cost))
  }
  get profit(): Money | null {
    const { cost, payout } = this
    if (cost === null || payout === null) return null
    return this.#scope.role === 'AFFILIATE' ? payout.minus(cost) : (this.revenue?.minus(payout).minus(cost) ?? null)
  }
  get approvedRevenue(): Money | null {
    return this.#ifRevenue(() => money(this.#sums.approved_revenue))
  }
  get approvedPayout(): Money | null {
    return this.#ifPayout(() => money(this.#sums.approved_payout))
  }
  get conversionRate(): number | null {
    return ratio(this.conversions, this.clicks)
  }
  get approvalRate(): number | null {
    return ratio(this.approved, this.approved + this.rejected + this.reversed)
  }
  get earningsPerClick(): Money | null {
    return quotient(this.#earned, this.clicks)
  }
  get costPerAction(): Money | null {
    return quotient(this.cost, this.conversions)
  }
  get averageOrderValue(): Money | null {
    return quotient(this.saleAmount, this.conversions)
  }
  get returnOnInvestment(): number | null {
    return moneyRatio(this.profit, this.cost)
  }
  get returnOnAdSpend(): number | null {
    return moneyRatio(this.#earned, this.cost)
  }

  /** All of them, for those who want them plain. */
  toJSON(): Record<MetricName, number | Money | null> {
    return Object.fromEntries(metricNames.map((name) => [name, this[name]])) as Record<
      MetricName,
      number | Money | null
    > // each name
  }

  get #earned(): Money | null {
    return this.revenue ?? this.payout
  }
  #ifRevenue(work: () => Money): Money | null {
    return seesRevenue(this.#scope) ? work() : null
  }
  #ifPayout(work: () => Money): Money | null {
    return seesPayout(this.#scope) ? work() : null
  }
}

export const metricNames = [
  'clicks',
  'uniqueClicks',
  'botClicks',
  'conversions',
  'pending',
  'approved',
  'rejected',
  'reversed',
  'saleAmount',
  'revenue',
  'payout',
  'cost',
  'profit',
  'approvedRevenue',
  'approvedPayout',
  'conversionRate',
  'approvalRate',
  'earningsPerClick',
  'costPerAction',
  'averageOrderValue',
  'returnOnInvestment',
  'returnOnAdSpend',
] as const
export type MetricName = (typeof metricNames)[number]

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const quotient = (value: Money | null, count: number): Money | null =>
  value === null || count === 0 ? null : roundMoney(value.div(count))

/** So many places that the float made of a quotient is the nearest one, also where it begins with zeros. */
const Quotient = Big()
Quotient.DP = 40

const moneyRatio = (part: Money | null, whole: Money | null): number | null =>
  part === null || whole === null || whole.eq(0) ? null : new Quotient(part).div(whole).toNumber()
