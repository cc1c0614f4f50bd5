import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { badInput } from '../kernel/errors.js'
import { type Scope, scopeText } from './scope.js'
import { deriveKey } from './secret.js'

/** A state of the books. Whole numbers from 0 to 2^53 − 1. */
export interface Place {
  /** Raised when the books are restored from a back-up: a place of another epoch means nothing in this one. */
  readonly epoch: number
  readonly position: number
  readonly revision: number
  readonly catalogVersion: number
}

/**
 * Places as clients see them. A bare position would tell an affiliate the whole workspace's volume, so a cursor is
 * encrypted; it is bound to the scope that it was given to; and it is the same text for the same place, so that equal
 * answers stay equal bytes. Therefore the nonce is not random but a MAC of all that goes in: two different places never
 * share one. Every cursor has the same length, because a length would tell the volume too.
 */
export interface Cursors {
  seal(scope: Scope, place: Place): string
  open(scope: Scope, text: string): Place
}

const nonceBytes = 12
const tagBytes = 16
const placeBytes = 4 * 8
const cursorText = /^[A-Za-z0-9_-]{80}$/

export function createCursors(secret: Uint8Array): Cursors {
  const key = deriveKey(secret, 'cursor')
  const nonceKey = deriveKey(secret, 'cursor nonce')

  return {
    seal(scope, place) {
      const aad = Buffer.from(scopeText(scope))
      const plain = writePlace(place)
      const nonce = createHmac('sha256', nonceKey).update(aad).update(plain).digest().subarray(0, nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
      const body = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },

    open(scope, text) {
      if (!cursorText.test(text)) throw unknownCursor()
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(scopeText(scope)))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      try {
        return readPlace(Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]))
      } catch {
        throw unknownCursor()
      }
    },
  }
}

const unknownCursor = () => badInput('This cursor was not given out to this viewer.', 'after')

function writePlace({ epoch, position, revision, catalogVersion }: Place): Buffer {
  const bytes = Buffer.alloc(placeBytes)
  for (const [index, part] of [epoch, position, revision, catalogVersion].entries()) {
    if (!Number.isSafeInteger(part) || part < 0) throw new RangeError(`no place in the ledger: ${part}`)
    bytes.writeBigUInt64BE(BigInt(part), index * 8)
  }
  return bytes
}

function readPlace(bytes: Buffer): Place {
  const part = (index: number) => Number(bytes.readBigUInt64BE(index * 8))
  return { epoch: part(0), position: part(1), revision: part(2), catalogVersion: part(3) }
}
