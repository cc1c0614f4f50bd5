import type { Format } from './format.js'
import type { Output } from './output.js'
import type { WriteValue } from './write-values.js'

const quote = 0x22
const comma = 0x2c
const lineFeed = 0x0a
const carriageReturn = 0x0d
const tab = 0x09
const space = 0x20
const apostrophe = 0x27

/**
 * RFC 4180: CRLF, a header, quotes only where they are needed; none is an empty cell.
 *
 * What outsiders wrote may begin like a formula, and whoever opens the file in a spreadsheet would run it. So such a
 * text gets an apostrophe before it, unless the file is asked for as it is (`isRaw`).
 */
export function createCsv({ isRaw }: { isRaw: boolean }): Format {
  return {
    id: isRaw ? 'raw csv' : 'csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    header: (columns) => `${columns.map(({ name }) => name).join(',')}\r\n`,
    frame: (_column, isFirst) => ({ before: isFirst ? '' : ',', after: '', absent: isFirst ? '' : ',' }),
    rowEnd: '\r\n',
    writeText: isRaw ? writeCell : writeSafeCell,
  }
}

const writeCell: WriteValue = (out, source, start, length) => writeQuoted(out, source, start, length, false)
const writeSafeCell: WriteValue = (out, source, start, length) =>
  writeQuoted(out, source, start, length, beginsFormula(source, start, start + length))

function writeQuoted(out: Output, source: Buffer, start: number, length: number, isGuarded: boolean): void {
  const end = start + length
  const { bytes } = out
  let { at } = out
  const isQuoted = needsQuotes(source, start, end)
  if (isQuoted) {
    bytes[at] = quote
    at += 1
  }
  if (isGuarded) {
    bytes[at] = apostrophe
    at += 1
  }
  for (let index = start; index < end; index += 1) {
    const byte = source[index] as number // below `end`
    bytes[at] = byte
    at += 1
    if (byte === quote) {
      bytes[at] = quote
      at += 1
    }
  }
  if (isQuoted) {
    bytes[at] = quote
    at += 1
  }
  out.at = at
}

function needsQuotes(source: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = source[index]
    if (byte === comma || byte === quote || byte === lineFeed || byte === carriageReturn) return true
  }
  return false
}

const formulaBytes: readonly (number | undefined)[] = [...Buffer.from('=+-@'), tab, carriageReturn, lineFeed]
/** `= + - @` in full width and in the small forms, which spreadsheets of East Asia take for the same. */
const wideFormulas = ['＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'].map((sign) => Buffer.from(sign))

/** Spaces before do not help: some spreadsheets drop them. */
function beginsFormula(source: Buffer, start: number, end: number): boolean {
  let first = start
  while (first < end && source[first] === space) first += 1
  if (formulaBytes.includes(source[first])) return true
  return (source[first] ?? 0) === 0xef && wideFormulas.some((sign) => sign.compare(source, first, first + 3) === 0)
}
