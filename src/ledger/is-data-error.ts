import { NotEncodable } from '../database/copy-encoding.js'

/** An entry that these books have no place for, whenever it is tried: its workspace or campaign is not in them. */
export class NoPlaceError extends Error {
  override readonly name = 'NoPlaceError'
}

/**
 * Whether the database refused a row for what is in it. Class 22 is bad data; a unique key of the ledger's own that is
 * hit means that two rows claim one place; a foreign key, that what the row belongs to is not there. Everything else
 * (disk, deadlock, time-out, lost connection) is the database's trouble, for which no row may be blamed.
 */
export function isDataError(error: unknown): boolean {
  if (error instanceof NoPlaceError || error instanceof NotEncodable) return true
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  if (error.code.startsWith('22') || error.code === '23503') return true
  return error.code === '23505' && 'constraint' in error && blameable.has(String(error.constraint))
}

const blameable = new Set(['conversion_order', 'conversion_order_by_click'])
