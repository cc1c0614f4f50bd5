import { readHead } from '../catalog/read-head.js'
import type { ConversionFilter } from '../reporting/filters.input.js'
import { type ReadChange, readChanges } from '../reporting/read-changes.js'
import { startPlace } from '../reporting/start-place.js'
import type { LiveContext } from './context.js'
import { follow } from './follow.js'
import { readStretch } from './read-stretch.js'

/**
 * The changes that pass a filter, from a cursor on, or from now on. Positions are contiguous and become visible in
 * order, so what is read up to the head is complete, and the head is where the next read goes on.
 */
export async function followChanges(
  context: LiveContext,
  filter: ConversionFilter,
  after: string | null,
): Promise<AsyncIterableIterator<ReadChange>> {
  const { scope, cursors, live } = context
  const head = await readHead(live.rows, scope.workspaceId)
  const start = after === null ? head : startPlace(context, after, head)
  const { epoch } = head

  const read = async (after: number) => {
    const { position } = await readHead(live.rows, scope.workspaceId)
    return readStretch(
      after,
      position,
      (upTo, limit) => readChanges(live.rows, scope, cursors, filter, { after, upTo, epoch }, limit),
      (change) => change.position,
    )
  }
  // A filter that this viewer may not use is refused now, not with the first change.
  await readChanges(live.rows, scope, cursors, filter, { after: 0, upTo: 0, epoch }, 1)
  return follow(live.news, scope.workspaceId, start.position, read)
}
