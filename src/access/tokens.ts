import { createLookup } from '../database/lookup.js'
import type { Orm } from '../database/orm.js'
import type { Presence } from '../database/presence.js'
import type { Rows } from '../database/rows.js'
import { inTransaction, rowsOf } from '../database/transaction.js'
import type { Clock } from '../kernel/clock.js'
import type { AdvertiserId, WorkspaceId } from '../kernel/ids.js'
import { hashBytes, newSecret, secretHash } from './keys.js'
import { checkOverlap, endOfOverlap } from './rotation.js'
import { createSeal } from './seal.js'

export interface TokenOwner {
  readonly workspaceId: WorkspaceId
  readonly advertiserId: AdvertiserId
}

/** An advertiser's postback tokens: they can post and nothing else, and several may be valid while senders change over. */
export interface Tokens {
  /**
   * Whose token this is. Asked for every postback: one hash and one look in a map, when the token was seen lately. While
   * the database is away, one that it once told of goes on for a day; any other is UNAVAILABLE, and not unknown.
   */
  findToken(text: string): Promise<TokenOwner | null>
  /** Makes an advertiser's token in the transaction that `rows` is in. */
  issueToken(rows: Rows, owner: TokenOwner): Promise<string>
  /** Makes a new token; the older ones go on for `overlapHours`, or as long as they had. */
  rotateToken(owner: TokenOwner, overlapHours: number): Promise<string>
  /** The newest token of each advertiser, as text. */
  readTokens(
    rows: Rows,
    workspaceId: WorkspaceId,
    advertiserIds: readonly AdvertiserId[],
  ): Promise<Map<AdvertiserId, string>>
}

export interface TokensOptions {
  readonly orm: Orm
  readonly secret: Uint8Array
  readonly clock: Clock
  /** What tokens are looked up with, if not with the ORM's pool. */
  readonly rows?: Rows
  readonly presence?: Presence
}

interface FoundToken {
  readonly owner: TokenOwner
  readonly expiresAtMs: number
}

const tokenText = /^pbt_[0-9a-z]{32}$/
const maxValidTokens = 10
/** How long what opens the intake is believed, and how much of it; the longest time, while the database is away. */
export const rememberedSecrets = {
  maxFound: 20_000,
  foundTtlMs: 5_000,
  awayTtlMs: 24 * 3_600_000,
  maxAbsent: 2_000,
  absentTtlMs: 5_000,
} as const

export function createTokens({ orm, secret, clock, rows, presence }: TokensOptions): Tokens {
  const seal = createSeal(secret)
  const known = createLookup<string, FoundToken>({
    load: (hash) => readToken(rows ?? rowsOf(orm.em.fork()), hash),
    ...rememberedSecrets,
    clock,
    presence,
  })

  async function issueToken(rows: Rows, { workspaceId, advertiserId }: TokenOwner): Promise<string> {
    const text = `pbt_${newSecret()}`
    const handle = hashBytes(secretHash(text))
    await rows(`insert into directory (handle, kind, workspace_id, id) values ($1, 'token', $2, $3)`, [
      handle,
      workspaceId,
      advertiserId,
    ])
    await rows(
      `insert into advertiser_token (workspace_id, advertiser_id, hash, sealed, created_at) values ($1, $2, $3, $4, $5)`,
      [workspaceId, advertiserId, handle, seal.seal(text, boundTo(workspaceId, advertiserId)), new Date(clock())],
    )
    return text
  }

  return {
    issueToken,

    async findToken(text) {
      if (!tokenText.test(text)) return null
      const token = await known.find(secretHash(text))
      return token !== null && token.expiresAtMs > clock() ? token.owner : null
    },

    async rotateToken(owner, overlapHours) {
      const now = clock()
      const expiresAt = endOfOverlap(now, overlapHours)
      const { text, older } = await inTransaction(orm, async (em) => {
        const rows = rowsOf(em)
        const older = await expireTokens(rows, owner, new Date(now), expiresAt)
        return { text: await issueToken(rows, owner), older }
      })
      for (const hash of older) known.forget(hash.toString('base64url'))
      return text
    },

    async readTokens(rows, workspaceId, advertiserIds) {
      const newest = await rows<{ advertiser_id: AdvertiserId; sealed: Buffer }>(
        `select distinct on (advertiser_id) advertiser_id, sealed from advertiser_token
          where workspace_id = $1 and advertiser_id = any($2) and expires_at is null
          order by advertiser_id, created_at desc`,
        [workspaceId, advertiserIds],
      )
      return new Map(
        newest.map((row) => [row.advertiser_id, seal.unseal(row.sealed, boundTo(workspaceId, row.advertiser_id))]),
      )
    },
  }
}

const boundTo = (workspaceId: WorkspaceId, advertiserId: AdvertiserId) => `${workspaceId}:${advertiserId}`

async function readToken(rows: Rows, hash: string): Promise<FoundToken | null> {
  const [row] = await rows<{ workspace_id: WorkspaceId; id: AdvertiserId; expires_at: Date | null }>(
    `select d.workspace_id, d.id, t.expires_at
       from directory d
       join advertiser_token t on t.workspace_id = d.workspace_id and t.advertiser_id = d.id and t.hash = d.handle
      where d.handle = $1 and d.kind = 'token'`,
    [hashBytes(hash)],
  )
  if (row === undefined) return null
  return {
    owner: { workspaceId: row.workspace_id, advertiserId: row.id },
    expiresAtMs: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
  }
}

/** Lets all tokens of an advertiser end, clears away those that have ended, and gives the hashes of all of them. */
async function expireTokens(rows: Rows, owner: TokenOwner, now: Date, expiresAt: Date): Promise<Buffer[]> {
  const { workspaceId, advertiserId } = owner
  // Two rotations at once would each leave the other's token without an end.
  await rows(`select from advertiser where workspace_id = $1 and id = $2 for update`, [workspaceId, advertiserId])
  const valid = await rows<{ hash: Buffer; valid: boolean }>(
    `update advertiser_token set expires_at = least(coalesce(expires_at, $3), $3)
      where workspace_id = $1 and advertiser_id = $2
      returning hash, expires_at > $4 as valid`,
    [workspaceId, advertiserId, expiresAt, now],
  )
  checkOverlap(valid.filter((token) => token.valid).length, maxValidTokens, 'tokens')
  const ended = valid.filter((token) => !token.valid).map((token) => token.hash)
  await rows(`delete from directory where handle = any($1) and kind = 'token'`, [ended])
  await rows(`delete from advertiser_token where workspace_id = $1 and advertiser_id = $2 and hash = any($3)`, [
    workspaceId,
    advertiserId,
    ended,
  ])
  return valid.map((token) => token.hash)
}
