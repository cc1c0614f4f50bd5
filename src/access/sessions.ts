import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../kernel/clock.js'
import type { Scope } from './scope.js'
import { deriveKey } from './secret.js'
import { type LooseScope, toScope } from './to-scope.js'

/** A browser's way in: a key's rights, perhaps narrowed, for a limited time. It ends with its key at the latest. */
export interface Session {
  readonly scope: Scope
  /** Stays the same when the session is renewed, so that what was opened with it may stay open. */
  readonly id: string
  readonly expiresAtMs: number
}

export interface NewSession {
  readonly token: string
  readonly expiresAt: Date
}

export interface Sessions {
  /** Begins a session, or renews the one of this `id`. */
  issue(scope: Scope, ttlSeconds: number, id?: string): Promise<NewSession>
  /** The session of a token, or null where the token is not ours, was changed, or has expired. */
  read(token: string): Promise<Session | null>
  /** When a session that began as `session` ends by now, renewals on this node included. */
  expiresAtMs(session: Session): number
}

const algorithm = 'HS256'
const maxTokenCharacters = 2_000
const maxRemembered = 100_000

export function createSessions(secret: Uint8Array, clock: Clock): Sessions {
  const key = deriveKey(secret, 'session')
  const renewals = new LRUCache<string, number>({ max: maxRemembered })

  return {
    async issue(scope, ttlSeconds, id = randomUUID()) {
      const issuedAt = Math.floor(clock() / 1000)
      const expiresAt = issuedAt + ttlSeconds
      const token = await new SignJWT({ ...scope, sid: id })
        .setProtectedHeader({ alg: algorithm })
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key)
      renewals.set(id, Math.max(expiresAt * 1000, renewals.get(id) ?? 0))
      return { token, expiresAt: new Date(expiresAt * 1000) }
    },

    async read(token) {
      if (token.length > maxTokenCharacters) return null
      try {
        const { payload } = await jwtVerify<LooseScope & { sid: string; exp: number }>(token, key, {
          algorithms: [algorithm],
          requiredClaims: ['sid', 'exp'],
          currentDate: new Date(clock()),
        })
        const scope = toScope(payload)
        return scope === null ? null : { scope, id: payload.sid, expiresAtMs: payload.exp * 1000 }
      } catch {
        return null
      }
    },

    expiresAtMs: (session) => Math.max(session.expiresAtMs, renewals.get(session.id) ?? 0),
  }
}
