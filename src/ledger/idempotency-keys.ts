import { createHash } from 'node:crypto'
import type { PostbackRequest } from '../attribution/request.js'
import type { Rows } from '../database/rows.js'
import { dayMs } from '../kernel/day.js'
import type { AdvertiserId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import { storeRequest } from './stored-request.js'

/**
 * A sender's own name for a request, unique per advertiser for thirty days: what comes again under it is a retry, also
 * where the request itself could not tell, as one that each time counts. Those that were refused leave their name free.
 */
export const keysLastMs = 30 * dayMs

export interface KeptKey {
  readonly workspaceId: WorkspaceId
  readonly advertiserId: AdvertiserId
  readonly key: string
  /** The request that came with it first. */
  readonly receiptId: ReceiptId
  readonly atMs: number
  readonly digest: string
  /** What that has come to by now. */
  readonly conversionId: ConversionId | null
}

export type WantedKey = Pick<KeptKey, 'workspaceId' | 'advertiserId' | 'key'>

/** Within a workspace. */
export const nameOfKey = ({ advertiserId, key }: Omit<WantedKey, 'workspaceId'>): string => `${advertiserId} ${key}`

/** The same for requests that say the same, in whichever order a way through JSON has left what they say. */
export const digestOf = (request: PostbackRequest): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(storeRequest(request)).sort(([one], [other]) => (one < other ? -1 : 1))))
    .digest('base64url')

export async function readKeys(rows: Rows, wanted: readonly WantedKey[]): Promise<KeptKey[]> {
  if (wanted.length === 0) return []
  return rows<KeptKey & object>(
    `select k.workspace_id as "workspaceId", k.advertiser_id as "advertiserId", k.key, k.receipt_id as "receiptId",
            (extract(epoch from k.at) * 1000)::float8 as "atMs", k.digest, r.conversion_id as "conversionId"
       from unnest($1::uuid[], $2::uuid[], $3::text[]) as w (workspace_id, advertiser_id, key)
       join idempotency_key k using (workspace_id, advertiser_id, key)
       left join receipt r on r.workspace_id = k.workspace_id and r.id = k.receipt_id`,
    [
      wanted.map(({ workspaceId }) => workspaceId),
      wanted.map(({ advertiserId }) => advertiserId),
      wanted.map(({ key }) => key),
    ],
  )
}

const mostForgottenAtOnce = 10_000

/** Resolves to whether there are more. */
export async function forgetOldKeys(rows: Rows, nowMs: number): Promise<boolean> {
  const gone = await rows(
    `delete from idempotency_key where ctid = any(array(
       select ctid from idempotency_key where at < $1 limit ${mostForgottenAtOnce})) returning 1 as one`,
    [new Date(nowMs - keysLastMs)],
  )
  return gone.length === mostForgottenAtOnce
}
