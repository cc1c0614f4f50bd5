import Big from 'big.js'
import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import { type Money, money, roundMoney } from '../kernel/money.js'

/** The sums that every figure of a report follows from; the database answers counts and money as exact text. */
export const sums = [
  'clicks',
  'unique_clicks',
  'bot_clicks',
  'pending',
  'approved',
  'rejected',
  'reversed',
  'sale_amount',
  'revenue',
  'payout',
  'cost',
  'profit',
  'approved_revenue',
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
  get saleAmount(): string | null {
    return this.#ifRevenue('sale_amount')
  }
  get revenue(): string | null {
    return this.#ifRevenue('revenue')
  }
  get payout(): string | null {
    return this.#ifPayout('payout')
  }
  get cost(): string | null {
    return this.#ifPayout('cost')
  }
  get profit(): string | null {
    const { cost, payout, revenue } = this
    if (cost === null || payout === null) return null
    return this.#scope.role === 'AFFILIATE' || revenue !== null ? this.#sums.profit : null
  }
  get approvedRevenue(): string | null {
    return this.#ifRevenue('approved_revenue')
  }
  get approvedPayout(): string | null {
    return this.#ifPayout('approved_payout')
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
  toJSON(): Record<MetricName, number | Money | string | null> {
    return Object.fromEntries(metricNames.map((name) => [name, this[name]])) as ReturnType<Metrics['toJSON']> // each name
  }

  get #earned(): string | null {
    return this.revenue ?? this.payout
  }
  #ifRevenue(name: keyof Sums): string | null {
    return seesRevenue(this.#scope) ? this.#sums[name] : null
  }
  #ifPayout(name: keyof Sums): string | null {
    return seesPayout(this.#scope) ? this.#sums[name] : null
  }
}

const metricNames = [
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

const quotient = (amount: string | null, count: number): Money | null =>
  amount === null || count === 0 ? null : roundMoney(money(amount).div(count))

/** So many places that the float made of a quotient is the nearest one, also where it begins with zeros. */
const Quotient = Big()
Quotient.DP = 40

function moneyRatio(part: string | null, whole: string | null): number | null {
  if (part === null || whole === null) return null
  const divisor = money(whole)
  return divisor.eq(0) ? null : new Quotient(part).div(divisor).toNumber()
}
