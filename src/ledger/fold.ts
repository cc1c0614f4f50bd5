import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { type FoldTarget, foldFamilySql } from './fold-sql.js'
import { type Family, familyNames } from './grains.js'
import { lowestId } from './partitions.js'

/**
 * Folds the roll-ups that follow behind the ledger. What is folded and the mark that says so commit together, and a
 * report adds what lies beyond the mark, so it does not matter when, how often or how far this runs: only how long the
 * tail is.
 */
export interface Folding {
  /**
   * Folds a stretch of each workspace's families that have at least so much news, in changes and batches of clicks;
   * resolves to whether more than that was waiting somewhere.
   */
  foldAll(atLeast?: number): Promise<boolean>
}

/** Runs statements in one transaction. */
export type Transact = <Result>(work: (rows: Rows) => Promise<Result>) => Promise<Result>

/** How far a family is folded, or the books have come. */
export interface Mark {
  readonly position: number
  readonly revision: number
}

/** Few enough rows at a time that no transaction is long; a revision is a whole batch of clicks. */
const maxPositions = 20_000
const maxRevisions = 200

export function createFolding({ rows, transact }: { rows: Rows; transact: Transact }): Folding {
  return {
    async foldAll(atLeast = 1) {
      let more = false
      for (const family of familyNames) {
        const behind = await rows<{ workspace_id: WorkspaceId }>(
          `select h.workspace_id from workspace_head h
             left join rollup_mark m on m.workspace_id = h.workspace_id and m.family = $1
            where h.position + h.revision - coalesce(m.position + m.revision, 0) >= $2`,
          [family, atLeast],
        )
        for (const { workspace_id } of behind) {
          if (await transact((tx) => foldOnce(tx, workspace_id, family))) more = true
        }
      }
      return more
    },
  }
}

/**
 * Takes one stretch behind a workspace's mark into a family; true if more is waiting. The mark's lock keeps two nodes
 * from folding the same. The zone of days is the workspace's as it was at the first fold.
 */
async function foldOnce(rows: Rows, workspaceId: WorkspaceId, family: Family): Promise<boolean> {
  await rows(
    // One that is there is not tried: that would wait for whoever folds it now.
    `insert into rollup_mark (workspace_id, family, time_zone)
     select id, $2, time_zone from workspace where id = $1
        and not exists (select from rollup_mark where workspace_id = $1 and family = $2) on conflict do nothing`,
    [workspaceId, family],
  )
  const [row] = await rows<{ position: string; revision: string; time_zone: string }>(
    `select position, revision, time_zone from rollup_mark where workspace_id = $1 and family = $2 for update skip locked`,
    [workspaceId, family],
  )
  if (row === undefined) return false
  const from = toMark(row)
  // Read after the mark was locked, in a statement of its own: what is up to the head is committed, and visible.
  const head = await readHeadMark(rows, workspaceId)
  const to = nextMark(from, head)
  await foldStretch(rows, workspaceId, family, from, to, row.time_zone)
  await rows(`update rollup_mark set position = $3, revision = $4 where workspace_id = $1 and family = $2`, [
    workspaceId,
    family,
    to.position,
    to.revision,
  ])
  return to.position < head.position || to.revision < head.revision
}

export const toMark = (row: { position: string; revision: string }): Mark => ({
  position: Number(row.position),
  revision: Number(row.revision),
})

export async function readHeadMark(rows: Rows, workspaceId: WorkspaceId): Promise<Mark> {
  const [head] = await rows<{ position: string; revision: string }>(
    `select position, revision from workspace_head where workspace_id = $1`,
    [workspaceId],
  )
  if (head === undefined) throw new Error(`workspace ${workspaceId} has no head`)
  return toMark(head)
}

export const nextMark = (from: Mark, head: Mark): Mark => ({
  position: Math.min(head.position, from.position + maxPositions),
  revision: Math.min(head.revision, from.revision + maxRevisions),
})

export async function foldStretch(
  rows: Rows,
  workspaceId: WorkspaceId,
  family: Family,
  from: Mark,
  to: Mark,
  zone: string,
  target?: FoldTarget,
): Promise<void> {
  if (to.position > from.position) {
    await rows(foldFamilySql('conversion', family, target), [[workspaceId], [from.position], [to.position], zone])
  }
  if (to.revision > from.revision) {
    const values = [[workspaceId], [from.revision], [to.revision], lowestId(0), zone]
    await rows(foldFamilySql('click', family, target), values)
  }
}
