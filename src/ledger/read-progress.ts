import type { Rows } from '../database/rows.js'
import { familyNames } from './grains.js'
import { ms } from './read-ledger.js'

/** How far all books of the installation have come, and how far what follows them is behind. */
export interface Progress {
  readonly workspaces: number
  /** Sums over the workspaces. */
  readonly changes: number
  readonly receipts: number
  /** Of the roll-up that is furthest behind: changes that it does not have, of all workspaces. */
  readonly unfoldedChanges: number
  /** When the oldest change or click was booked that some roll-up does not have, Unix ms; null: none. */
  readonly oldestUnfoldedAt: number | null
  /** Postbacks that wait for what they lack; counted up to `maxParked`. */
  readonly parked: number
}

export const maxParked = 100_000

/** One statement: a few rows by key for each workspace. */
export async function readProgress(rows: Rows): Promise<Progress> {
  const [found] = await rows<Record<Exclude<keyof Progress, 'oldestUnfoldedAt'>, string> & Progress>(
    `select count(*) as workspaces,
            coalesce(sum(h.position), 0) as changes,
            coalesce(sum(h.receipt_sequence), 0) as receipts,
            coalesce(sum(h.position - m.position), 0) as "unfoldedChanges",
            min(${ms('least(c.at, k.booked_at)')}) as "oldestUnfoldedAt",
            (select count(*) from (select from parked_postback limit ${maxParked}) p) as parked
       from workspace_head h
      cross join lateral (
        select min(coalesce(r.position, 0)) as position, min(coalesce(r.revision, 0)) as revision
          from unnest($1::text[]) as f (family)
          left join rollup_mark r on r.workspace_id = h.workspace_id and r.family = f.family
      ) m
       left join conversion_change c on c.workspace_id = h.workspace_id and c.position = m.position + 1
       left join lateral (
         select k.booked_at from click k where k.workspace_id = h.workspace_id and k.revision > m.revision
          order by k.revision limit 1
       ) k on true`,
    [familyNames],
  )
  if (found === undefined) throw new Error('a count gave no row')
  const { workspaces, changes, receipts, unfoldedChanges, oldestUnfoldedAt, parked } = found
  return {
    workspaces: Number(workspaces),
    changes: Number(changes),
    receipts: Number(receipts),
    unfoldedChanges: Number(unfoldedChanges),
    oldestUnfoldedAt,
    parked: Number(parked),
  }
}
