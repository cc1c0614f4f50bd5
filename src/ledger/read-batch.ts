import type { Rows } from '../database/rows.js'
import type { AdvertiserId, ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import type { Outcome, ReasonCode, Subs } from '../kernel/vocabulary.js'
import type { WantedKey } from './idempotency-keys.js'
import type { BookedClick, ParkedPostback } from './records.js'
import { loadRequest, type StoredRequest } from './stored-request.js'

/**
 * What a batch must know before it can decide. Where the lock on the workspaces' heads is taken first, all of it is read
 * in statements of their own: a statement that takes the lock still sees the books from before it waited.
 */
export interface Wanted {
  readonly workspaceIds: readonly WorkspaceId[]
  readonly clicks: readonly { workspaceId: WorkspaceId; id: ClickId }[]
  /** What may have postbacks waiting for it. */
  readonly awaitedClicks: readonly { workspaceId: WorkspaceId; id: ClickId }[]
  readonly transactions: readonly { workspaceId: WorkspaceId; id: string }[]
  readonly conversions: readonly { workspaceId: WorkspaceId; id: ConversionId }[]
  /** What browsers report of, and may report of so often only. */
  readonly browserClicks: readonly { workspaceId: WorkspaceId; id: ClickId }[]
  readonly receipts: readonly { workspaceId: WorkspaceId; id: ReceiptId }[]
  readonly visits: readonly Visit[]
  readonly keys: readonly WantedKey[]
}

export interface Visit {
  readonly workspaceId: WorkspaceId
  readonly day: string
  readonly linkId: string
  readonly test: boolean
  readonly visitor: string
}

/**
 * The row whose lock orders a workspace. It moves with every change to the books: an entry raises one of its numbers, and
 * whoever changes what is there already (the catalog, an erasure) raises a version or the revision.
 */
export interface Head {
  readonly workspaceId: WorkspaceId
  readonly epoch: number
  position: number
  revision: number
  receiptSequence: number
  readonly catalogVersion: number
  bookedAtMs: number
  /** Drawn anew by each batch that moves it: the same again is the same batch, and not another of the same length. */
  stamp: number
}

export interface KeptReceipt {
  readonly workspaceId: WorkspaceId
  readonly id: ReceiptId
  readonly outcome: Outcome
  readonly httpStatus: number
  readonly reasonCode: ReasonCode | null
  readonly reason: string | null
  readonly field: string | null
  readonly conversionId: ConversionId | null
}

/** Something of a known workspace. */
export type In<T> = T & { readonly workspaceId: WorkspaceId }

export async function lockHeads(rows: Rows, workspaceIds: readonly WorkspaceId[]): Promise<Map<WorkspaceId, Head>> {
  const heads = await rows<Record<string, string>>(
    `select workspace_id, epoch, position, revision, receipt_sequence, catalog_version, stamp,
            (extract(epoch from booked_at) * 1000)::bigint as booked_at_ms
       from workspace_head where workspace_id = any($1::uuid[]) order by workspace_id for update`,
    [workspaceIds],
  )
  return new Map(
    heads.map((row) => [
      row.workspace_id as WorkspaceId,
      {
        workspaceId: row.workspace_id as WorkspaceId,
        epoch: Number(row.epoch),
        position: Number(row.position),
        revision: Number(row.revision),
        receiptSequence: Number(row.receipt_sequence),
        catalogVersion: Number(row.catalog_version),
        bookedAtMs: Number(row.booked_at_ms),
        stamp: Number(row.stamp),
      },
    ]),
  )
}

/**
 * Takes the locks; fails with `HeadMoved` if a head is not where it is expected. It is compared when it is locked: a
 * condition on where it stands would be held against what stood there before the wait.
 */
export function holdHeads(rows: Rows, heads: readonly Head[]): Promise<unknown> {
  return rows(
    `select case when count(*) filter (where there = expected) = json_array_length($1::json) then true
                 else head_moved() end
       from (select (h.epoch, h.position, h.revision, h.receipt_sequence, h.catalog_version, h.stamp) as there,
                    (r.epoch, r.position, r.revision, r.receipt_sequence, r.catalog_version, r.stamp) as expected
               from json_to_recordset($1::json) as r (workspace_id uuid, epoch integer, position bigint,
                    revision bigint, receipt_sequence bigint, catalog_version bigint, stamp bigint)
               join workspace_head h using (workspace_id)
              order by workspace_id for update of h) held`,
    [
      JSON.stringify(
        heads.map((head) => ({
          workspace_id: head.workspaceId,
          epoch: head.epoch,
          position: head.position,
          revision: head.revision,
          receipt_sequence: head.receiptSequence,
          catalog_version: head.catalogVersion,
          stamp: head.stamp,
        })),
      ),
    ],
  )
}

/** The books are not where a batch was decided: it is to be prepared again, under the lock. */
export class HeadMoved extends Error {
  override readonly name = 'HeadMoved'
}

/** In the database's words, `head_moved()`, or in ours. */
export const isHeadMoved = (error: unknown): boolean =>
  error instanceof HeadMoved || (error instanceof Error && 'code' in error && error.code === 'PB001')

// `offset 0` keeps each look-up an index scan of its own: on a table that was never analysed the planner would rather
// read all of it.
export async function readClicks(rows: Rows, wanted: Wanted['clicks']): Promise<In<BookedClick>[]> {
  if (wanted.length === 0) return []
  const ids = wanted.map(({ id }) => id)
  // The lowest and the highest id let the server leave out the months that none of them can be in.
  const sorted = [...ids].sort()
  const found = await rows<ClickRow>(
    `select c.workspace_id, c.id, c.advertiser_id, c.campaign_id, c.affiliate_id, c.link_id, c.test,
            (extract(epoch from c.at) * 1000)::float8 as at_ms,
            c.source, c.creative, c.keyword, c.placement, c.subs, c.country, c.region, c.language, c.device, c.os, c.browser
       from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, id)
      cross join lateral (
        select * from click k
         where k.workspace_id = w.workspace_id and k.id = w.id and k.id >= $3::uuid and k.id <= $4::uuid offset 0
      ) c`,
    [wanted.map(({ workspaceId }) => workspaceId), ids, sorted[0], sorted.at(-1)],
  )
  return found.map((row) => ({
    workspaceId: row.workspace_id,
    id: row.id,
    advertiserId: row.advertiser_id,
    campaignId: row.campaign_id,
    affiliateId: row.affiliate_id,
    linkId: row.link_id,
    atMs: row.at_ms,
    test: row.test,
    traffic: row,
  }))
}

/** What waits for these clicks, orders or receipts, and what waits for the orders that those would make. */
export async function readParked(
  rows: Rows,
  wanted: Pick<Wanted, 'awaitedClicks' | 'transactions' | 'receipts'>,
): Promise<ParkedPostback[]> {
  const { awaitedClicks: clicks, transactions, receipts } = wanted
  if (clicks.length + transactions.length + receipts.length === 0) return []
  const found = await rows<ParkedRow>(
    `with replayed as (
       select p.* from unnest($5::uuid[], $6::uuid[]) as w (workspace_id, receipt_id)
         join parked_postback p on p.workspace_id = w.workspace_id and p.receipt_id = w.receipt_id
     ), direct as (
       select p.* from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, click_id)
        cross join lateral (select * from parked_postback p
          where p.workspace_id = w.workspace_id and p.click_id = w.click_id offset 0) p
       union
       select p.* from unnest($3::uuid[], $4::text[]) as w (workspace_id, transaction_id)
        cross join lateral (select * from parked_postback p
          where p.workspace_id = w.workspace_id and p.transaction_id = w.transaction_id offset 0) p
       union
       select p.* from replayed p
       union
       select p.* from replayed r
        cross join lateral (select * from parked_postback p
          where p.workspace_id = r.workspace_id and p.click_id = r.click_id offset 0) p
        where r.transaction_id is null
     )
     select workspace_id, receipt_id, advertiser_id, (extract(epoch from at) * 1000)::float8 as at_ms, request, lacks_catalog
       from direct
      union
     select p.workspace_id, p.receipt_id, p.advertiser_id, (extract(epoch from p.at) * 1000)::float8, p.request, p.lacks_catalog
       from direct d cross join lateral (select * from parked_postback p
         where p.workspace_id = d.workspace_id and p.transaction_id = d.request ->> 'transactionId' offset 0) p
      limit ${maxParkedPerBatch}`,
    [
      clicks.map(({ workspaceId }) => workspaceId),
      clicks.map(({ id }) => id),
      transactions.map(({ workspaceId }) => workspaceId),
      transactions.map(({ id }) => id),
      receipts.map(({ workspaceId }) => workspaceId),
      receipts.map(({ id }) => id),
    ],
  )
  return found.map((row) => ({
    workspaceId: row.workspace_id,
    receiptId: row.receipt_id,
    advertiserId: row.advertiser_id,
    atMs: row.at_ms,
    request: loadRequest(row.request),
    lacksCatalog: row.lacks_catalog,
  }))
}

const maxParkedPerBatch = 2000

export async function readVisits(rows: Rows, visits: readonly Visit[]): Promise<Visit[]> {
  if (visits.length === 0) return []
  return rows<Visit & object>(
    `select v.workspace_id as "workspaceId", v.day::text as day, v.link_id as "linkId", v.test, v.visitor::text as visitor
       from unnest($1::uuid[], $2::date[], $3::uuid[], $4::boolean[], $5::bigint[]) as w (workspace_id, day, link_id, test, visitor)
       join visit v using (workspace_id, day, link_id, test, visitor)`,
    [
      visits.map((visit) => visit.workspaceId),
      visits.map((visit) => visit.day),
      visits.map((visit) => visit.linkId),
      visits.map((visit) => visit.test),
      visits.map((visit) => visit.visitor),
    ],
  )
}

export async function readReceipts(rows: Rows, wanted: Wanted['receipts']): Promise<KeptReceipt[]> {
  if (wanted.length === 0) return []
  return rows<KeptReceipt & object>(
    `select r.workspace_id as "workspaceId", r.id, r.outcome, r.http_status as "httpStatus", r.reason_code as "reasonCode",
            r.reason, r.field, r.conversion_id as "conversionId"
       from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, id)
       join receipt r on r.workspace_id = w.workspace_id and r.id = w.id`,
    [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ id }) => id)],
  )
}

type ClickRow = BookedClick['traffic'] & {
  workspace_id: WorkspaceId
  id: ClickId
  advertiser_id: AdvertiserId
  campaign_id: BookedClick['campaignId']
  affiliate_id: BookedClick['affiliateId']
  link_id: BookedClick['linkId']
  test: boolean
  at_ms: number
  subs: Subs
}

interface ParkedRow {
  workspace_id: WorkspaceId
  receipt_id: ReceiptId
  advertiser_id: AdvertiserId
  at_ms: number
  request: StoredRequest
  lacks_catalog: boolean
}
