import { badInput } from '../../kernel/errors.js'
import { formatDecimal, money } from '../../kernel/money.js'
import { checkText } from '../filter-values.js'
import type { ListedOrder } from './compare-orders.js'

const maxTransactionIdBytes = 255
export const maxNameBytes = 64

/**
 * Takes care that a listed order can be looked for, and that equal amounts are equal texts. An order that names no event
 * is of the list's, `event`. `fieldOf` says where a value stands that is refused.
 */
export function checkListedOrder(
  order: ListedOrder,
  event: string | null,
  fieldOf: (name: keyof ListedOrder) => string,
): ListedOrder {
  const { transactionId, line, amount } = order
  if (transactionId === '') throw badInput('An order has a transaction id.', fieldOf('transactionId'))
  checkShortText(transactionId, maxTransactionIdBytes, fieldOf('transactionId'))
  if (line !== null) checkShortText(line, maxNameBytes, fieldOf('line'))
  if (order.event !== null) checkShortText(order.event, maxNameBytes, fieldOf('event'))
  if (order.event !== null && event !== null && order.event !== event) {
    throw badInput(`Only orders of the event "${event}" were asked for.`, fieldOf('event'))
  }
  return {
    ...order,
    event: order.event ?? event,
    amount: amount === null ? null : formatDecimal(money(amount)),
  }
}

/** What is longer is in no order: the intake does not take it. */
export function checkShortText(text: string, maxBytes: number, field: string): void {
  checkText(text, field)
  if (Buffer.byteLength(text) > maxBytes) throw badInput(`At most ${maxBytes} bytes of UTF-8 are allowed here.`, field)
}
