import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { type FoldTarget, foldSql } from './fold-sql.js'
import { type Family, familyNames } from './grains.js'

/**
 * Folds the roll-ups, behind the ledger. What is folded and the mark that says so commit together, and a report adds what
 * lies beyond the mark, so it does not matter when, how often or how far this runs: only how long the tail is.
 */
export interface Folding {
  /**
   * Folds a stretch of each workspace's families behind which at least so many changes, or so many clicks, are waiting;
   * resolves to whether any waits for more than a stretch.
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

/**
 * So many changes, and about so many clicks, are folded at a time. The more, the fewer rows of roll-ups are written twice;
 * but no transaction may be long, and until then a report sums them up itself.
 */
export const fullStretch = 20_000

interface Options {
  readonly rows: Rows
  readonly transact: Transact
  readonly stretch?: number
}

export function createFolding({ rows, transact, stretch = fullStretch }: Options): Folding {
  return {
    async foldAll(atLeast = 1) {
      const behind = await rows<{ workspace_id: WorkspaceId; behind: Family[] }>(
        `select h.workspace_id, array_agg(f.family) as behind
           from workspace_head h cross join unnest($1::text[]) as f (family)
           left join rollup_mark m on m.workspace_id = h.workspace_id and m.family = f.family
          where h.position - coalesce(m.position, 0) >= $2
             or (h.revision > coalesce(m.revision, 0) and
                 ${nthClick('h.workspace_id', 'coalesce(m.revision, 0)', '$2::bigint')} is not null)
          group by h.workspace_id`,
        [familyNames, atLeast],
      )
      let more = false
      for (const { workspace_id, behind: names } of behind) {
        if (await transact((tx) => foldOnce(tx, workspace_id, names, stretch))) more = true
      }
      return more
    },
  }
}

/** Enough to sum up a stretch by hashing: sorting it takes longer than summing. */
const workMemory = '32MB'

/**
 * Takes one stretch behind a workspace's marks into these families; true if more is waiting. A mark's lock keeps two
 * nodes from folding the same. The zone of days is the workspace's as it was at the first fold.
 */
async function foldOnce(
  rows: Rows,
  workspaceId: WorkspaceId,
  names: readonly Family[],
  stretch: number,
): Promise<boolean> {
  await rows(`select set_config('work_mem', $1, true)`, [workMemory])
  await rows(
    // One that is there is not tried: that would wait for whoever folds it now.
    `insert into rollup_mark (workspace_id, family, time_zone)
     select w.id, f.family, w.time_zone from workspace w cross join unnest($2::text[]) as f (family)
      where w.id = $1
        and not exists (select from rollup_mark m where m.workspace_id = w.id and m.family = f.family)
         on conflict do nothing`,
    [workspaceId, names],
  )
  const marks = await rows<{ position: string; revision: string; time_zone: string; names: Family[] }>(
    `select position, revision, time_zone, array_agg(family) as names
       from (select * from rollup_mark where workspace_id = $1 and family = any($2) order by family
                for update skip locked) m
      group by position, revision, time_zone`,
    [workspaceId, names],
  )
  if (marks.length === 0) return false
  // Read after the marks were locked, in a statement of its own: what is up to the head is committed, and visible.
  const head = await readHeadMark(rows, workspaceId)
  let more = false
  for (const { names: together, time_zone, ...mark } of marks) {
    const from = toMark(mark)
    const to = await nextMark(rows, workspaceId, from, head, stretch)
    await foldStretch(rows, workspaceId, together, from, to, time_zone)
    await rows(`update rollup_mark set position = $3, revision = $4 where workspace_id = $1 and family = any($2)`, [
      workspaceId,
      together,
      to.position,
      to.revision,
    ])
    if (to.position < head.position || to.revision < head.revision) more = true
  }
  return more
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

/** The end of the stretch that begins at a mark, and ends at another at the latest. */
export async function nextMark(
  rows: Rows,
  workspaceId: WorkspaceId,
  from: Mark,
  last: Mark,
  stretch = fullStretch,
): Promise<Mark> {
  const [full] = await rows<{ revision: string | null }>(
    `select ${nthClick('$1::uuid', '$2::bigint', '$3::bigint')} as revision`,
    [workspaceId, from.revision, stretch],
  )
  return {
    position: Math.min(last.position, from.position + stretch),
    revision: Math.min(last.revision, Number(full?.revision ?? last.revision)),
  }
}

/**
 * The revision of the nth click behind one; null where there are fewer. A revision is a batch, of one click or of
 * hundreds. The order keeps the server to the index, however many clicks it takes to be behind.
 */
const nthClick = (workspace: string, revision: string, nth: string): string =>
  `(select k.revision from click k where k.workspace_id = ${workspace} and k.revision > ${revision}
     order by k.revision limit 1 offset ${nth} - 1)`

export async function foldStretch(
  rows: Rows,
  workspaceId: WorkspaceId,
  names: readonly Family[],
  from: Mark,
  to: Mark,
  zone: string,
  target?: FoldTarget,
): Promise<void> {
  if (to.position > from.position) {
    await rows(foldSql('conversion', names, target), [workspaceId, from.position, to.position, zone])
  }
  if (to.revision > from.revision) {
    await rows(foldSql('click', names, target), [workspaceId, from.revision, to.revision, zone])
  }
}
