import { badInput } from '../../kernel/errors.js'
import { Currency } from '../../kernel/scalars.js'
import type { ConversionStatus } from '../../kernel/vocabulary.js'
import type { ListedOrder } from './compare-orders.js'

/** What of an order a file may say, and the names that shops, networks and trackers have for it. */
const columnNames = {
  transactionId: [
    ...['txid', 'transaction_id', 'transactionid', 'tid', 'txn_id', 'order_id', 'orderid', 'order_number'],
    ...['order', 'action_id', 'invoice_id', 'invoiceid'],
  ],
  line: ['line', 'line_id', 'line_item', 'item'],
  event: ['event', 'event_name', 'goal'],
  amount: ['amount', 'sale_amount', 'saleamount', 'order_amount', 'order_value', 'sum', 'total'],
  currency: ['currency', 'currency_code'],
  status: ['status', 'order_status', 'state'],
} as const satisfies Partial<Record<keyof ListedOrder, readonly string[]>>

export type ColumnName = keyof typeof columnNames
const names = Object.keys(columnNames) as ColumnName[]

export interface Columns {
  /** Where each stands in a row, of those that the file has. */
  readonly indexes: ReadonlyMap<ColumnName, number>
  readonly header: readonly string[]
  /** Headers that mean nothing here: what they hold is not compared. */
  readonly ignored: readonly string[]
}

/** Finds out which column is which, in whatever order, case and spelling they come. */
export function readHeader(cells: readonly string[]): Columns {
  const header = cells.map((cell) => cell.trim())
  const indexes = new Map<ColumnName, number>()
  const ignored: string[] = []
  for (const [index, title] of header.entries()) {
    const name = nameOf(title)
    const before = name === undefined ? undefined : indexes.get(name)
    if (before !== undefined) throw badInput(`"${header[before]}" and "${title}" are both the ${name}.`, title)
    if (name !== undefined) indexes.set(name, index)
    else if (title !== '') ignored.push(title)
  }
  if (!indexes.has('transactionId')) {
    throw badInput(`No column has the order ids: call one of them ${columnNames.transactionId.join(', ')}.`)
  }
  return { indexes, header, ignored }
}

function nameOf(title: string): ColumnName | undefined {
  const word = title.toLowerCase().replaceAll(/[\s.-]+/g, '_')
  return names.find((name) => (columnNames[name] as readonly string[]).includes(word))
}

const statusWords: Readonly<Record<ConversionStatus, readonly string[]>> = {
  PENDING: ['pending', 'hold', '2', '5'],
  APPROVED: ['approved', 'confirmed', '1'],
  REJECTED: ['rejected', 'declined', '3'],
  REVERSED: ['reversed', 'refunded', 'chargeback'],
}
const statusOf: ReadonlyMap<string, ConversionStatus> = new Map(
  (Object.keys(statusWords) as ConversionStatus[]).flatMap((status) =>
    statusWords[status].map((word): [string, ConversionStatus] => [word, status]),
  ),
)

export function readStatus(text: string, column: string): ConversionStatus {
  const status = statusOf.get(text.toLowerCase())
  if (status === undefined) throw badInput(`A status is one of: ${[...statusOf.keys()].join(', ')}.`, column)
  return status
}

/** How a file writes 12.50: `12.50` or `12,50`. */
export const decimalSigns = { point: '.', comma: ',' } as const
export type DecimalSign = keyof typeof decimalSigns

const amountText = /^-?\d{1,12}(\.\d{1,8})?$/

/** Separators between thousands are refused, because `1,234` may be one or a thousand. */
export function readAmount(text: string, sign: DecimalSign, column: string): string {
  const plain = sign === 'comma' ? text.replaceAll(/[.,]/g, (mark) => (mark === ',' ? '.' : ' ')) : text
  if (amountText.test(plain)) return plain
  const other = sign === 'point' && /^-?\d+,\d+$/.test(text) ? ' For a decimal comma, ask with decimal=comma.' : ''
  const example = `12${decimalSigns[sign]}50`
  throw badInput(`An amount is a plain decimal such as ${example}, up to 12 digits and 8 behind.${other}`, column)
}

export function readCurrency(text: string, column: string): string {
  try {
    return Currency.parseValue(text)
  } catch {
    throw badInput('A currency is an ISO 4217 code such as EUR.', column)
  }
}
