import type { Scope } from '../../access/scope.js'
import type { Subs } from '../../kernel/vocabulary.js'
import { Metrics, type Sums, sums } from '../../reporting/metrics.js'
import { type Column, isVisible, type Read } from '../columns/column.js'
import type { Names } from '../names.js'
import type { CopyRow } from './copy-rows.js'
import { figureText } from './figure-text.js'
import type { Format } from './format.js'
import { type Output, put, putAscii } from './output.js'
import {
  createTimeWriter,
  readInt64,
  type WriteValue,
  writeBoolean,
  writeDecimal,
  writeIdDigits,
  writeWord,
} from './write-values.js'

/** What the cells of one export are written with. */
export interface Writing {
  readonly format: Format
  readonly scope: Scope
  readonly names: Names
  /** A position of the ledger as this viewer's cursor. */
  readonly seal: (position: number) => string
}

export interface RowWriter {
  write(row: CopyRow, out: Output): void
  /** The most bytes that a row of this size can become. */
  room(size: number): number
}

/** The SQL expressions that columns are made of, each once; what a viewer may not see is not even read. */
export function fieldsOf(columns: readonly Column[], scope: Scope): string[] {
  const all = columns.filter((column) => isVisible(column, scope)).flatMap(({ read }) => expressionsOf(read))
  return [...new Set(all)]
}

const expressionsOf = (read: Read): readonly string[] =>
  read.from === 'sums' ? sums.map((name) => `r.${name}::text`) : [read.sql]

type WriteCell = (row: CopyRow, out: Output) => void

/** A byte of text takes six of JSON at most, and two of CSV. */
const growth = 6
/** A cell that is no text of outsiders is shorter: a cursor has 80 characters. */
const cellBytes = 128

/** Writes rows that were read with `fieldsOf` the same columns. */
export function createRowWriter(columns: readonly Column[], writing: Writing): RowWriter {
  const { format, scope, names } = writing
  const fields = fieldsOf(columns, scope)
  const ofRow = createRowValues(fields, scope)
  const cells = columns.map((column, index) => {
    const { before, after, absent } = format.frame(column, index === 0)
    const frame = { before: Buffer.from(before), after: Buffer.from(after), absent: Buffer.from(absent) }
    return isVisible(column, scope)
      ? createCell(column, frame, fields, ofRow, writing)
      : (_row: CopyRow, out: Output) => put(out, frame.absent)
  })
  const rowEnd = Buffer.from(format.rowEnd)
  const frameBytes = columns.reduce((bytes, { name }) => bytes + Buffer.byteLength(name) + cellBytes, rowEnd.length)
  const nameBytes = columns.filter(({ read }) => read.from === 'catalog').length * names.longest * growth

  return {
    room: (size) => size * growth + frameBytes + nameBytes,
    write(row, out) {
      ofRow.begin()
      for (const cell of cells) cell(row, out)
      put(out, rowEnd)
    },
  }
}

interface FrameBytes {
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly absent: Uint8Array
}

function createCell(
  { read, type }: Column,
  frame: FrameBytes,
  fields: readonly string[],
  ofRow: RowValues,
  { format, names, seal }: Writing,
): WriteCell {
  const { before, after, absent } = frame
  const fieldOf = (sql: string) => fields.indexOf(sql)

  /** A cell of one field; NULL and the empty text are no value. */
  function ofField(sql: string, write: WriteValue): WriteCell {
    const field = fieldOf(sql)
    return ({ bytes, starts, lengths }, out) => {
      const length = lengths[field] as number // as many as were asked for
      if (length <= 0) return put(out, absent)
      put(out, before)
      write(out, bytes, starts[field] as number, length)
      put(out, after)
    }
  }

  switch (read.from) {
    case 'value':
      return ofField(read.sql, valueWriter(type, format))
    case 'id': {
      const prefix = Buffer.from(`${read.prefix}_`)
      return ofField(read.sql, (out, source, start, length) => {
        put(out, prefix)
        writeIdDigits(out, source, start, length)
      })
    }
    case 'position':
      return ofField(read.sql, (out, source, start) => putAscii(out, seal(readInt64(source, start))))
    case 'catalog': {
      const field = fieldOf(read.sql)
      const known = names.ready(read.name, ({ text }) => cellOf(text, frame, format))
      return ({ bytes, starts, lengths }, out) => {
        const start = starts[field] as number // as many as were asked for
        const cell = lengths[field] === 16 ? known.get(bytes.toString('latin1', start, start + 16)) : undefined
        put(out, cell ?? absent)
      }
    }
    case 'subs': {
      const field = fieldOf(read.sql)
      const writeString = createStringWriter(format)
      return (row, out) => {
        const text = ofRow.subs(row, field)?.[read.sub]
        if (text === undefined || text === '') return put(out, absent)
        put(out, before)
        writeString(out, text)
        put(out, after)
      }
    }
    case 'sums':
      return (row, out) => {
        const figure = ofRow.metrics(row)[read.metric]
        if (figure === null) return put(out, absent)
        put(out, before)
        putAscii(out, figureText(figure))
        put(out, after)
      }
  }
}

function valueWriter(type: Column['type'], { writeText }: Format): WriteValue {
  switch (type) {
    case 'boolean':
      return writeBoolean
    case 'decimal':
      return writeDecimal
    case 'time':
      return createTimeWriter()
    case 'word':
      return writeWord
    default:
      return writeText
  }
}

/** Writes strings as texts of this format. */
function createStringWriter({ writeText }: Format): (out: Output, text: string) => void {
  let scratch = Buffer.alloc(0)
  return (out, text) => {
    // No unit of a string takes more than three bytes.
    if (scratch.length < text.length * 3) scratch = Buffer.alloc(text.length * 3)
    writeText(out, scratch, 0, scratch.write(text))
  }
}

/** A text as a cell. */
function cellOf(text: string, { before, after }: FrameBytes, format: Format): Uint8Array {
  const out: Output = { bytes: Buffer.alloc(before.length + text.length * 3 * growth + cellBytes), at: 0 }
  put(out, before)
  createStringWriter(format)(out, text)
  put(out, after)
  return Buffer.from(out.bytes.subarray(0, out.at))
}

/** What several cells of a row are made of together, worked out once a row. */
interface RowValues {
  begin(): void
  subs(row: CopyRow, field: number): Subs | null
  metrics(row: CopyRow): Metrics
}

function createRowValues(fields: readonly string[], scope: Scope): RowValues {
  const sumFields = sums.map((name) => fields.indexOf(`r.${name}::text`))
  let subs: Subs | null | undefined
  let metrics: Metrics | undefined

  const textOf = ({ bytes, starts, lengths }: CopyRow, field: number): string => {
    const start = starts[field] as number // as many as were asked for
    return bytes.toString('latin1', start, start + (lengths[field] as number))
  }

  return {
    begin() {
      subs = undefined
      metrics = undefined
    },
    subs({ bytes, starts, lengths }, field) {
      if (subs !== undefined) return subs
      // A byte of version, then the text; most have no sub-ids.
      const start = (starts[field] as number) + 1
      const end = start + (lengths[field] as number) - 1
      subs = end - start <= 2 ? null : (JSON.parse(bytes.toString('utf8', start, end)) as Subs) // so the ledger writes it
      return subs
    },
    metrics(row) {
      metrics ??= new Metrics(
        Object.fromEntries(sums.map((name, index) => [name, textOf(row, sumFields[index] as number)])) as Sums,
        scope,
      )
      return metrics
    },
  }
}
