import type { Draw } from './draw.js'
import { hostileBytes, hostileJson, hostileName } from './hostile.js'

/** What a request says, in order; names may come twice. */
export type Fields = readonly (readonly [name: string, value: string])[]

const unreserved = /[\w.~-]/

/** A text as bytes that may stand in a query, escaped in one of the ways that senders have, or wrongly. */
function escapeText(draw: Draw, text: string): string {
  const right = escapeBytes(Buffer.from(text), isUnsafe)
  switch (draw.upTo(39)) {
    case 0:
      return `${right}${draw.oneOf(['%', '%4', '%zz', '%u0041', '%00', '%c0%80'])}`
    case 1:
      return `${right}${escapeBytes(hostileBytes(draw), isNotRaw)}`
    case 2:
    case 3:
      return escapeBytes(Buffer.from(text), () => true)
    case 4:
    case 5:
    case 6:
      return escapeBytes(Buffer.from(text), isNotRaw)
    case 7:
    case 8:
      return escapeBytes(Buffer.from(text), (byte) => isUnsafe(byte) || byte % 2 === 0)
    default:
      return right
  }
}

/** All that is escaped by whoever knows the rules. */
const isUnsafe = (byte: number) => byte > 0x7e || !unreserved.test(String.fromCharCode(byte))
/** What cannot stand in a request's first line at all, and what would part names from values. */
const isNotRaw = (byte: number) => byte <= 0x20 || byte === 0x7f || byte === 0x23 || byte === 0x26 || byte === 0x3d

function escapeBytes(bytes: Buffer, isEscaped: (byte: number) => boolean): string {
  let text = ''
  for (const byte of bytes) {
    text += isEscaped(byte) ? `%${byte.toString(16).padStart(2, '0').toUpperCase()}` : String.fromCharCode(byte)
  }
  return text
}

/** As whoever knows the rules does. */
export const escapeField = (text: string): string => escapeBytes(Buffer.from(text), isUnsafe)

/** A query or a form, one character a byte. */
export const toQuery = (draw: Draw, fields: Fields): string =>
  fields
    .map(
      ([name, value]) =>
        `${isOurs(name) ? name : escapeText(draw, name)}${draw.happens(2) ? '' : '='}${escapeText(draw, value)}`,
    )
    .join(draw.happens(2) ? '&&' : '&')

/** A JSON object; numbers are written as numbers now and then. */
export function toJson(draw: Draw, fields: Fields): string {
  const members = fields.map(([name, value]) => {
    const isNumber = /^\d+(\.\d+)?$/.test(value) && !/^0\d/.test(value) && draw.happens(50)
    return `${JSON.stringify(name)}:${isNumber ? value : JSON.stringify(value)}`
  })
  if (draw.happens(8)) members.push(`${JSON.stringify(hostileName(draw))}:${hostileJson(draw)}`)
  const space = draw.oneOf(['', '', '', ' ', '\r', '\t'])
  return `{${space}${members.join(`,${space}`)}${space}}`
}

const isOurs = (name: string) => /^\w+$/.test(name)

export type Headers = Readonly<Record<string, string>>

/** A request as it goes over the wire; what headers may not have is taken out of them. */
export function writeRequest(method: string, target: string, headers: Headers, body: Buffer | null = null): Buffer {
  const lines = [`${method} ${lineSafe(target)} HTTP/1.1`, 'host: 127.0.0.1']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${headerSafe(value)}`)
  if (body !== null) lines.push(`content-length: ${body.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return body === null ? head : Buffer.concat([head, body])
}

/** Node ends a connection on which a byte of another kind stands there. */
const lineSafe = (target: string): string =>
  target
    .replace(/[^\x21-\x7e]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
    // A request's head has room for 16 KB.
    .slice(0, 8_000)
const headerSafe = (value: string): string =>
  Buffer.from(value)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
    .slice(0, 1_000)
