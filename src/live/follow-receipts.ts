import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { ReceiptFilter } from '../reporting/filters.input.js'
import { readReceiptsAfter, type SequencedReceipt } from '../reporting/read-receipts.js'
import type { LiveContext } from './context.js'
import { follow } from './follow.js'
import { readStretch } from './read-stretch.js'

/** The receipts that pass a filter, from now on. They are numbered under the same lock as changes, so none is missed. */
export async function followReceipts(
  { scope, live }: LiveContext,
  filter: ReceiptFilter,
): Promise<AsyncIterableIterator<SequencedReceipt>> {
  const start = await readSequence(live.rows, scope.workspaceId)
  const read = async (after: number) =>
    readStretch(
      after,
      await readSequence(live.rows, scope.workspaceId),
      (upTo, limit) => readReceiptsAfter(live.rows, scope, filter, after, upTo, limit),
      (receipt) => receipt.sequence,
    )
  // A filter that is wrong is refused now, not with the first receipt.
  await readReceiptsAfter(live.rows, scope, filter, 0, 0, 1)
  return follow(live.news, scope.workspaceId, start, read)
}

async function readSequence(rows: Rows, workspaceId: WorkspaceId): Promise<number> {
  const [head] = await rows<{ receipt_sequence: string }>(
    `select receipt_sequence from workspace_head where workspace_id = $1`,
    [workspaceId],
  )
  return Number(head?.receipt_sequence ?? 0)
}
