import type { ReceiptId } from '../../../src/kernel/ids.js'
import type { Ledger } from '../../../src/ledger/entries.js'
import type { Choices } from '../choices.js'
import { approvalOf, draftReceipt, namedId, orderOf, type Shop } from '../shop.js'

/** Books orders, leads and approvals, and does not mind what becomes of them: each that is booked is a line. */
export function createBuyer(choices: Choices, shop: Shop, nowMs: () => number) {
  let receipts = 0
  let orders = 0
  const waiting = new Map<Ledger, number>()
  const add = (ledger: Ledger, count: number) => void waiting.set(ledger, (waiting.get(ledger) ?? 0) + count)

  function sendOne(ledger: Ledger): void {
    receipts += 1
    const kind = choices.of(['order', 'order', 'lead', 'approval'] as const)
    const receipt = draftReceipt(shop, receiptIdOf(receipts), nowMs(), kind === 'lead' ? `lead ${receipts}` : null)
    const affiliate = choices.below(2)
    if (kind === 'order') orders += 1
    const request =
      kind === 'approval'
        ? approvalOf(`order ${1 + choices.below(Math.max(1, orders))}`)
        : orderOf(shop, affiliate, kind === 'lead' ? null : `order ${orders}`)
    add(ledger, 1)
    ledger
      .keepPostback(receipt, request)
      .catch(() => undefined)
      .finally(() => add(ledger, -1))
  }

  return {
    send(ledger: Ledger, count: number) {
      for (let index = 0; index < count; index += 1) sendOne(ledger)
    },
    /** What this node has not answered. */
    waitingAt: (ledger: Ledger) => waiting.get(ledger) ?? 0,
  }
}

const ids: ReceiptId[] = []
function receiptIdOf(index: number): ReceiptId {
  ids[index] ??= namedId<'rcp'>(`bought ${index}`)
  return ids[index]
}
