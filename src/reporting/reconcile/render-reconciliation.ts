import { encodeId } from '../../kernel/ids.js'
import type { BookedOrder, ListedOrder } from './compare-orders.js'
import type { Reason } from './read-reasons.js'
import type { Reconciliation } from './reconcile.js'

/** The answer over HTTP, in the shape that the GraphQL type has, with what tells a conversion apart. */
export function toJson(reconciliation: Reconciliation, asOf: string): object {
  const { advertiserId, counts, sums, reasons, truncated } = reconciliation
  return {
    asOf,
    advertiser: { id: encodeId('adv', advertiserId) },
    ...{ counts, sums, reasons },
    missing: reconciliation.missing.map(({ listed, reason }) => ({ listed, reason: reasonOf(reason) })),
    extra: reconciliation.extra.map(conversionOf),
    different: reconciliation.different.map(({ listed, order, differences, reason }) => ({
      listed,
      conversion: conversionOf(order),
      differences,
      reason: reasonOf(reason),
    })),
    ambiguous: reconciliation.ambiguous.map(({ listed, orders }) => ({
      listed,
      conversions: orders.map(conversionOf),
    })),
    repeated: reconciliation.repeated.map(({ listed, first }) => ({ listed, first })),
    truncated,
  }
}

const conversionOf = (order: BookedOrder) => ({
  id: encodeId('cnv', order.id),
  status: order.status,
  event: order.event,
  transactionId: order.transactionId,
  line: order.line,
  amount: order.amount,
  currency: order.currency,
  occurredAt: new Date(order.occurredAt).toISOString(),
  campaign: { id: encodeId('cmp', order.campaignId) },
})

const reasonOf = (reason: Reason | null) =>
  reason && { code: reason.code, text: reason.text, outcome: reason.outcome, receipt: receiptOf(reason) }

const receiptOf = ({ receiptId }: Reason) => receiptId && { id: encodeId('rcp', receiptId) }

export const differenceColumns = [
  ...['kind', 'transaction_id', 'line', 'event', 'field', 'theirs', 'ours', 'reason', 'conversion', 'receipt', 'place'],
] as const

/** A row for each difference, for a spreadsheet. What was found as listed has none. */
export function* toRows(reconciliation: Reconciliation): Generator<readonly string[]> {
  for (const { listed, reason } of reconciliation.missing) {
    yield row('missing', listed, { ...theirsAlone(listed), ...reasonCells(reason) })
  }
  for (const { listed, order, differences, reason } of reconciliation.different) {
    const conversion = encodeId('cnv', order.id)
    for (const { field, theirs, ours } of differences) {
      yield row('different', listed, { field, theirs, ours, conversion, ...reasonCells(reason) })
    }
  }
  for (const { listed, orders } of reconciliation.ambiguous) {
    for (const { id, line, event } of orders) {
      yield row('ambiguous', { ...listed, line, event }, { conversion: encodeId('cnv', id) })
    }
  }
  for (const { listed, first } of reconciliation.repeated) {
    yield row('repeated', listed, { field: 'place', theirs: String(listed.place), ours: String(first) })
  }
  for (const order of reconciliation.extra) {
    const { amount, id } = order
    yield row('extra', order, { ...(amount && { field: 'amount', ours: amount }), conversion: encodeId('cnv', id) })
  }
}

interface Cells {
  readonly field?: string
  readonly theirs?: string
  readonly ours?: string | null
  readonly reason?: string
  readonly conversion?: string
  readonly receipt?: string
}

const theirsAlone = ({ amount }: ListedOrder): Cells => (amount === null ? {} : { field: 'amount', theirs: amount })

const reasonCells = (reason: Reason | null): Cells =>
  reason === null
    ? {}
    : {
        reason:
          reason.outcome === null || reason.outcome === reason.code ? reason.code : `${reason.outcome} ${reason.code}`,
        ...(reason.receiptId && { receipt: encodeId('rcp', reason.receiptId) }),
      }

type Named = Pick<ListedOrder, 'line' | 'event'> & { readonly transactionId: string | null; readonly place?: number }

function row(kind: string, { transactionId, line, event, place }: Named, cells: Cells): readonly string[] {
  const { field = '', theirs = '', ours, reason = '', conversion = '', receipt = '' } = cells
  const texts = [kind, transactionId ?? '', line ?? '', event ?? '', field]
  const all = [...texts, theirs, ours ?? '', reason, conversion, receipt, place === undefined ? '' : String(place)]
  return all.map(inertCell)
}

const plainNumber = /^-?\d+(\.\d+)?$/

/** A spreadsheet takes a cell that begins with one of these for a formula; an apostrophe makes it text. */
const inertCell = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !plainNumber.test(text) ? `'${text}` : text)
