import { divideHalfEven, scaled } from './exact.js'

/**
 * The books as the documents describe them, in memory, written the plain way: everything is a list, every look-up goes
 * over all of it, money is whole numbers. It shares no code with what it is compared to.
 */
export type Status = 'PENDING' | 'APPROVED' | 'REJECTED' | 'REVERSED'

export interface ModelPrice {
  readonly kind: 'FIXED' | 'PERCENT' | 'PASSED'
  readonly value?: string
}

export interface ModelGoal {
  readonly event: string
  readonly revenue: ModelPrice
  readonly payout: ModelPrice
  readonly startsAs: 'PENDING' | 'APPROVED'
  readonly duplicates: 'KEEP_FIRST' | 'UPDATE' | 'COUNT_EACH'
  readonly fromMs: number
}

export interface ModelCampaign {
  readonly advertiser: string
  readonly windowDays: number
  /** All versions there ever were. */
  readonly goals: ModelGoal[]
}

export interface ModelClick {
  readonly id: string
  readonly campaign: string
  readonly advertiser: string
  readonly affiliate: string
  readonly link: string
  readonly test: boolean
  readonly bot: boolean
  readonly visitor: string
  readonly source: string
  readonly country: string
  readonly sub1: string
  readonly cost: string
  readonly atMs: number
  bookedAtMs: number
  first: boolean
}

export interface ModelRequest {
  readonly receipt: string
  readonly advertiser: string
  readonly atMs: number
  readonly click: string | null
  readonly affiliate: string | null
  readonly campaign: string | null
  readonly txid: string | null
  readonly line: string | null
  readonly event: string | null
  readonly amount: string | null
  readonly currency: string | null
  readonly status: Status | null
  readonly refund: string | null
  readonly refundId: string | null
  readonly timestampMs: number | null
  readonly test: boolean
}

export interface Figures {
  readonly status: Status
  readonly sale: bigint
  readonly revenue: bigint
  readonly payout: bigint
}

export interface ModelConversion extends Figures {
  /** The receipt that made it. */
  readonly receipt: string
  readonly advertiser: string
  readonly campaign: string
  readonly affiliate: string
  readonly click: ModelClick | null
  readonly txid: string | null
  readonly line: string
  readonly test: boolean
  readonly goal: ModelGoal
  readonly occurredAtMs: number
  readonly currency: string
  /** To the currency of the books, as text. */
  readonly rate: string
  amount: string | null
  status: Status
  sale: bigint
  revenue: bigint
  payout: bigint
  changedAtMs: number
  readonly seen: Set<string>
  readonly refunds: Set<string>
}

export interface ModelChange {
  readonly conversion: ModelConversion
  readonly bookedAtMs: number
  readonly before: Figures | null
  readonly after: Figures
}

export interface Verdict {
  readonly outcome: string
  readonly reason: string | null
  readonly conversion: ModelConversion | null
}

export interface ModelBooks {
  readonly currency: string
  readonly campaigns: Map<string, ModelCampaign>
  readonly affiliates: Set<string>
  /** By currency and day, as text. */
  readonly rates: Map<string, string>
  readonly clicks: ModelClick[]
  readonly conversions: ModelConversion[]
  readonly changes: ModelChange[]
  readonly parked: ModelRequest[]
  /** How each receipt stands now. */
  readonly receipts: Map<string, Verdict>
  /** How often a receipt has got another outcome or reason than its first. */
  revised: number
  /** When what is being decided is booked. */
  nowMs: number
}

export const forwardSteps: Record<Status, Status[]> = {
  PENDING: ['APPROVED', 'REJECTED'],
  APPROVED: ['REVERSED'],
  REJECTED: [],
  REVERSED: [],
}

export const figuresOf = ({ status, sale, revenue, payout }: Figures): Figures => ({ status, sale, revenue, payout })

export function book(books: ModelBooks, conversion: ModelConversion, before: Figures | null): void {
  books.changes.push({ conversion, bookedAtMs: books.nowMs, before, after: figuresOf(conversion) })
}

/** An amount in the currency of the books. Amounts have up to eight decimals, and rates up to twelve here. */
const converted = (amount: string | null, rate: string): bigint => scaled(amount ?? '0', 8) * scaled(rate, 12)

/** Percentages have six decimals, money four. */
function price({ kind, value = '0' }: ModelPrice, exact: bigint): bigint {
  if (kind === 'FIXED') return scaled(value, 4)
  if (kind === 'PASSED') return divideHalfEven(exact, 10n ** 16n)
  return divideHalfEven(exact * scaled(value, 6), 10n ** 24n)
}

/** The books hold no sale above a trillion. */
export const isTooLarge = (amount: string | null, rate: string): boolean =>
  divideHalfEven(converted(amount, rate), 10n ** 16n) > 10n ** 16n

export function setAmount(conversion: ModelConversion, amount: string | null): void {
  const exact = converted(amount, conversion.rate)
  conversion.amount = amount
  conversion.sale = divideHalfEven(exact, 10n ** 16n)
  conversion.revenue = price(conversion.goal.revenue, exact)
  conversion.payout = price(conversion.goal.payout, exact)
}
