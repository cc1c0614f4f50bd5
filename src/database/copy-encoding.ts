import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { hexValues, noDigit } from '../kernel/ids.js'

/** What the value of a column is in the program, by the type that it has in SQL; null is NULL for each. */
export interface SqlValues {
  uuid: string
  text: string
  boolean: boolean
  smallint: number
  integer: number
  bigint: number | string
  /** Unix milliseconds. */
  timestamptz: number
  /** A plain decimal: `-12.50`. */
  numeric: string
  /** Whatever JSON can say. */
  jsonb: unknown
  inet: string
  'text[]': readonly string[]
}

export type ColumnTypes = Readonly<Record<string, keyof SqlValues>>

/** Bytes that grow as they are written. Numbers are big-endian. */
interface Output {
  bytes: Buffer
  view: DataView
  length: number
}

/** A value that its column's type does not have. */
export class NotEncodable extends Error {
  override readonly name = 'NotEncodable'
}

type Write<Value> = (out: Output, value: Value) => void

/** A first guess at what a row takes. */
const rowBytes = 640
/** What any field takes with its length, but those that make room themselves, as there is no telling how long they are. */
const fixedBytes = 24
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const messageHeader = 5
const copyData = 'd'.charCodeAt(0)
const copyDone = 'c'.charCodeAt(0)

/**
 * Rows as `COPY … FROM STDIN (FORMAT binary)` takes them, in the messages of the protocol, the last of which says that this
 * is all. Of all ways into a table it is the one that costs the server least: nothing is parsed, and the rows go in by the
 * page.
 */
export function encodeCopy(types: ColumnTypes, rows: readonly Readonly<Record<string, unknown>>[]): Buffer {
  const columns = Object.entries(types).map(([name, type]) => ({ name, write: writers[type] as Write<unknown> }))
  const out = createOutput(rows.length * rowBytes)
  out.length = messageHeader
  writeBytes(out, signature)
  // No flags, and no extension of the header.
  putInt32(out, 0)
  putInt32(out, 0)
  for (const row of rows) {
    reserve(out, 2)
    putInt16(out, columns.length)
    for (const { name, write } of columns) {
      reserve(out, fixedBytes)
      const value = row[name]
      if (value === null) putInt32(out, -1)
      else write(out, value)
    }
  }
  reserve(out, 2 + messageHeader)
  putInt16(out, -1)
  out.bytes[0] = copyData
  out.view.setInt32(1, out.length - 1)
  out.bytes[out.length++] = copyDone
  putInt32(out, 4)
  return out.bytes.subarray(0, out.length)
}

const writers: { readonly [Type in keyof SqlValues]: Write<SqlValues[Type]> } = {
  uuid: writeUuid,
  text: writeText,
  boolean(out, value) {
    putInt32(out, 1)
    out.bytes[out.length++] = value ? 1 : 0
  },
  smallint(out, value) {
    if (value !== (value << 16) >> 16) throw new NotEncodable(`no smallint: ${value}`)
    putInt32(out, 2)
    putInt16(out, value)
  },
  integer(out, value) {
    if (value !== (value | 0)) throw new NotEncodable(`no integer: ${value}`)
    putInt32(out, 4)
    putInt32(out, value)
  },
  bigint(out, value) {
    putInt32(out, 8)
    if (typeof value === 'number') return putInt64(out, value)
    out.view.setBigInt64(out.length, BigInt(value))
    out.length += 8
  },
  timestamptz(out, value) {
    putInt32(out, 8)
    putInt64(out, (Math.trunc(value) - epochMs) * 1000)
  },
  numeric: writeNumeric,
  jsonb: writeJson,
  inet: writeAddress,
  'text[]': writeTexts,
}

/** PostgreSQL counts microseconds from here. */
const epochMs = Date.UTC(2000, 0, 1)

function writeUuid(out: Output, uuid: string): void {
  putInt32(out, 16)
  const { bytes } = out
  let { length } = out
  let seen = 0
  for (let at = 0; at < 36; at += 2) {
    // The dashes are the 9th, 14th, 19th and 24th character.
    if (at === 8 || at === 13 || at === 18 || at === 23) at += 1
    const high = hexValues[uuid.charCodeAt(at)] ?? noDigit
    const low = hexValues[uuid.charCodeAt(at + 1)] ?? noDigit
    seen |= high | low
    bytes[length++] = (high << 4) | low
  }
  if (seen > 15 || uuid.length !== 36) throw new NotEncodable(`no uuid: ${uuid}`)
  out.length = length
}

/** Up to here, it is quicker to look at each character than to ask the system to write them. */
const shortText = 48

function writeText(out: Output, text: string): void {
  const { length } = text
  // No character takes more than three bytes, or two of them four.
  reserve(out, 4 + length * 3)
  const at = out.length + 4
  if (length <= shortText && copyAscii(out.bytes, at, text)) out.length = at + length
  else out.length = at + out.bytes.write(text, at)
  out.view.setInt32(at - 4, out.length - at)
}

