import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Signatures in the form of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, sent as a list of `v1,` + base64
 * with spaces between.
 *
 * Not by the `standardwebhooks` package: it reads its own clock, signs the body as text and so takes two different
 * bodies that are no UTF-8 for one, and does its hashing in JavaScript.
 */
export interface SignedMessage {
  readonly id: string
  /** Unix seconds, as sent: that text is what was signed. */
  readonly timestamp: string
  readonly signature: string
  readonly body: Buffer | null
}

export const secretPrefix = 'whsec_'
const secretBytes = 32
export const newSigningSecret = (): string => `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`

/** A KeyObject, because from raw bytes each use would make one first. */
export const toSigningKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(secret.slice(secretPrefix.length), 'base64'))

/** How many keys of an advertiser may be valid at once. */
export const maxSigningKeys = 4
const toleranceSeconds = 300
const maxSignatures = 16
/** No full stop: with one in the id, the same bytes could be read as another id, time and body. */
const idText = /^[\x21-\x2d\x2f-\x7e]{1,255}$/
const timestampText = /^\d{1,12}$/

/** What can be said without knowing the sender: nothing in it is anyone's secret. */
export function isTimely({ id, timestamp }: SignedMessage, nowMs: number): boolean {
  if (!idText.test(id) || !timestampText.test(timestamp)) return false
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) <= toleranceSeconds
}

/** Whether one of the keys has signed it. */
export type CheckSignature = (message: SignedMessage, keys: readonly KeyObject[]) => boolean

/**
 * A signature that is refused takes the same work whoever was named, known or not, with one key or several: what is
 * missing of the most that there can be is made up with keys that nobody has.
 */
export function createSignatureCheck(): CheckSignature {
  const nobodys = Array.from({ length: maxSigningKeys }, () => toSigningKey(newSigningSecret()))
  return ({ id, timestamp, signature, body }, keys) => {
    const sent = readSignatures(signature)
    for (let index = 0; index < maxSigningKeys; index++) {
      const key = keys[index] ?? (nobodys[index] as KeyObject) // there are as many
      const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`)
      const expected = (body === null ? hmac : hmac.update(body)).digest()
      let isSame = false
      for (const one of sent) isSame = timingSafeEqual(one, expected) || isSame
      if (isSame && index < keys.length) return true
    }
    return false
  }
}

const digestBytes = 32

function readSignatures(text: string): Buffer[] {
  return text
    .split(' ', maxSignatures)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'))
    .filter((bytes) => bytes.length === digestBytes)
}
