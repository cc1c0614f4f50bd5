import type { KeyObject } from 'node:crypto'
import { createLookup } from '../database/lookup.js'
import type { Rows } from '../database/rows.js'
import { inTransaction, rowsOf } from '../database/transaction.js'
import { type AdvertiserId, newId, type WorkspaceId } from '../kernel/ids.js'
import { maxSigningKeys, newSigningSecret, toSigningKey } from './check-signature.js'
import { checkOverlap, endOfOverlap } from './rotation.js'
import { createSeal } from './seal.js'
import { rememberedSecrets, type TokenOwner, type TokensOptions } from './tokens.js'

/** An advertiser that signs what it sends, by the id that it is named by in the request. */
export interface Signer {
  readonly owner: TokenOwner
  /** Those that are valid now, newest first. */
  readonly keys: readonly KeyObject[]
}

/** What may be told of a signing key. */
export interface SigningKey {
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

/** The secrets that advertisers sign with; several may be valid while senders change over. */
export interface SigningKeys {
  /** Null for an advertiser that is unknown or has no key. */
  findSigner(id: AdvertiserId): Promise<Signer | null>
  /** Makes a new key; the older ones go on for `overlapHours`, or as long as they had. */
  rotateKey(owner: TokenOwner, overlapHours: number): Promise<{ readonly key: SigningKey; readonly secret: string }>
  /** The valid keys of each advertiser, oldest first. */
  readKeys(rows: Rows, workspaceId: WorkspaceId, ids: readonly AdvertiserId[]): Promise<Map<AdvertiserId, SigningKey[]>>
}

interface FoundSigner {
  readonly owner: TokenOwner
  readonly keys: readonly { readonly key: KeyObject; readonly expiresAtMs: number }[]
}

export function createSigningKeys({ orm, secret, clock, rows: lookUp, presence }: TokensOptions): SigningKeys {
  const seal = createSeal(secret)
  const known = createLookup<AdvertiserId, FoundSigner>({
    load: (id) => readSigner(lookUp ?? rowsOf(orm.em.fork()), id),
    ...rememberedSecrets,
    clock,
    presence,
  })

  async function readSigner(rows: Rows, advertiserId: AdvertiserId): Promise<FoundSigner | null> {
    const found = await rows<{ workspace_id: WorkspaceId; sealed: Buffer; expires_at: Date | null }>(
      `select k.workspace_id, k.sealed, k.expires_at
         from directory d join advertiser_signing_key k on k.workspace_id = d.workspace_id and k.advertiser_id = d.id
        where d.handle = uuid_send($1::uuid) and d.kind = 'advertiser' order by k.created_at desc`,
      [advertiserId],
    )
    const [first] = found
    if (first === undefined) return null
    const owner = { workspaceId: first.workspace_id, advertiserId }
    const keys = found.map(({ sealed, expires_at }) => ({
      key: toSigningKey(seal.unseal(sealed, boundTo(owner))),
      expiresAtMs: expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    }))
    return { owner, keys }
  }

  return {
    async findSigner(id) {
      const signer = await known.find(id)
      if (signer === null) return null
      const now = clock()
      const keys = signer.keys.filter(({ expiresAtMs }) => expiresAtMs > now).map(({ key }) => key)
      return { owner: signer.owner, keys }
    },

    async rotateKey(owner, overlapHours) {
      const now = new Date(clock())
      const expiresAt = endOfOverlap(now.getTime(), overlapHours)
      const text = newSigningSecret()
      await inTransaction(orm, async (em) => {
        const rows = rowsOf(em)
        await expireKeys(rows, owner, now, expiresAt)
        await insertKey(rows, owner, seal.seal(text, boundTo(owner)), now)
      })
      known.forget(owner.advertiserId)
      return { key: { createdAt: now, expiresAt: null }, secret: text }
    },

    async readKeys(rows, workspaceId, ids) {
      const found = await rows<SigningKey & { advertiserId: AdvertiserId }>(
        `select advertiser_id as "advertiserId", created_at as "createdAt", expires_at as "expiresAt"
           from advertiser_signing_key
          where workspace_id = $1 and advertiser_id = any($2) and (expires_at is null or expires_at > $3)
          order by created_at, id`,
        [workspaceId, ids, new Date(clock())],
      )
      return Map.groupBy(found, ({ advertiserId }) => advertiserId)
    },
  }
}

/** Not the same as for a token: neither opens in the other's place. */
const boundTo = ({ workspaceId, advertiserId }: TokenOwner) => `${workspaceId}:${advertiserId}:signing`

/** Lets all keys of an advertiser end, and clears away those that have ended. */
async function expireKeys(rows: Rows, { workspaceId, advertiserId }: TokenOwner, now: Date, expiresAt: Date) {
  // Two rotations at once would each leave the other's key without an end.
  await rows(`select from advertiser where workspace_id = $1 and id = $2 for update`, [workspaceId, advertiserId])
  const older = await rows<{ valid: boolean }>(
    `update advertiser_signing_key set expires_at = least(coalesce(expires_at, $3), $3)
      where workspace_id = $1 and advertiser_id = $2 returning expires_at > $4 as valid`,
    [workspaceId, advertiserId, expiresAt, now],
  )
  checkOverlap(older.filter(({ valid }) => valid).length, maxSigningKeys, 'signing keys')
  await rows(`delete from advertiser_signing_key where workspace_id = $1 and advertiser_id = $2 and expires_at <= $3`, [
    workspaceId,
    advertiserId,
    now,
  ])
}

async function insertKey(rows: Rows, { workspaceId, advertiserId }: TokenOwner, sealed: Buffer, now: Date) {
  await rows(
    `insert into advertiser_signing_key (workspace_id, advertiser_id, id, sealed, created_at)
     values ($1, $2, $3, $4, $5)`,
    [workspaceId, advertiserId, newId(), sealed, now],
  )
}