function copyAscii(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code > 127) return false
    bytes[at + index] = code
  }
  return true
}

const zero = '0'.charCodeAt(0)
const negative = 0x4000

const decimal = /^-?\d+(\.\d+)?$/

/** Four digits at a time, before and behind the point; the first four before it are of the power `weight`. */
function writeNumeric(out: Output, text: string): void {
  if (!decimal.test(text)) throw new NotEncodable(`no decimal: ${text}`)
  const sign = text.startsWith('-') ? 1 : 0
  const point = text.indexOf('.')
  const whole = (point < 0 ? text.length : point) - sign
  const scale = point < 0 ? 0 : text.length - point - 1
  const groupsBefore = Math.ceil(whole / 4)
  const groups = groupsBefore + Math.ceil(scale / 4)
  reserve(out, 12 + groups * 2)
  putInt32(out, 8 + groups * 2)
  putInt16(out, groups)
  putInt16(out, groupsBefore - 1)
  putInt16(out, sign === 1 ? negative : 0)
  putInt16(out, scale)
  const end = sign + whole
  for (let at = end - groupsBefore * 4; at < end; at += 4) putInt16(out, fourDigits(text, at, sign, end))
  for (let at = point + 1; groups > groupsBefore && at < text.length; at += 4) {
    putInt16(out, fourDigits(text, at, at, text.length))
  }
}

/** What is outside of the digits counts as zero. */
function fourDigits(text: string, at: number, from: number, to: number): number {
  let value = 0
  for (let index = at; index < at + 4; index += 1) {
    value = value * 10 + (index < from || index >= to ? 0 : text.charCodeAt(index) - zero)
  }
  return value
}

const jsonbVersion = 1

function writeJson(out: Output, value: unknown): void {
  const text = JSON.stringify(value)
  reserve(out, 5 + text.length * 3)
  const at = out.length + 4
  out.bytes[at] = jsonbVersion
  out.length = at + 1 + out.bytes.write(text, at + 1)
  out.view.setInt32(at - 4, out.length - at)
}

const family4 = 2
const family6 = 3

function writeAddress(out: Output, text: string): void {
  const address = bytesOf(text)
  putInt32(out, 4 + address.length)
  out.bytes[out.length++] = address.length === 4 ? family4 : family6
  out.bytes[out.length++] = address.length * 8
  // An address, and no network.
  out.bytes[out.length++] = 0
  out.bytes[out.length++] = address.length
  writeBytes(out, address)
}

function bytesOf(address: string): number[] {
  const version = isIP(address)
  if (version === 0) throw new NotEncodable(`no address: ${address}`)
  if (version === 4) return address.split('.').map(Number)
  // The library takes the end of `::1.2.3.4` for an address of the other family.
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)/, (_, ...bytes: string[]) => {
    const [one = 0, two = 0, three = 0, four = 0] = bytes.map(Number)
    return `${((one << 8) | two).toString(16)}:${((three << 8) | four).toString(16)}`
  })
  return ipaddr.parse(plain).toByteArray()
}

const textType = 25

function writeTexts(out: Output, texts: readonly string[]): void {
  const start = out.length
  out.length += 4
  // One dimension, or none for an empty one; nothing in it is NULL.
  putInt32(out, texts.length === 0 ? 0 : 1)
  putInt32(out, 0)
  putInt32(out, textType)
  if (texts.length > 0) {
    putInt32(out, texts.length)
    putInt32(out, 1)
    for (const text of texts) writeText(out, text)
  }
  out.view.setInt32(start, out.length - start - 4)
}

function createOutput(size: number): Output {
  const bytes = Buffer.allocUnsafeSlow(Math.max(size, 1024))
  return { bytes, view: new DataView(bytes.buffer), length: 0 }
}

function reserve(out: Output, more: number): void {
  if (out.length + more <= out.bytes.length) return
  const bytes = Buffer.allocUnsafeSlow(Math.max(out.bytes.length * 2, out.length + more))
  out.bytes.copy(bytes, 0, 0, out.length)
  out.bytes = bytes
  out.view = new DataView(bytes.buffer)
}

function writeBytes(out: Output, bytes: readonly number[] | Buffer): void {
  out.bytes.set(bytes, out.length)
  out.length += bytes.length
}

function putInt16(out: Output, value: number): void {
  out.view.setInt16(out.length, value)
  out.length += 2
}

function putInt32(out: Output, value: number): void {
  out.view.setInt32(out.length, value)
  out.length += 4
}

function putInt64(out: Output, value: number): void {
  if (!Number.isSafeInteger(value)) throw new NotEncodable(`no bigint: ${value}`)
  out.view.setInt32(out.length, Math.floor(value / 2 ** 32))
  out.view.setUint32(out.length + 4, value >>> 0)
  out.length += 8
}
