import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { ReceiptFilter } from '../reporting/filters.input.js'
import { readReceiptsAfter, type SequencedReceipt } from '../reporting/read-receipts.js'
import type { LiveContext } from './context.js'
import { follow } from './follow.js'

const pageSize = 500
const maxStretch = 50_000

/** The receipts that pass a filter, from now on. They are numbered under the same lock as changes, so none is missed. */
export async function followReceipts(
  { scope, live }: LiveContext,
  filter: ReceiptFilter,
): Promise<AsyncIterableIterator<SequencedReceipt>> {
  const start = await readSequence(live.rows, scope.workspaceId)
  const read = async (after: number) => {
    const last = await readSequence(live.rows, scope.workspaceId)
    const upTo = Math.min(last, after + maxStretch)
    if (upTo <= after) return { items: [], next: after, caughtUp: true }
    const items = await readReceiptsAfter(live.rows, scope, filter, after, upTo, pageSize)
    const newest = items.at(-1)
    return items.length === pageSize && newest !== undefined
      ? { items, next: newest.sequence, caughtUp: false }
      : { items, next: upTo, caughtUp: upTo === last }
  }
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
