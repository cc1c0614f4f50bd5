import type { Place } from '../access/cursor.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'

/** The state that a workspace's books are in, as the snapshot behind `rows` sees it. */
export async function readHead(rows: Rows, workspaceId: WorkspaceId): Promise<Place> {
  const [head] = await rows<{ epoch: number; position: string; revision: string; catalog_version: string }>(
    `select epoch, position, revision, catalog_version from workspace_head where workspace_id = $1`,
    [workspaceId],
  )
  if (head === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  return {
    epoch: head.epoch,
    position: Number(head.position),
    revision: Number(head.revision),
    catalogVersion: Number(head.catalog_version),
  }
}
