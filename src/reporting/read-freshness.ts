import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { familyNames } from '../ledger/grains.js'
import { ms } from '../ledger/read-ledger.js'

/** Rows in the books that some roll-up does not have yet; reports add them as they read. */
export interface FoldingLag {
  readonly changes: number
  readonly clicks: number
  /** Unix milliseconds; null: nothing waits. */
  readonly oldestAt: number | null
}

const maxCounted = 100_000

/** When a figure last moved: with the change at the head, or with the newest click. Unix milliseconds. */
export async function readLastBooked(rows: Rows, workspaceId: WorkspaceId): Promise<number | null> {
  const [found] = await rows<{ at: number | null }>(
    `select ${ms('greatest(c.at, k.booked_at)')} as at
       from workspace_head h
       left join conversion_change c on c.workspace_id = h.workspace_id and c.position = h.position
       left join lateral (
         select k.booked_at from click k where k.workspace_id = $1 order by k.revision desc limit 1
       ) k on true
      where h.workspace_id = $1`,
    [workspaceId],
  )
  return found?.at ?? null
}

/** How far the roll-up that is furthest behind is behind the head. */
export async function readFoldingLag(rows: Rows, workspaceId: WorkspaceId): Promise<FoldingLag> {
  const [mark] = await rows<{ position: string; revision: string }>(
    `select min(coalesce(m.position, 0)) as position, min(coalesce(m.revision, 0)) as revision
       from unnest($2::text[]) as f (family)
       left join rollup_mark m on m.workspace_id = $1 and m.family = f.family`,
    [workspaceId, familyNames],
  )
  if (mark === undefined) throw new Error('no roll-up is folded')
  const [lag] = await rows<Record<'changes' | 'clicks', string> & Pick<FoldingLag, 'oldestAt'>>(
    `select h.position - $2::bigint as changes,
            (select count(*) from (select from click k
              where k.workspace_id = $1 and k.revision > $3::bigint limit ${maxCounted}) k) as clicks,
            ${ms('least(c.at, k.booked_at)')} as "oldestAt"
       from workspace_head h
       left join conversion_change c on c.workspace_id = h.workspace_id and c.position = $2::bigint + 1
       left join lateral (
         select k.booked_at from click k where k.workspace_id = $1 and k.revision > $3::bigint order by k.revision limit 1
       ) k on true
      where h.workspace_id = $1`,
    [workspaceId, mark.position, mark.revision],
  )
  if (lag === undefined) throw new Error(`workspace ${workspaceId} has no head`)
  return { changes: Number(lag.changes), clicks: Number(lag.clicks), oldestAt: lag.oldestAt }
}
