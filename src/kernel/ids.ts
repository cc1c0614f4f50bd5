import { randomFillSync } from 'node:crypto'
import { TypeID } from 'typeid-js'
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

export function encodeId<Prefix extends IdPrefix>(prefix: Prefix, id: Id<Prefix>): string {
  return TypeID.fromUUID(prefix, id).toString()
}

/** The id inside, or null for anything that is not an id of this prefix. */
export function decodeId<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> | null {
  if (text.length !== prefix.length + 27 || !text.startsWith(prefix)) return null
  try {
    return TypeID.fromString(text, prefix).toUUID() as Id<Prefix>
  } catch {
    return null
  }
}
