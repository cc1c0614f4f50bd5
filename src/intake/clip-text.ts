/** C0, DEL and C1. They have no place in a parameter, and NUL has none in a PostgreSQL text. */
export const controlCharacter = /\p{Cc}/u
const controlCharacters = /\p{Cc}+/gu

/** No UTF-16 unit takes more than three bytes of UTF-8, so short texts need no counting. */
const maxBytesPerUnit = 3

export const fitsBytes = (text: string, maxBytes: number): boolean =>
  text.length * maxBytesPerUnit <= maxBytes || Buffer.byteLength(text) <= maxBytes

/** The longest beginning that fits `maxBytes` of UTF-8 and does not cut a character in two. */
export function clipText(text: string, maxBytes: number): string {
  if (text.length * maxBytesPerUnit <= maxBytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read)
}

/** What we keep of a text that somebody else wrote and that may not stop us. */
export function cleanText(text: string, maxBytes: number): string {
  const clean = controlCharacter.test(text) ? text.replace(controlCharacters, '') : text
  return clipText(clean.toWellFormed(), maxBytes)
}
