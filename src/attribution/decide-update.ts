import type { AffiliateId } from '../kernel/ids.js'
import type { ChangeKind, ConversionStatus } from '../kernel/vocabulary.js'
import type { Conversion } from './conversion.js'
import { decideRefund } from './decide-refund.js'
import { conflict, contentOf, type Decision, tooLarge } from './decision.js'
import { isTooLarge, priceSale } from './price.js'
import { isRefund, type PostbackRequest, type Reason } from './request.js'
import { mayBecome } from './status.js'
import type { Catalog, GoalVersion } from './terms.js'

const keepsFirst: Reason = {
  code: 'AMOUNT_KEPT',
  message: 'the goal keeps the first amount of an order',
  field: 'amount',
}

/** Retries come within days, not after dozens of other contents: older ones than this are forgotten. */
const maxContents = 32

/**
 * A request about an order that the books already have. The duplicate policy governs amounts; a legal explicit status
 * is always taken. Whatever is not applied is told as CONFLICT, and leaves the books as they are.
 */
export function decideUpdate(
  order: Conversion,
  request: PostbackRequest,
  atMs: number,
  catalog: Catalog,
  affiliateId: AffiliateId | null,
): Decision {
  const content = contentOf(request)
  if (!isRefund(request) && order.contents.includes(content))
    return { outcome: 'DUPLICATE', conversion: order, reason: null }
  if (request.clickId !== null && request.clickId !== order.clickId) {
    return conflict(order, 'CLICK_DIFFERS', 'this order was credited by another click', 'click_id')
  }
  if (affiliateId !== null && affiliateId !== order.affiliateId) {
    return conflict(order, 'AFFILIATE_DIFFERS', 'this order was credited to another affiliate', 'affiliate_id')
  }
  if (request.currency !== null && request.currency !== order.currency) {
    return conflict(order, 'CURRENCY_DIFFERS', `this order is kept in ${order.currency}`, 'currency')
  }
  if (isRefund(request)) return decideRefund(order, request, goalOf(order, catalog), atMs)
  const newStatus = request.status !== null && request.status !== order.status ? request.status : null
  const newAmount =
    request.amount !== null && (order.amount === null || !request.amount.eq(order.amount)) ? request.amount : null
  if (newStatus === null && newAmount === null) return { outcome: 'DUPLICATE', conversion: order, reason: null }

  if (request.occurredAtMs !== null && request.occurredAtMs < order.changedAtMs) {
    return conflict(order, 'OLDER_TIMESTAMP', 'a later change of this order is already in the books', 'timestamp')
  }
  if (newStatus !== null && !mayBecome(order.status, newStatus, 'postback')) {
    return conflict(
      order,
      'ILLEGAL_STATUS',
      `a conversion that is ${order.status} cannot become ${newStatus}`,
      'status',
    )
  }
  const goal = goalOf(order, catalog)
  const takesAmount = newAmount !== null && (order.amount === null || goal.duplicates === 'UPDATE')
  if (newStatus === null && !takesAmount) return { outcome: 'CONFLICT', conversion: order, reason: keepsFirst }

  const sale = takesAmount ? priceSale(goal, newAmount, order.rate) : null
  if (sale !== null && isTooLarge(sale)) return tooLarge(catalog.currency)
  const conversion: Conversion = {
    ...order,
    status: newStatus ?? order.status,
    ...(sale === null ? {} : { amount: newAmount, ...sale }),
    changedAtMs: request.occurredAtMs ?? Math.max(atMs, order.changedAtMs),
    contents: [...order.contents, content].slice(-maxContents),
  }
  return {
    outcome: 'UPDATED',
    conversion,
    before: order,
    reason: newAmount !== null && !takesAmount ? keepsFirst : null,
  }
}

/** A status set by hand: the same table of steps, plus an ADMIN's own; null where the step is not legal. */
export function decideStatus(order: Conversion, status: ConversionStatus, atMs: number): Conversion | null {
  if (!mayBecome(order.status, status, 'admin')) return null
  return { ...order, status, changedAtMs: Math.max(atMs, order.changedAtMs) }
}

/** A change is named by the status it led to, where it changed that; `before` is null for the first. */
export function changeKind(before: Conversion | null, after: Conversion): ChangeKind {
  if (before === null) return 'CREATED'
  return before.status === after.status || after.status === 'PENDING' ? 'UPDATED' : after.status
}

/** What the books say of a change beside its figures: which refund it was. */
export function changeReason(before: Conversion | null, after: Conversion): string | null {
  const refundId = after.refundIds.at(before?.refundIds.length ?? 0)
  return refundId === undefined ? null : `refund ${refundId}`
}

/** The version of its goal that priced an order. */
export function goalOf(order: Conversion, catalog: Catalog): GoalVersion {
  const versions = catalog.campaigns.get(order.campaignId)?.goals.get(order.event) ?? []
  const goal = versions.find((version) => version.number === order.goalNumber)
  if (goal === undefined) throw new Error(`conversion ${order.id} names a goal version that the catalog does not have`)
  return goal
}
