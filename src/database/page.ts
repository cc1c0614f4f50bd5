import { badInput } from '../kernel/errors.js'

/**
 * Pages by key: a page begins behind the id that the last one ended with, so rows that come or go meanwhile neither
 * shift it nor make it slow. The cursor is that id and the list it belongs to, opaque to clients.
 */
export interface PageRequest {
  readonly first: number
  /** The id behind which to go on. */
  readonly afterId: string | null
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly hasNextPage: boolean
}

const kinds = [
  'advertiser',
  'affiliate',
  'campaign',
  'link',
  'key',
  'click',
  'conversion',
  'receipt',
  'currencyRate',
] as const
export type PageKind = (typeof kinds)[number]

const maxFirst = 500
/** The kind's place in the list above, then the id: 17 bytes, 23 characters. */
const cursorText = /^[A-Za-z0-9_-]{23}$/

/** Reads a list's arguments; a refusal names the argument that is to blame. */
export function readPageRequest(
  kind: PageKind,
  first: number | null | undefined,
  after: string | null | undefined,
): PageRequest {
  if (first == null || !Number.isInteger(first) || first < 1 || first > maxFirst) {
    throw badInput(`first must be between 1 and ${maxFirst}.`, 'first')
  }
  return { first, afterId: after == null ? null : readCursor(kind, after) }
}

export function pageCursor(kind: PageKind, id: string): string {
  const bytes = Buffer.alloc(17)
  bytes.writeUInt8(kinds.indexOf(kind))
  bytes.write(id.replaceAll('-', ''), 1, 'hex')
  return bytes.toString('base64url')
}

function readCursor(kind: PageKind, text: string): string {
  const bytes = Buffer.from(cursorText.test(text) ? text : '', 'base64url')
  if (bytes[0] !== kinds.indexOf(kind)) throw badInput('This is no cursor of this list.', 'after')
  return bytes.toString('hex', 1).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Makes a page of rows that were read with `limit first + 1`: the extra one only says that there is more. */
export function cutPage<Row>(rows: readonly Row[], first: number): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first }
}
