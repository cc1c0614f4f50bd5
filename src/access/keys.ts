import { hash, randomBytes } from 'node:crypto'
import { encodeId, type KeyId } from '../kernel/ids.js'
import { type Role, roles } from '../kernel/vocabulary.js'
import { base32 } from './base32.js'

/**
 * A key is `pb_{role}_{id}{secret}{checksum}`: 26 characters of the key's id, 32 of a secret of 160 bits, 6 of a
 * checksum, so that a typo is told from a wrong key without asking the database and a scanner knows a leaked one when
 * it sees it. Only the SHA-256 of the whole text is kept; an installation may also bring an admin key of its own making.
 */
const keyText = new RegExp(`^pb_(?:${roles.join('|').toLowerCase()})_[0-9a-z]{64}$`)
const checksumLength = 6
const secretBytes = 20

export function newKeyText(role: Role, id: KeyId): string {
  const text = `pb_${role.toLowerCase()}_${encodeId('key', id).slice('key_'.length)}${newSecret()}`
  return text + checksum(text)
}

/** True for what has the form of a key but not its checksum: it was mistyped or cut, and is no key of anyone's. */
export function isMistypedKey(text: string): boolean {
  return keyText.test(text) && checksum(text.slice(0, -checksumLength)) !== text.slice(-checksumLength)
}

/** 160 random bits in base32. */
export const newSecret = (): string => base32(randomBytes(secretBytes))

/** What is kept of a secret, and looked up by: its entropy is high enough that a plain hash tells nothing. */
export const secretHash = (text: string): string => hash('sha256', text, 'base64url')
export const hashBytes = (hashText: string): Buffer => Buffer.from(hashText, 'base64url')

const checksum = (text: string): string => base32(hash('sha256', text, 'buffer')).slice(0, checksumLength)
