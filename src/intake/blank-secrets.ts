import { clipText } from './clip-text.js'
import { type ByteString, hexByte } from './decode-text.js'

/**
 * Receipts are kept for weeks and shown to people, so no secret may get into one: not the token under its name, not
 * the token anywhere else, and no key or token of ours that was pasted into the wrong place. Secrets are blanked
 * before anything is cut off, since half a secret would no longer look like one.
 */
export const maxKeptBytes = 16 * 1024
const blank = '***'

/**
 * `token=…` in a query or a form, `"token": …` in JSON (the name in group 1 or 2 stays), and what our keys and sessions
 * look like. A signing secret is base64: read from a query its `+` is a space, also where it comes first, and PHP and .NET
 * write its `/` and `+` in JSON as `\/` and `\u002B`.
 */
const secretText =
  /((?:^|[?&])token=)[^&]+|("token"\s*:\s*)(?:"(?:[^"\\]|\\.|\\$)*"?|[^\s,}]+)|pb_(?:admin|analyst|advertiser|affiliate)_[a-z0-9]+|pbt_[a-z0-9]+|whsec_(?:[\w+/=% ]|\\\/|\\u00[\da-fA-F]{2})*|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/gs

/** A letter, digit or `-._~` that nobody needs to escape, escaped all the same: a way to hide a secret. */
const escapedPlain = /%(?:2[de]|3\d|5f|7e|[46][1-9a-f]|[57][\da])|\\u00/i

/** The URL as it came, path and query; `secret` is the token that it was sent with. */
export const keepUrl = (url: ByteString, secret: string): string =>
  keepText(fromBytes(url).replace(authority, ''), secret)

/** What a proxy or a script may put before the path: whom it is for, and there perhaps a password. */
const authority = /^[a-z]+:\/\/[^/?#]*/i

export function keepBody(body: Buffer | null, secret: string): string | null {
  return body === null || body.length === 0 ? null : keepText(body.toString('utf8'), secret)
}

function keepText(text: string, secret: string): string {
  return clipText(blankSecrets(text.replaceAll('\0', '\u2400').toWellFormed(), secret), maxKeptBytes)
}

export function blankSecrets(text: string, secret: string): string {
  if (escapedPlain.test(text)) return blankEscaped(text, secret)
  const withoutSecret = secret === '' ? text : text.replaceAll(secret, blank)
  return withoutSecret.replace(secretText, (_found, form?: string, json?: string) =>
    json === undefined ? `${form ?? ''}${blank}` : `${json}"${blank}"`,
  )
}

/** Looks for secrets in the text with its needless escapes undone, and blanks those places in the text as it is. */
function blankEscaped(text: string, secret: string): string {
  const { plain, places } = undoEscapes(text)
  const found: { start: number; end: number; text: string }[] = []
  for (let at = secret === '' ? -1 : plain.indexOf(secret); at !== -1; at = plain.indexOf(secret, at + secret.length)) {
    found.push({ start: at, end: at + secret.length, text: blank })
  }
  for (const match of plain.matchAll(secretText)) {
    const [whole, form = '', json] = match
    const start = match.index + (json ?? form).length
    found.push({ start, end: match.index + whole.length, text: json === undefined ? blank : `"${blank}"` })
  }
  found.sort((a, b) => a.start - b.start)
  let result = ''
  let done = 0
  for (const { start, end, text: replacement } of found) {
    if (end <= done) continue
    // Where two overlap, what the first has blanked already is not brought back.
    if (start >= done) result += text.slice(places[done], places[start]) + replacement
    done = end
  }
  return result + text.slice(places[done])
}

/** The text with its needless escapes undone, and for each place in it (its end included) the place it came from. */
function undoEscapes(text: string): { plain: string; places: Uint32Array } {
  const places = new Uint32Array(text.length + 1)
  let plain = ''
  let at = 0
  while (at < text.length) {
    places[plain.length] = at
    const width = text[at] === '%' ? 3 : text.startsWith('\\u00', at) ? 6 : 1
    const escaped = width === 1 || at + width > text.length ? -1 : hexByte(text, at + width - 2)
    if (escaped >= 0 && isUnreserved(escaped)) {
      plain += String.fromCharCode(escaped)
      at += width
    } else plain += text[at++]
  }
  places[plain.length] = at
  return { plain, places }
}

const isUnreserved = (code: number): boolean => code < 0x80 && /[\w.~-]/.test(String.fromCharCode(code))

function fromBytes(bytes: ByteString): string {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes.charCodeAt(at) > 0x7f) return Buffer.from(bytes, 'latin1').toString('utf8')
  }
  return bytes
}
