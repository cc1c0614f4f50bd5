import type { CampaignId, ConversionId } from '../../kernel/ids.js'
import { type Money, money } from '../../kernel/money.js'
import type { ConversionStatus } from '../../kernel/vocabulary.js'

/**
 * Holds a list of orders against the books. Each listed order ends in exactly one finding, so that
 *
 *   listed = repeated + matched + different + ambiguous + missing
 *
 * An order is found by its transaction id and by as much more as the list says of it; what the list does not say is
 * neither asked for nor compared. Nothing is guessed: where several booked orders fit, that is what is told.
 */
export interface ListedOrder {
  /** Where it stands in the list, from 1; in a file, its line. */
  readonly place: number
  readonly transactionId: string
  /** Null here and below: the list does not say. */
  readonly line: string | null
  readonly event: string | null
  /** A decimal. */
  readonly amount: string | null
  readonly currency: string | null
  readonly status: ConversionStatus | null
}

export interface BookedOrder {
  readonly id: ConversionId
  readonly campaignId: CampaignId
  readonly transactionId: string | null
  readonly line: string
  readonly event: string
  /** A decimal, in `currency`; null where no postback said one. */
  readonly amount: string | null
  readonly currency: string
  readonly status: ConversionStatus
  readonly test: boolean
  /** Unix milliseconds. */
  readonly occurredAt: number
}

export interface Difference {
  readonly field: 'amount' | 'currency' | 'status'
  readonly theirs: string
  readonly ours: string | null
}

/** Why an order is missing although its transaction id is in the books. */
export type NearMiss = 'TEST' | 'OTHER_CAMPAIGN' | 'OTHER_LINE'

export type Finding =
  /** The list had this order before, at `first`; only that one is compared. */
  | { readonly kind: 'repeated'; readonly listed: ListedOrder; readonly first: number }
  | { readonly kind: 'matched'; readonly listed: ListedOrder; readonly order: BookedOrder }
  | {
      readonly kind: 'different'
      readonly listed: ListedOrder
      readonly order: BookedOrder
      readonly differences: readonly Difference[]
    }
  | { readonly kind: 'ambiguous'; readonly listed: ListedOrder; readonly orders: readonly BookedOrder[] }
  | { readonly kind: 'missing'; readonly listed: ListedOrder; readonly nearMiss: NearMiss | null }

export interface Comparing {
  /** The campaigns that the list is about; null: all of the advertiser's. */
  readonly campaignIds: ReadonlySet<CampaignId> | null
  /** By how much amounts may differ and still be the same. */
  readonly tolerance: Money
}

/** One finding for each listed order, in their order. `booked` has all that the books have of their transaction ids. */
export function compareOrders(
  listed: readonly ListedOrder[],
  booked: readonly BookedOrder[],
  comparing: Comparing,
): Finding[] {
  const byTransaction = Map.groupBy(booked, ({ transactionId }) => transactionId)
  const firstPlaces = new Map<string, number>()
  const claimed = new Map<ConversionId, number>()

  return listed.map((entry): Finding => {
    const key = JSON.stringify([entry.transactionId, entry.line, entry.event])
    const first = firstPlaces.get(key)
    if (first !== undefined) return { kind: 'repeated', listed: entry, first }
    firstPlaces.set(key, entry.place)

    const known = byTransaction.get(entry.transactionId) ?? []
    const fitting = known.filter((order) => fits(entry, order))
    const orders = fitting.filter((order) => isAbout(order, comparing))
    const [order, another] = orders
    if (order === undefined) return { kind: 'missing', listed: entry, nearMiss: nearMiss(known, fitting) }
    if (another !== undefined) return { kind: 'ambiguous', listed: entry, orders }
    // Said in another way before: once with its line, say, and once without.
    const before = claimed.get(order.id)
    if (before !== undefined) return { kind: 'repeated', listed: entry, first: before }
    claimed.set(order.id, entry.place)

    const differences = compare(entry, order, comparing.tolerance)
    return differences.length === 0
      ? { kind: 'matched', listed: entry, order }
      : { kind: 'different', listed: entry, order, differences }
  })
}

const fits = ({ line, event }: ListedOrder, order: BookedOrder): boolean =>
  (line === null || line === order.line) && (event === null || event === order.event)

/** Whether a booked order is one that the list should have: tests are in nobody's list. */
export const isAbout = ({ test, campaignId }: BookedOrder, { campaignIds }: Pick<Comparing, 'campaignIds'>): boolean =>
  !test && (campaignIds === null || campaignIds.has(campaignId))

function nearMiss(known: readonly BookedOrder[], fitting: readonly BookedOrder[]): NearMiss | null {
  if (known.length === 0) return null
  if (fitting.length === 0) return 'OTHER_LINE'
  return fitting.every(({ test }) => test) ? 'TEST' : 'OTHER_CAMPAIGN'
}

function compare(listed: ListedOrder, order: BookedOrder, tolerance: Money): Difference[] {
  const differences: Difference[] = []
  if (listed.currency !== null && listed.currency !== order.currency) {
    differences.push({ field: 'currency', theirs: listed.currency, ours: order.currency })
    // Amounts of two currencies say nothing about each other.
  } else if (listed.amount !== null && !isSameAmount(listed.amount, order.amount, tolerance)) {
    differences.push({ field: 'amount', theirs: listed.amount, ours: order.amount })
  }
  if (listed.status !== null && listed.status !== order.status) {
    differences.push({ field: 'status', theirs: listed.status, ours: order.status })
  }
  return differences
}

function isSameAmount(theirs: string, ours: string | null, tolerance: Money): boolean {
  return ours !== null && (theirs === ours || money(theirs).minus(money(ours)).abs().lte(tolerance))
}
