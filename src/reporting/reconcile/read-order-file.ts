import { CsvError, type Parser, parse } from 'csv-parse'
import { badInput, CodedError } from '../../kernel/errors.js'
import type { ListedOrder } from './compare-orders.js'
import { checkListedOrder } from './listed-order.js'
import {
  type ColumnName,
  type Columns,
  type DecimalSign,
  readAmount,
  readCurrency,
  readHeader,
  readStatus,
} from './order-columns.js'

/**
 * Reads a file of orders as it arrives. Either all of it can be read, or what is wrong is told, by line, and none of it
 * is used.
 */
export type OrderFile =
  | { readonly orders: readonly ListedOrder[]; readonly columns: Columns }
  | { readonly problems: readonly Problem[] }

export interface Problem {
  readonly line: number
  /** As the file's header calls it. */
  readonly column: string | null
  readonly message: string
}

export interface OrderFileOptions {
  readonly delimiter: ',' | ';' | '\t' | null
  readonly decimal: DecimalSign
  /** That of orders which name none. */
  readonly event: string | null
  readonly maxRows: number
}

const maxProblems = 20
/** A header and a row have room in this many bytes; what has not is no list of orders. */
const maxRowBytes = 16_384

export async function readOrderFile(text: AsyncIterable<string>, options: OrderFileOptions): Promise<OrderFile> {
  const rows = createRows(options)
  let parser: Parser | null = null
  let pending = ''
  try {
    for await (const part of withPlainBreaks(text)) {
      pending += part
      // Not before the header is there: it tells what the cells are separated by.
      if (parser === null && !pending.includes('\n') && pending.length < maxRowBytes) continue
      parser ??= openParser(pending, options, rows.take)
      await write(parser, pending)
      pending = ''
      if (rows.isOver()) break
    }
    parser ??= openParser(pending, options, rows.take)
    if (!rows.isOver()) await end(parser, pending)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines = 1 } = error as CsvError & { lines?: number } // they are there, though not in its type
    const line = error.code === 'CSV_QUOTE_NOT_CLOSED' ? rows.nextLine() : lines
    rows.problems.push({ line, column: null, message: csvAdvice[error.code] ?? error.message })
  } finally {
    parser?.destroy()
  }
  const { columns, orders, problems } = rows
  if (problems.length > 0) return { problems }
  const header = columns()
  if (header === null) return { problems: [{ line: 1, column: null, message: 'The file is empty.' }] }
  return { orders, columns: header }
}

const csvAdvice: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quoted cell begins here or further down, and does not end.',
  CSV_INVALID_CLOSING_QUOTE: 'A quoted cell goes on behind its quotes; a quote within one is written twice.',
  INVALID_OPENING_QUOTE: 'A quote stands within a cell that is not quoted.',
  CSV_MAX_RECORD_SIZE: `A row is longer than ${maxRowBytes} bytes.`,
}

function openParser(start: string, options: OrderFileOptions, take: TakeRow): Parser {
  const parser = parse({
    delimiter: options.delimiter ?? delimiterOf(start),
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
    on_record: (cells: string[], { lines }) => {
      take(cells, lines)
      return null
    },
  })
  // Whoever writes to it is told as well.
  parser.on('error', () => undefined)
  return parser.resume()
}

/** Ends lines by \n alone, also those that a piece cuts in two: so each counts once, wherever it stands. */
async function* withPlainBreaks(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const part of text) {
    const whole = held + part
    held = whole.endsWith('\r') ? '\r' : ''
    yield whole.slice(0, whole.length - held.length).replaceAll(/\r\n?/g, '\n')
  }
  if (held !== '') yield '\n'
}

/** The one that the header has most of. */
function delimiterOf(start: string): string {
  const header = start.trimStart().split('\n', 1)[0] ?? ''
  const unquoted = header.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}

const write = (parser: Parser, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.write(text, (error) => (error == null ? resolve() : reject(error)))
  })

const end = (parser: Parser, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.once('error', reject)
    parser.end(text, resolve)
  })

type TakeRow = (cells: readonly string[], lastLine: number) => void

function createRows({ decimal, event, maxRows }: OrderFileOptions) {
  let columns: Columns | null = null
  const orders: ListedOrder[] = []
  const problems: Problem[] = []
  let isOver = false
  let nextLine = 1

  /** The header is the first row; each row after it is an order. */
  function takeRow(cells: readonly string[], line: number): void {
    if (columns === null) {
      columns = readHeader(cells)
      return
    }
    const { indexes, header } = columns
    if (orders.length === maxRows) {
      isOver = true
      throw badInput(`A file may have ${maxRows} orders.`)
    }
    if (cells.length !== header.length) {
      throw badInput(`The header has ${header.length} cells, this row ${cells.length}.`)
    }
    const title = (name: ColumnName) => header[indexes.get(name) ?? -1] ?? name
    const cell = (name: ColumnName): string | null => cells[indexes.get(name) ?? -1]?.trim() || null
    const read = <Value>(name: ColumnName, parse: (text: string, column: string) => Value): Value | null => {
      const text = cell(name)
      return text === null ? null : parse(text, title(name))
    }
    const order: ListedOrder = {
      place: line,
      transactionId: cell('transactionId') ?? '',
      line: cell('line'),
      event: cell('event'),
      amount: read('amount', (text, column) => readAmount(text, decimal, column)),
      currency: read('currency', readCurrency),
      status: read('status', readStatus),
    }
    orders.push(checkListedOrder(order, event, (name) => title(name as ColumnName))) // only what a file may say is checked
  }

  const take: TakeRow = (cells, lastLine) => {
    nextLine = lastLine + 1
    if (isOver || cells.every((cell) => cell.trim() === '')) return
    const line = lastLine - linesWithin(cells)
    try {
      takeRow(cells, line)
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      problems.push({ line, column: error.field ?? null, message: error.message })
      // Without a header no row can be read.
      isOver ||= columns === null || problems.length >= maxProblems
    }
  }
  return { columns: () => columns, orders, problems, take, isOver: () => isOver, nextLine: () => nextLine }
}

/** A quoted cell may hold line breaks, and a row is named by the line that it begins on. */
const linesWithin = (cells: readonly string[]): number =>
  cells.reduce((count, cell) => count + (cell.split('\n').length - 1), 0)
