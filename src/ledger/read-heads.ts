import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { LedgerHead } from './ledger-change.js'

/** How far these workspaces' books have come. */
export async function readHeads(rows: Rows, workspaceIds: readonly WorkspaceId[]): Promise<LedgerHead[]> {
  const heads = await rows<Record<keyof LedgerHead, string>>(
    `select workspace_id as "workspaceId", epoch, position, revision, receipt_sequence as "receiptSequence",
            catalog_version as "catalogVersion"
       from workspace_head where workspace_id = any($1::uuid[])`,
    [workspaceIds],
  )
  return heads.map((head) => ({
    workspaceId: head.workspaceId as WorkspaceId,
    epoch: Number(head.epoch),
    position: Number(head.position),
    revision: Number(head.revision),
    receiptSequence: Number(head.receiptSequence),
    catalogVersion: Number(head.catalogVersion),
  }))
}
