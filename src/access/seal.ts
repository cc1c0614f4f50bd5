import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey } from './secret.js'

/** Keeps a text in the database so that the database alone cannot read it, and only where it was put. */
export interface Seal {
  /** `boundTo` names the owner: sealed text that is moved to another row does not open there. */
  seal(text: string, boundTo: string): Buffer
  unseal(sealed: Buffer, boundTo: string): string
}

const nonceBytes = 12
const tagBytes = 16

export function createSeal(secret: Uint8Array): Seal {
  const key = deriveKey(secret, 'seal')
  return {
    seal(text, boundTo) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    unseal(sealed, boundTo) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(boundTo))
        .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
      return decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
