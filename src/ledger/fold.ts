import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { lowestId } from './partitions.js'
import { foldChangesSql, foldClicksSql, foldedGrains, type Grain } from './rollup.js'

/**
 * Folds the finer roll-ups behind the ledger. What is folded and the mark that says so commit together, and a report
 * adds what lies beyond the mark, so it does not matter when, how often or how far this runs: only how long the tail is.
 */
export interface Folding {
  /** Folds a stretch of each workspace that has news; resolves to whether more than that was waiting somewhere. */
  foldAll(): Promise<boolean>
}

/** Runs statements in one transaction. */
export type Transact = <Result>(work: (rows: Rows) => Promise<Result>) => Promise<Result>

/** Few enough rows at a time that no transaction is long; a revision is a whole batch of clicks. */
const maxPositions = 20_000
const maxRevisions = 200

export function createFolding({ rows, transact }: { rows: Rows; transact: Transact }): Folding {
  return {
    async foldAll() {
      let more = false
      for (const grain of foldedGrains) {
        const behind = await rows<{ workspace_id: WorkspaceId }>(
          `select h.workspace_id from workspace_head h
             left join rollup_mark m on m.workspace_id = h.workspace_id and m.grain = $1
            where h.position > coalesce(m.position, 0) or h.revision > coalesce(m.revision, 0)`,
          [grain],
        )
        for (const { workspace_id } of behind)
          if (await transact((tx) => foldOnce(tx, workspace_id, grain))) more = true
      }
      return more
    },
  }
}

/** Takes one stretch behind a workspace's mark into a grain; true if more is waiting. The mark's lock keeps two nodes from folding the same. */
export async function foldOnce(rows: Rows, workspaceId: WorkspaceId, grain: Grain): Promise<boolean> {
  await rows(`insert into rollup_mark (workspace_id, grain) values ($1, $2) on conflict do nothing`, [
    workspaceId,
    grain,
  ])
  const [mark] = await rows<{ position: string; revision: string }>(
    `select position, revision from rollup_mark where workspace_id = $1 and grain = $2 for update skip locked`,
    [workspaceId, grain],
  )
  if (mark === undefined) return false
  // Read after the mark was locked, in a statement of its own: what is up to the head is committed, and visible.
  const [head] = await rows<{ position: string; revision: string }>(
    `select position, revision from workspace_head where workspace_id = $1`,
    [workspaceId],
  )
  if (head === undefined) return false
  const from = { position: Number(mark.position), revision: Number(mark.revision) }
  const to = {
    position: Math.min(Number(head.position), from.position + maxPositions),
    revision: Math.min(Number(head.revision), from.revision + maxRevisions),
  }
  if (to.position > from.position) await rows(foldChangesSql(grain), [[workspaceId], [from.position], [to.position]])
  if (to.revision > from.revision) {
    await rows(foldClicksSql(grain), [[workspaceId], [from.revision], [to.revision], lowestId(0)])
  }
  await rows(`update rollup_mark set position = $3, revision = $4 where workspace_id = $1 and grain = $2`, [
    workspaceId,
    grain,
    to.position,
    to.revision,
  ])
  return to.position < Number(head.position) || to.revision < Number(head.revision)
}
