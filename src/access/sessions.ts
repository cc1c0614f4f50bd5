import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { WorkspaceId } from '../kernel/ids.js'
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
  /** Begins a session, or renews the one of this `id`; then what was opened with it may stay open, on every node. */
  issue(scope: Scope, ttlSeconds: number, id?: string): Promise<NewSession>
  /** The session of a token, or null where the token is not ours, was changed, or has expired. */
  read(token: string): Promise<Session | null>
  /** Which of these have ended by now, however they were renewed. */
  ended(sessions: readonly Session[]): Promise<Session[]>
}

const algorithm = 'HS256'
const maxTokenCharacters = 2_000
const maxRemembered = 100_000

export function createSessions(secret: Uint8Array, clock: Clock, rows: Rows): Sessions {
  const key = deriveKey(secret, 'session')
  const renewals = new LRUCache<string, number>({ max: maxRemembered })
  const hasEnded = ({ id, expiresAtMs }: Session) => Math.max(expiresAtMs, renewals.get(id) ?? 0) <= clock()
  const noteRenewal = (id: string, expiresAtMs: number) =>
    void renewals.set(id, Math.max(expiresAtMs, renewals.get(id) ?? 0))

  return {
    async issue(scope, ttlSeconds, id) {
      const issuedAt = Math.floor(clock() / 1000)
      const expiresAt = issuedAt + ttlSeconds
      const token = await new SignJWT({ ...scope, sid: id ?? randomUUID() })
        .setProtectedHeader({ alg: algorithm })
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key)
      if (id !== undefined) {
        await writeRenewal(rows, scope.workspaceId, id, new Date(expiresAt * 1000), new Date(clock()))
        noteRenewal(id, expiresAt * 1000)
      }
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

    async ended(sessions) {
      const doubtful = sessions.filter(hasEnded)
      if (doubtful.length === 0) return []
      for (const { id, expiresAtMs } of await readRenewals(rows, doubtful)) noteRenewal(id, expiresAtMs)
      return doubtful.filter(hasEnded)
    },
  }
}

/** The workspace's renewals that are over are cleared on the way: there are never more than there are sessions. */
async function writeRenewal(rows: Rows, workspaceId: WorkspaceId, id: string, expiresAt: Date, now: Date) {
  await rows(
    `with over as (delete from session_renewal where workspace_id = $1 and session_id <> $2 and expires_at < $4)
     insert into session_renewal as r (workspace_id, session_id, expires_at) values ($1, $2, $3)
         on conflict (workspace_id, session_id) do update set expires_at = greatest(r.expires_at, excluded.expires_at)`,
    [workspaceId, id, expiresAt, now],
  )
}

function readRenewals(rows: Rows, sessions: readonly Session[]): Promise<{ id: string; expiresAtMs: number }[]> {
  return rows(
    `select r.session_id as id, (extract(epoch from r.expires_at) * 1000)::float8 as "expiresAtMs"
       from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, session_id)
       join session_renewal r using (workspace_id, session_id)`,
    [sessions.map(({ scope }) => scope.workspaceId), sessions.map(({ id }) => id)],
  )
}
