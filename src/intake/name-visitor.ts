import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

const dayMs = 86_400_000

export type NameVisitor = (ip: string | null, userAgent: string, atMs: number) => string

/**
 * Names a visitor within a UTC day: the same address and user agent get the same name, and without the installation's
 * secret nobody can find the address back. 64 bits, signed, as a decimal number.
 */
export function createVisitorNamer(secret: string): NameVisitor {
  let day = Number.NaN
  let key: KeyObject
  return (ip, userAgent, atMs) => {
    const today = Math.floor(atMs / dayMs)
    if (today !== day) {
      key = createSecretKey(Buffer.from(`${secret}${new Date(today * dayMs).toISOString().slice(0, 10)}`))
      day = today
    }
    return createHmac('sha256', key)
      .update(`${ip ?? ''}\n${userAgent}`)
      .digest()
      .readBigInt64BE(0)
      .toString()
  }
}
