import type { Conversion } from './conversion.js'
import { conflict, type Decision, rejected } from './decision.js'
import { priceSale } from './price.js'
import type { RefundRequest } from './request.js'
import type { GoalVersion } from './terms.js'

/** So many refunds of one order are no shop's; each is kept, because each counts once however late it comes again. */
const maxRefunds = 100

/**
 * An amount is taken off a known order, whatever its goal does with duplicates. What is left is priced anew; where
 * nothing is left, the order is taken back as a whole: it keeps its amount, as one that is reversed by its status does.
 * Refunds may come in any order, so none is too old.
 */
export function decideRefund(order: Conversion, request: RefundRequest, goal: GoalVersion, atMs: number): Decision {
  if (order.refundIds.includes(request.refundId)) return { outcome: 'DUPLICATE', conversion: order, reason: null }
  if (order.amount === null || order.status === 'REJECTED' || order.status === 'REVERSED') {
    const what = order.amount === null ? 'has no amount' : `is ${order.status}`
    return conflict(order, 'NOTHING_TO_REFUND', `this order ${what}`, 'refund')
  }
  const left = order.amount.minus(request.refund)
  if (left.lt(0)) {
    return conflict(order, 'REFUND_TOO_LARGE', `only ${order.amount.toFixed()} of this order is left`, 'refund')
  }
  if (order.refundIds.length >= maxRefunds) {
    return rejected('ORDER_TOO_LARGE', `an order takes at most ${maxRefunds} refunds`, 'refund_id')
  }
  const taken: Pick<Conversion, 'refundIds' | 'changedAtMs'> = {
    refundIds: [...order.refundIds, request.refundId],
    changedAtMs: Math.max(request.occurredAtMs ?? atMs, order.changedAtMs),
  }
  const conversion: Conversion = left.eq(0)
    ? { ...order, ...taken, status: order.status === 'PENDING' ? 'REJECTED' : 'REVERSED' }
    : { ...order, ...taken, amount: left, ...priceSale(goal, left, order.rate) }
  return { outcome: 'UPDATED', conversion, before: order, reason: null }
}
