import { type Money, money, percentOf, roundMoney, zero } from '../kernel/money.js'
import type { GoalVersion, Price } from './terms.js'

export interface PricedSale {
  readonly saleAmount: Money
  readonly revenue: Money
  readonly payout: Money
}

export const needsAmount = (goal: GoalVersion): boolean => goal.revenue.kind !== 'FIXED' || goal.payout.kind !== 'FIXED'

/**
 * What a sale earns and pays out under a goal's terms, in the workspace's currency. Each figure is rounded once, from
 * the exact product, never from another rounded figure. Without an amount only fixed prices earn.
 */
export function priceSale(goal: GoalVersion, amount: Money | null, rate: Money): PricedSale {
  const exact = amount === null ? zero : amount.times(rate)
  return {
    saleAmount: roundMoney(exact),
    revenue: apply(goal.revenue, exact),
    payout: apply(goal.payout, exact),
  }
}

const mostStored = money('1e12')

/** The intake takes no amount above this; from another currency it may come to more, up to what no column holds. */
export const isTooLarge = ({ saleAmount }: PricedSale): boolean => saleAmount.gt(mostStored)

function apply(price: Price, exact: Money): Money {
  switch (price.kind) {
    case 'FIXED':
      return roundMoney(price.value ?? zero)
    case 'PERCENT':
      return percentOf(exact, price.value ?? zero)
    case 'PASSED':
      return roundMoney(exact)
  }
}
