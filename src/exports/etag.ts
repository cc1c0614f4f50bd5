import { hash } from 'node:crypto'

/**
 * A name for the bytes of an answer, from all that decides them. The state of the books goes in as a sealed cursor, which
 * is another for each viewer: a bare position would let an affiliate count through the positions until the hash fits, and
 * so learn the workspace's volume.
 */
export const etagOf = (parts: readonly unknown[]): string =>
  `"${hash('sha256', JSON.stringify([layout, ...parts]), 'base64url').slice(0, 32)}"`

/** To be raised when the same rows and columns come to be written in other bytes. */
const layout = 1

/** Whether a client has these bytes already, by its `if-none-match`. */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === etag || one === '*')
