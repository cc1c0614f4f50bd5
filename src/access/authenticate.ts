import { LRUCache } from 'lru-cache'
import { createLookup } from '../database/lookup.js'
import type { Presence } from '../database/presence.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { KeyId, WorkspaceId } from '../kernel/ids.js'
import { hashBytes, isMistypedKey, secretHash } from './keys.js'
import type { Scope } from './scope.js'
import type { Session, Sessions } from './sessions.js'
import { type LooseScope, toScope } from './to-scope.js'

/** What someone came in with: a key, or a session that a key began. */
export interface Access {
  readonly scope: Scope
  readonly session: Session | null
}

export interface Authenticator {
  /**
   * Reads an `authorization` header, `Bearer KEY`; null for whatever gives no rights, without a word why. UNAVAILABLE while
   * the database is away, for whoever was not heard of within seconds.
   */
  authenticate(authorization: string | undefined): Promise<Scope | null>
  /** As `authenticate`, for what stays open: `ended` tells later whether it still may. */
  open(authorization: string | undefined): Promise<Access | null>
  /** Those of these whose session has ended, or whose key was revoked, on whatever node: asked of the database. */
  ended(accesses: readonly Access[]): Promise<Set<Access>>
  /** To be called when a key's revocation has been committed: from here on it opens nothing on this node. */
  revoke(keyId: KeyId): void
  onRevoke(listener: (keyId: KeyId) => void): void
}

export interface AuthenticatorOptions {
  readonly rows: Rows
  readonly sessions: Sessions
  readonly clock: Clock
  readonly presence?: Presence
  /** Told what failed beside the way; nobody waits for it. */
  readonly logError: (error: unknown, doing: string) => void
}

/** How long another node may go on taking a key that was revoked here. */
const keyTtlMs = 5_000
const lastUsedEveryMs = 60_000
const maxKeys = 20_000
const bearer = /^Bearer +(\S{1,2000}) *$/i

export function createAuthenticator({
  rows,
  sessions,
  clock,
  presence,
  logError,
}: AuthenticatorOptions): Authenticator {
  const limits = { maxFound: maxKeys, foundTtlMs: keyTtlMs, maxAbsent: 2_000, absentTtlMs: keyTtlMs, clock, presence }
  const byHash = createLookup<string, Scope>({ ...limits, load: (hash) => readKeyByHash(rows, hash) })
  const byId = createLookup<string, Scope>({ ...limits, load: (place) => readKeyById(rows, place) })
  const time = { ttlResolution: 0, perf: { now: clock } }
  // Outlives whatever the look-ups remember, a reading that was under way at the revocation included.
  const revoked = new LRUCache<KeyId, true>({ max: maxKeys, ttl: 4 * keyTtlMs, ...time })
  const usedLately = new LRUCache<KeyId, true>({ max: maxKeys, ttl: lastUsedEveryMs, ...time })
  const listeners = new Set<(keyId: KeyId) => void>()

  const unlessRevoked = (scope: Scope | null) => (scope !== null && !revoked.has(scope.keyId) ? scope : null)
  const findKey = async ({ workspaceId, keyId }: Scope) => unlessRevoked(await byId.find(`${workspaceId}:${keyId}`))

  async function openText(text: string): Promise<Access | null> {
    const session = text.includes('.') ? await sessions.read(text) : null
    if (session !== null) return (await findKey(session.scope)) === null ? null : { scope: session.scope, session }
    if (isMistypedKey(text)) return null
    const scope = unlessRevoked(await byHash.find(secretHash(text)))
    return scope === null ? null : { scope, session: null }
  }

  function noteUse({ workspaceId, keyId }: Scope): void {
    if (usedLately.has(keyId)) return
    usedLately.set(keyId, true)
    rows(`update access_key set last_used_at = $3 where workspace_id = $1 and id = $2`, [
      workspaceId,
      keyId,
      new Date(clock()),
    ]).catch((error: unknown) => logError(error, 'noting that a key was used'))
  }

  async function open(authorization: string | undefined): Promise<Access | null> {
    const text = bearer.exec(authorization ?? '')?.[1]
    const access = text === undefined ? null : await openText(text)
    if (access !== null) noteUse(access.scope)
    return access
  }

  function revoke(keyId: KeyId): void {
    revoked.set(keyId, true)
    for (const listener of listeners) listener(keyId)
  }

  return {
    open,
    authenticate: async (authorization) => (await open(authorization))?.scope ?? null,
    async ended(accesses) {
      const keys = new Map(accesses.map(({ scope }) => [scope.keyId, scope.workspaceId]))
      const valid = await readValidKeys(rows, keys)
      // Revoked at another node: from here on it opens nothing here either.
      for (const keyId of keys.keys()) if (!valid.has(keyId)) revoke(keyId)
      const open = accesses.filter(({ session }) => session !== null)
      const over = new Set(await sessions.ended(open.map(({ session }) => session as Session)))
      return new Set(
        accesses.filter(({ scope, session }) => !valid.has(scope.keyId) || (session !== null && over.has(session))),
      )
    },
    revoke,
    onRevoke: (listener) => void listeners.add(listener),
  }
}

const keyColumns = `k.workspace_id as "workspaceId", k.id as "keyId", k.role,
  k.advertiser_id as "advertiserId", k.affiliate_id as "affiliateId"`

async function readKeyByHash(rows: Rows, hash: string): Promise<Scope | null> {
  const [key] = await rows<LooseScope>(
    `select ${keyColumns}
       from directory d join access_key k on k.workspace_id = d.workspace_id and k.id = d.id
      where d.handle = $1 and d.kind = 'key' and k.revoked_at is null`,
    [hashBytes(hash)],
  )
  return key === undefined ? null : toScope(key)
}

async function readKeyById(rows: Rows, place: string): Promise<Scope | null> {
  const [workspaceId, keyId] = place.split(':') as [WorkspaceId, KeyId]
  const [key] = await rows<LooseScope>(
    `select ${keyColumns} from access_key k where k.workspace_id = $1 and k.id = $2 and k.revoked_at is null`,
    [workspaceId, keyId],
  )
  return key === undefined ? null : toScope(key)
}

/** Which of these keys, by id, are not revoked. */
async function readValidKeys(rows: Rows, keys: ReadonlyMap<KeyId, WorkspaceId>): Promise<Set<KeyId>> {
  if (keys.size === 0) return new Set()
  const valid = await rows<{ id: KeyId }>(
    `select k.id from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, id)
       join access_key k using (workspace_id, id) where k.revoked_at is null`,
    [[...keys.values()], [...keys.keys()]],
  )
  return new Set(valid.map(({ id }) => id))
}
