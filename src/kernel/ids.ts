import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/**
 * Inside, an id is the text of a UUIDv7, branded with what it names; outside it is a TypeID: the prefix, `_`, and 26
 * characters of base32 that sort as the UUID does. Only the edges (HTTP, GraphQL, exports) translate.
 */
declare const names: unique symbol
export type Id<Prefix extends IdPrefix> = string & { readonly [names]: Prefix }
export type IdPrefix = 'wsp' | 'adv' | 'aff' | 'cmp' | 'lnk' | 'key' | 'clk' | 'cnv' | 'rcp'

export type WorkspaceId = Id<'wsp'>
export type AdvertiserId = Id<'adv'>
export type AffiliateId = Id<'aff'>
export type CampaignId = Id<'cmp'>
export type LinkId = Id<'lnk'>
export type KeyId = Id<'key'>
export type ClickId = Id<'clk'>
export type ConversionId = Id<'cnv'>
export type ReceiptId = Id<'rcp'>

/** Random bytes are fetched from the system by the page: asking for sixteen at a time costs more than all the rest. */
const pool = Buffer.alloc(8192)
let used = pool.length

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}

/** A new id. Ids sort by the time they name: pass `atMs` for an event that happened at another time than now. */
export function newId<Prefix extends IdPrefix>(atMs?: number): Id<Prefix> {
  // Without a time of its own, v7 also counts within the millisecond, so that what is made in order sorts in order.
  return v7(atMs === undefined ? undefined : { msecs: atMs, random: randomBytes() }) as Id<Prefix>
}

/** Crockford's base32 in lower case, the alphabet of TypeIDs. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz'
const digitPairs = Array.from({ length: 1024 }, (_, bits) => digits.charAt(bits >> 5) + digits.charAt(bits & 31))
/** Where the hexadecimal digits are in the text of a UUID. */
const hexPlaces = Array.from({ length: 36 }, (_, place) => place).filter((place) => ![8, 13, 18, 23].includes(place))
/** What a character stands for that is no digit. */
export const noDigit = 255
/** What each hexadecimal digit stands for, by the code of its character. */
export const hexValues = valuesOf('0123456789abcdef')
const digitValues = valuesOf(digits)

/** What each character stands for, by its code. */
function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(noDigit)
  for (const [value, digit] of [...alphabet].entries()) values[digit.charCodeAt(0)] = value
  return values
}

/**
 * A UUID's 128 bits are 26 digits of five bits each, of which the first has but three: so two digits for its first byte,
 * then four for every 20 bits, which are five hexadecimal digits. An answer has hundreds of ids, hence no detour over
 * bytes.
 */
export function encodeId<Prefix extends IdPrefix>(prefix: Prefix, id: Id<Prefix>): string {
  const hex = (index: number) => hexValues[id.charCodeAt(hexPlaces[index] as number)] as number
  let text = `${prefix}_${digitPairs[(hex(0) << 4) | hex(1)]}`
  for (let at = 2; at < 32; at += 5) {
    const bits = (hex(at) << 16) | (hex(at + 1) << 12) | (hex(at + 2) << 8) | (hex(at + 3) << 4) | hex(at + 4)
    text += digitPairs[bits >> 10]
    text += digitPairs[bits & 1023]
  }
  return text
}

/** The id inside, or null for anything that is not an id of this prefix. */
export function decodeId<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> | null {
  const start = prefix.length + 1
  if (text.length !== start + 26 || !text.startsWith(`${prefix}_`)) return null
  let seen = 0
  const digit = (index: number): number => {
    const value = digitValues[text.charCodeAt(start + index)] ?? noDigit
    seen |= value
    return value
  }
  const first = (digit(0) << 5) | digit(1)
  let hex = toHex(first, 2)
  for (let at = 2; at < 26; at += 4) {
    hex += toHex((digit(at) << 15) | (digit(at + 1) << 10) | (digit(at + 2) << 5) | digit(at + 3), 5)
  }
  if (seen > 31 || first > 255) return null
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Prefix>
}

const toHex = (bits: number, length: number): string => bits.toString(16).padStart(length, '0')
