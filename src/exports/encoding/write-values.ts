import { type Output, putAscii } from './output.js'

/**
 * Values as PostgreSQL sends them in binary, written as text into an export: no string is made of any of them, which is
 * what makes a million rows of forty cells cheap.
 */
export type WriteValue = (out: Output, source: Buffer, start: number, length: number) => void

const zero = 48
const point = 46
const minus = 45
const colon = 58
const zulu = 90
const base32 = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz')

/** A UUID as the 26 characters of a TypeID behind its prefix: two bits of nothing, then five bits a character. */
export const writeIdDigits: WriteValue = (out, source, start) => {
  const { bytes } = out
  let { at } = out
  let held = 0
  let bits = 2
  for (let index = start; index < start + 16; index += 1) {
    held = (held << 8) | source.readUInt8(index)
    bits += 8
    while (bits >= 5) {
      bits -= 5
      bytes[at] = base32.readUInt8((held >>> bits) & 31)
      at += 1
    }
    held &= (1 << bits) - 1
  }
  out.at = at
}

export const writeBoolean: WriteValue = (out, source, start) =>
  putAscii(out, source.readUInt8(start) === 1 ? 'true' : 'false')

/** What is known to need no escape in any format: our own words. */
export const writeWord: WriteValue = (out, source, start, length) => {
  source.copy(out.bytes, out.at, start, start + length)
  out.at += length
}

const dayMs = 86_400_000
const postgresEpochMs = Date.UTC(2000, 0, 1)

/** RFC 3339 in UTC, to the millisecond. The day's text is kept, because one row's is mostly the next one's too. */
export function createTimeWriter(): WriteValue {
  let day = Number.NaN
  let date = ''
  return (out, source, start) => {
    const atMs = Math.floor(readInt64(source, start) / 1000) + postgresEpochMs
    const its = Math.floor(atMs / dayMs)
    if (its !== day) {
      day = its
      date = new Date(its * dayMs).toISOString().slice(0, 11)
    }
    putAscii(out, date)
    // Whole numbers below 2^31 from here on, and said so, because the engine is three times as fast with them.
    const ofDay = (atMs - its * dayMs) | 0
    const seconds = (ofDay / 1000) | 0
    const minutes = (seconds / 60) | 0
    const hours = (minutes / 60) | 0
    putDigits(out, hours, 2)
    putByte(out, colon)
    putDigits(out, minutes - hours * 60, 2)
    putByte(out, colon)
    putDigits(out, seconds - minutes * 60, 2)
    putByte(out, point)
    putDigits(out, ofDay - seconds * 1000, 3)
    putByte(out, zulu)
  }
}

export const readInt64 = (source: Buffer, start: number): number =>
  source.readInt32BE(start) * 4_294_967_296 + source.readUInt32BE(start + 4)

/** Of a whole number below 2^31, with zeros in front. */
function putDigits(out: Output, number: number, digits: number): void {
  let rest = number
  for (let at = out.at + digits - 1; at >= out.at; at -= 1) {
    const tenth = (rest / 10) | 0
    out.bytes[at] = zero + rest - tenth * 10
    rest = tenth
  }
  out.at += digits
}

const negative = 0x4000

/**
 * A NUMERIC: how many groups of four digits, the power of 10,000 of the first, the sign, how many places it is shown
 * with, and the groups. Written as the shortest plain decimal that says the same.
 */
export const writeDecimal: WriteValue = (out, source, start) => {
  const groups = source.readInt16BE(start)
  const weight = source.readInt16BE(start + 2)
  const sign = source.readUInt16BE(start + 4)
  if (sign > negative) throw new Error('a NUMERIC that is no number')
  if (groups > 0 && sign === negative) putByte(out, minus)
  if (groups === 0 || weight < 0) putByte(out, zero)
  else {
    const first = readGroup(source, start, 0, groups)
    putDigits(out, first, first < 10 ? 1 : first < 100 ? 2 : first < 1_000 ? 3 : 4)
    for (let index = 1; index <= weight; index += 1) putDigits(out, readGroup(source, start, index, groups), 4)
  }
  if (groups <= weight + 1) return
  putByte(out, point)
  for (let index = weight + 1; index < groups; index += 1) putDigits(out, readGroup(source, start, index, groups), 4)
  while (out.bytes[out.at - 1] === zero) out.at -= 1
}

/** Groups that are not sent are zeros: before the first, where the number is small, and behind the last. */
const readGroup = (source: Buffer, start: number, index: number, groups: number): number =>
  index < 0 || index >= groups ? 0 : source.readInt16BE(start + 8 + index * 2)

function putByte(out: Output, byte: number): void {
  out.bytes[out.at] = byte
  out.at += 1
}
