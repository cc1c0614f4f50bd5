import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Rows } from '../database/rows.js'

/** The installation's one secret: made at the first start, and the same for every node on this database. */
export async function readSecret(rows: Rows): Promise<Buffer> {
  await rows(`insert into installation (name, value) values ('secret', $1) on conflict (name) do nothing`, [
    randomBytes(32),
  ])
  const [kept] = await rows<{ value: Buffer }>(`select value from installation where name = 'secret'`)
  if (kept === undefined) throw new Error('the installation has no secret')
  return kept.value
}

/**
 * A key for one purpose alone, so that what is made for one is worth nothing for another. A KeyObject, because from raw
 * bytes each use would make one first, which costs five times as much as the use.
 */
export function deriveKey(secret: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `pulseback/${purpose}`, 32)))
}
