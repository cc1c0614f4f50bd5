import type { Rows } from '../database/rows.js'
import { families } from './grains.js'

/**
 * Drops whole months of raw clicks and receipts that are older than they are kept. Figures stay as they are: they are in
 * the roll-ups, and a conversion carries what it needs of its click. So a month of clicks goes only when every family has
 * folded it, and what reads raw clicks asks `clicksKeptFromMs` first.
 */
export interface RetentionPolicy {
  readonly clickDays: number
  readonly receiptDays: number
}

const dayMs = 86_400_000

interface Partition {
  readonly name: string
  readonly detaching: boolean
}

export async function dropOldMonths(rows: Rows, policy: RetentionPolicy, nowMs: number): Promise<void> {
  await dropBefore(rows, 'receipt', nowMs - policy.receiptDays * dayMs, async () => true)
  await dropBefore(rows, 'click', nowMs - policy.clickDays * dayMs, (partition) => isFolded(rows, partition))
}

async function dropBefore(
  rows: Rows,
  table: 'click' | 'receipt',
  beforeMs: number,
  mayGo: (partition: string) => Promise<boolean>,
): Promise<void> {
  const month = new Date(beforeMs).toISOString().slice(0, 7)
  const old = await rows<Partition>(
    `select c.relname as name, i.inhdetachpending as detaching from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = $1::regclass and c.relname < $2 order by c.relname`,
    [table, `${table}_${month.replace('-', '_')}`],
  )
  for (const { name, detaching } of old) {
    if (!(await mayGo(name))) return
    const keptFrom = nextMonth(name.slice(-7))
    // First told, then done: nobody takes what is half gone for all there was.
    await rows(
      `insert into retention as r (relation, kept_from) values ($1, $2)
           on conflict (relation) do update set kept_from = greatest(r.kept_from, excluded.kept_from)`,
      [table, keptFrom],
    )
    // Concurrently, so that no click waits for it; what an earlier run began is finished.
    await rows(`alter table ${table} detach partition ${name} ${detaching ? 'finalize' : 'concurrently'}`)
    await rows(`drop table ${name}`)
  }
}

/** `2026_08` → the first instant of September. */
function nextMonth(name: string): Date {
  const [year, month] = name.split('_').map(Number) as [number, number] // as partitions are named
  return new Date(Date.UTC(year, month))
}

/** Whether every family of every workspace has all of a month's clicks. */
async function isFolded(rows: Rows, partition: string): Promise<boolean> {
  const unfolded = await rows(
    `select from workspace_head h cross join unnest($1::text[]) as f (family)
       left join rollup_mark m on m.workspace_id = h.workspace_id and m.family = f.family
      cross join lateral (
        select from ${partition} k where k.workspace_id = h.workspace_id and k.revision > coalesce(m.revision, 0) limit 1
      ) k limit 1`,
    [Object.keys(families)],
  )
  return unfolded.length === 0
}

/** From when on all clicks are there; 0 where none was ever dropped. */
export async function clicksKeptFromMs(rows: Rows): Promise<number> {
  const [row] = await rows<{ ms: number }>(
    `select (extract(epoch from kept_from) * 1000)::float8 as ms from retention where relation = 'click'`,
  )
  return row?.ms ?? 0
}
