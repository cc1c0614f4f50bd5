import type { Rows } from '../database/rows.js'
import { encodeId, type WorkspaceId } from '../kernel/ids.js'
import type { Erasure, FoundOrder } from './erasure.js'

const maxRows = 1_000

/**
 * Blanks the requests that told of a visitor: those of the orders, and those that named the orders, or a click without
 * an order. Their outcomes stay. What is blank is not found again, so a slice after the other comes to an end.
 */
export async function eraseReceipts(
  rows: Rows,
  workspaceId: WorkspaceId,
  { clickIds, transactionIds }: Erasure,
  orders: readonly FoundOrder[],
): Promise<number> {
  const named = orders.filter(({ transactionId }) => transactionId !== null)
  const values = [
    workspaceId,
    transactionIds,
    clickIds.map((id) => encodeId('clk', id)),
    orders.map(({ id }) => id),
    named.map(({ advertiserId }) => advertiserId),
    named.map(({ transactionId }) => transactionId),
  ]
  for (let total = 0; ; ) {
    const blanked = await rows(blankSliceSql, values)
    total += blanked.length
    if (blanked.length < maxRows) return total
  }
}

/** An order's requests are known by its changes and by its id; another advertiser's order of the same id is not it. */
const blankSliceSql = `
  with found as (
    select id from receipt where workspace_id = $1 and transaction_id = any($2::text[])
    union
    select id from receipt where workspace_id = $1 and transaction_id is null and click_id = any($3::text[])
    union
    select receipt_id from conversion where workspace_id = $1 and id = any($4::uuid[])
    union
    select receipt_id from conversion_change
     where workspace_id = $1 and conversion_id = any($4::uuid[]) and receipt_id is not null
    union
    select r.id from unnest($5::uuid[], $6::text[]) as o (advertiser_id, transaction_id)
      join receipt r on r.workspace_id = $1 and r.transaction_id = o.transaction_id and r.advertiser_id = o.advertiser_id
  ), slice as materialized (
    select r.id from found join receipt r on r.workspace_id = $1 and r.id = found.id
     where r.url like '%?%' or r.body is not null or r.ip is not null or r.transaction_id is not null
        or r.click_id is not null or r.reason is not null or r.field is not null
     limit ${maxRows}
  )
  update receipt r set url = split_part(url, '?', 1), body = null, ip = null, transaction_id = null, click_id = null,
         reason = null, field = null
    from slice where r.workspace_id = $1 and r.id = slice.id returning r.id`
