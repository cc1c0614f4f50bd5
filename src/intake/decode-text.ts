import { isUtf8 } from 'node:buffer'

/**
 * Query strings and form bodies arrive here as byte strings: one character a byte, as Node gives a URL and as
 * `latin1` reads a body. So both go through the same code, and nothing is decoded that nobody asked for.
 */
export type ByteString = string

const percent = 0x25
const plus = 0x2b
const space = 0x20

/** A name or value between two places; null unless its escapes are whole and its bytes are UTF-8. */
export const decodeStrictly = (bytes: ByteString, start: number, end: number): string | null =>
  isPlain(bytes, start, end) ? bytes.slice(start, end) : decode(bytes, start, end, true)

/** The same, but broken escapes stay as they are and bytes that are no UTF-8 become U+FFFD. */
export const decodeLeniently = (bytes: ByteString, start: number, end: number): string =>
  isPlain(bytes, start, end) ? bytes.slice(start, end) : (decode(bytes, start, end, false) ?? '')

/** Calls `visit` with where each `name=value` starts, has its `=` (the end, where there is none) and ends. */
export function eachPair(bytes: ByteString, visit: (start: number, equals: number, end: number) => void): void {
  for (let start = 0; start < bytes.length; ) {
    const separator = bytes.indexOf('&', start)
    const end = separator === -1 ? bytes.length : separator
    // Not indexOf: without an `=` it would run to the end of the text for each of thousands of pairs.
    let equals = start
    while (equals < end && bytes[equals] !== '=') equals++
    if (end > start) visit(start, equals, end)
    start = end + 1
  }
}

function isPlain(bytes: ByteString, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes.charCodeAt(at)
    if (code === percent || code === plus || code > 0x7f) return false
  }
  return true
}

function decode(bytes: ByteString, start: number, end: number, strict: boolean): string | null {
  const decoded = Buffer.allocUnsafe(end - start)
  let length = 0
  let ascii = true
  for (let at = start; at < end; at++) {
    let byte = bytes.charCodeAt(at)
    if (byte === plus) byte = space
    else if (byte === percent) {
      const escaped = at + 2 < end ? hexByte(bytes, at + 1) : -1
      if (escaped >= 0) {
        byte = escaped
        at += 2
      } else if (strict) return null
    } else if (byte > 0xff) byte = 0xff // no byte at all; 0xff is in no UTF-8 text
    if (byte > 0x7f) ascii = false
    decoded[length++] = byte
  }
  if (ascii) return decoded.toString('latin1', 0, length)
  if (strict && !isUtf8(decoded.subarray(0, length))) return null
  return decoded.toString('utf8', 0, length)
}

/** The byte that two hexadecimal digits say; negative where they are none. */
export function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at))
  const low = hexDigit(text.charCodeAt(at + 1))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
