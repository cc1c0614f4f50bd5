import { randomBytes } from 'node:crypto'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { eraseReceipts } from './erase-receipts.js'
import { isReplaced, replaceOrderId } from './erased-order.js'
import type { Erased, Erasure, FoundOrder } from './erasure.js'
import type { Transact } from './fold.js'
import { withdrawSubsSql } from './fold-sql.js'

/**
 * Forgets who a visitor was, and keeps what was earned. Of the clicks go address, user agent, external id and sub-ids;
 * of the orders their id and sub-ids; of the requests all that was said. Positions, statuses and money stay, so every
 * figure stays, but for those by sub-id, where it counts from now on as one without: a sub-id may name a person.
 *
 * An order's id is replaced and not dropped, so that a late retry of it finds its order and does not count twice.
 *
 * All of the books change under the lock of the workspace's head, between two batches, and with the roll-ups by sub-id
 * held still: rows and roll-ups say the same before and after. Requests come first: once an order has lost its id, the
 * requests that named it could not be found again, and so an erasure that broke off can be sent again.
 */
export type EraseVisitor = (workspaceId: WorkspaceId, erasure: Erasure) => Promise<Erased>

const patienceMs = '5000'

export function createVisitorEraser(rows: Rows, transact: Transact): EraseVisitor {
  return async (workspaceId, erasure) => {
    const orders = await findOrders(rows, workspaceId, erasure, await readKey(rows, workspaceId))
    const receipts = await eraseReceipts(rows, workspaceId, erasure, orders)
    const books = await transact((tx) => eraseInBooks(tx, workspaceId, erasure))
    return { ...books, receipts }
  }
}

async function readKey(rows: Rows, workspaceId: WorkspaceId): Promise<Buffer | null> {
  const [workspace] = await rows<{ key: Buffer | null }>(`select erasure_key as key from workspace where id = $1`, [
    workspaceId,
  ])
  return workspace?.key ?? null
}

async function findOrders(
  rows: Rows,
  workspaceId: WorkspaceId,
  { clickIds, transactionIds }: Erasure,
  key: Buffer | null,
): Promise<FoundOrder[]> {
  const replaced = key === null ? [] : transactionIds.map((id) => replaceOrderId(key, id))
  const found = await rows<Omit<FoundOrder, 'isErased'> & { hasSubs: boolean }>(
    `select id, advertiser_id as "advertiserId", transaction_id as "transactionId", subs <> '{}' as "hasSubs"
       from conversion where workspace_id = $1 and click_id = any($2::uuid[])
      union
     select id, advertiser_id, transaction_id, subs <> '{}'
       from conversion where workspace_id = $1 and transaction_id = any($3::text[])`,
    [workspaceId, clickIds, [...transactionIds, ...replaced]],
  )
  return found.map(({ hasSubs, transactionId, ...order }) => {
    const isOpen = transactionId !== null && !isReplaced(transactionId)
    return { ...order, transactionId: isOpen ? transactionId : null, isErased: !isOpen && !hasSubs }
  })
}

async function eraseInBooks(rows: Rows, workspaceId: WorkspaceId, erasure: Erasure): Promise<Omit<Erased, 'receipts'>> {
  await rows(
    `select set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`,
    [patienceMs],
  )
  await rows(`select from workspace_head where workspace_id = $1 for update`, [workspaceId])
  const kept = await readKey(rows, workspaceId)
  // Once more, under the lock: one may have come in.
  const orders = (await findOrders(rows, workspaceId, erasure, kept)).filter(({ isErased }) => !isErased)
  const dropped = await dropParked(rows, workspaceId, erasure, orders)
  await withdrawSubs(rows, workspaceId, erasure, orders)
  const clicks = await eraseClicks(rows, workspaceId, erasure)
  const isKeyNeeded = kept === null && orders.some(({ transactionId }) => transactionId !== null)
  await eraseOrders(rows, workspaceId, orders, isKeyNeeded ? await makeKey(rows, workspaceId) : kept)
  // Told to whoever prepares a batch from what was there before.
  if (clicks + orders.length + dropped > 0) {
    await rows(`update workspace_head set revision = revision + 1 where workspace_id = $1`, [workspaceId])
  }
  return { clicks, conversions: orders.length }
}

/** From this version of the catalog on, everyone who writes looks for replaced ids too. */
async function makeKey(rows: Rows, workspaceId: WorkspaceId): Promise<Buffer> {
  const key = randomBytes(32)
  await rows(`update workspace set erasure_key = $2 where id = $1`, [workspaceId, key])
  await rows(`update workspace_head set catalog_version = catalog_version + 1 where workspace_id = $1`, [workspaceId])
  return key
}

/** What still waits says who the visitor was; it will not be matched any more. */
async function dropParked(
  rows: Rows,
  workspaceId: WorkspaceId,
  { clickIds, transactionIds }: Erasure,
  orders: readonly FoundOrder[],
): Promise<number> {
  const named = orders.filter(({ transactionId }) => transactionId !== null)
  const dropped = await rows(
    `delete from parked_postback p where workspace_id = $1
        and (click_id = any($2::uuid[]) or transaction_id = any($3::text[])
             or (advertiser_id, transaction_id) in (select * from unnest($4::uuid[], $5::text[])))
      returning receipt_id`,
    [
      workspaceId,
      clickIds,
      transactionIds,
      named.map(({ advertiserId }) => advertiserId),
      named.map(({ transactionId }) => transactionId),
    ],
  )
  return dropped.length
}

/** What is folded already is taken out; what is not will be folded from rows that have no sub-ids any more. */
async function withdrawSubs(
  rows: Rows,
  workspaceId: WorkspaceId,
  { clickIds }: Erasure,
  orders: readonly FoundOrder[],
): Promise<void> {
  const [mark] = await rows<{ position: string; revision: string; zone: string }>(
    `select position, revision, time_zone as zone from rollup_mark
      where workspace_id = $1 and family = 'base' for update`,
    [workspaceId],
  )
  if (mark === undefined) return
  const folded = [
    ['conversion', orders.map(({ id }) => id), mark.position],
    ['click', clickIds, mark.revision],
  ] as const
  for (const [kind, ids, upto] of folded) {
    if (ids.length === 0) continue
    await rows(withdrawSubsSql(kind, 'sub_1d'), [workspaceId, ids, upto, mark.zone])
    await rows(withdrawSubsSql(kind, 'sub'), [workspaceId, ids, upto])
  }
}

async function eraseClicks(rows: Rows, workspaceId: WorkspaceId, { clickIds }: Erasure): Promise<number> {
  if (clickIds.length === 0) return 0
  const sorted = [...clickIds].sort()
  const erased = await rows(
    `update click set ip = null, user_agent = null, external_id = null, external_kind = null, subs = '{}'
      where workspace_id = $1 and id = any($2::uuid[]) and id between $3::uuid and $4::uuid
        and (ip is not null or user_agent is not null or external_id is not null or subs <> '{}') returning id`,
    [workspaceId, clickIds, sorted[0], sorted.at(-1)],
  )
  return erased.length
}

async function eraseOrders(rows: Rows, workspaceId: WorkspaceId, orders: readonly FoundOrder[], key: Buffer | null) {
  await rows(
    `update conversion v set subs = '{}', transaction_id = coalesce(o.replacement, v.transaction_id)
       from unnest($2::uuid[], $3::text[]) as o (id, replacement) where v.workspace_id = $1 and v.id = o.id`,
    [
      workspaceId,
      orders.map(({ id }) => id),
      orders.map(({ transactionId }) => transactionId && key && replaceOrderId(key, transactionId)),
    ],
  )
}
