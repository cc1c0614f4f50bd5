import type { Rows } from '../database/rows.js'
import type { ReceiptId, WorkspaceId } from '../kernel/ids.js'
import type { Ledger } from './entries.js'

const maxAtOnce = 500

/**
 * Gives parked postbacks that lacked a goal, a campaign, an affiliate or a rate another chance when the catalog has
 * changed.
 * What waits for a click or an order needs none of this: the batch that brings those matches it. Resolves to whether
 * more of them are waiting for their turn.
 */
export async function rematchParked(rows: Rows, ledger: Pick<Ledger, 'replayReceipt'>): Promise<boolean> {
  const waiting = await rows<{ workspace_id: WorkspaceId; receipt_id: ReceiptId; version: string }>(
    `select p.workspace_id, p.receipt_id, h.catalog_version as version
       from workspace_head h
       join parked_postback p on p.workspace_id = h.workspace_id and p.catalog_version < h.catalog_version
      where p.lacks_catalog order by p.at, p.receipt_id limit ${maxAtOnce}`,
  )
  await Promise.all(
    waiting.map(({ workspace_id, receipt_id }) => ledger.replayReceipt(workspace_id, receipt_id, false)),
  )
  // Those that were matched are gone; the others have seen the catalog at this version, or at a later one.
  await rows(
    `update parked_postback p set catalog_version = w.version
       from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as w (workspace_id, receipt_id, version)
      where p.workspace_id = w.workspace_id and p.receipt_id = w.receipt_id`,
    [
      waiting.map(({ workspace_id }) => workspace_id),
      waiting.map(({ receipt_id }) => receipt_id),
      waiting.map(({ version }) => version),
    ],
  )
  return waiting.length === maxAtOnce
}
