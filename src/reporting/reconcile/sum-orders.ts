import { formatDecimal, type Money, money, zero } from '../../kernel/money.js'
import type { BookedOrder, Finding } from './compare-orders.js'

/** Decimals in `currency`, whatever the orders' status. */
export interface OrderSums {
  readonly currency: string
  /** What the list says, each of its orders once. */
  readonly listed: string
  /** What the books say of the orders that were found, and of those that the list lacks. */
  readonly booked: string
  readonly missing: string
  readonly extra: string
}

export interface SumsOfOrders {
  add(finding: Finding): void
  addExtra(order: BookedOrder): void
  /** By currency; none where the list says no amounts, because there is nothing to hold ours against. */
  all(): OrderSums[]
}

type Side = Exclude<keyof OrderSums, 'currency'>
type Sums = Record<Side, Money>

/** An amount without a currency is in its order's, or in `defaultCurrency` where the books have no such order. */
export function createSums(defaultCurrency: string): SumsOfOrders {
  const byCurrency = new Map<string, Sums>()
  const counted = new Set<BookedOrder['id']>()
  let isComparable = false

  function raise(currency: string, side: Side, amount: string | null): void {
    const sums = byCurrency.get(currency) ?? { listed: zero, booked: zero, missing: zero, extra: zero }
    if (amount !== null) sums[side] = sums[side].plus(money(amount))
    byCurrency.set(currency, sums)
  }

  return {
    add(finding) {
      const { amount, currency } = finding.listed
      if (finding.kind === 'repeated' || amount === null) return
      isComparable = true
      const orders = ordersOf(finding)
      const own = currency ?? orders[0]?.currency ?? defaultCurrency
      raise(own, 'listed', amount)
      if (finding.kind === 'missing') raise(own, 'missing', amount)
      for (const order of orders) {
        // One that several entries may mean is still one.
        if (counted.has(order.id)) continue
        counted.add(order.id)
        raise(order.currency, 'booked', order.amount)
      }
    },
    addExtra(order) {
      raise(order.currency, 'booked', order.amount)
      raise(order.currency, 'extra', order.amount)
    },
    all: () =>
      !isComparable
        ? []
        : [...byCurrency]
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([currency, { listed, booked, missing, extra }]) => ({
              currency,
              listed: formatDecimal(listed),
              booked: formatDecimal(booked),
              missing: formatDecimal(missing),
              extra: formatDecimal(extra),
            })),
  }
}

/** The booked orders that a finding is about. */
export function ordersOf(finding: Finding): readonly BookedOrder[] {
  if (finding.kind === 'ambiguous') return finding.orders
  return finding.kind === 'matched' || finding.kind === 'different' ? [finding.order] : []
}
