import type { Rows } from '../database/rows.js'

/**
 * Clicks and receipts are cut into months by their id: a UUIDv7 begins with its time in milliseconds, so a month is a
 * range of ids. Months are made ahead of time; a row whose month is missing is refused by the database, not misplaced.
 */
const partitioned = ['click', 'receipt'] as const

/** Makes the months from the one of `fromMs` to the one of `toMs` that are not there yet. */
export async function ensurePartitions(rows: Rows, fromMs: number, toMs: number): Promise<void> {
  const there = await rows<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = any($1::regclass[])`,
    [partitioned as readonly string[]],
  )
  const names = new Set(there.map(({ name }) => name))
  for (const month of months(fromMs, toMs)) {
    for (const table of partitioned) {
      const name = `${table}_${month.name}`
      if (names.has(name)) continue
      // Made apart and then attached: a month that is made in place waits for every reader of the others, and whoever
      // writes then waits for it. The lock is for nodes that make the same one.
      await rows(
        `do $$ begin
           lock table only ${table} in share update exclusive mode;
           if to_regclass('${name}') is null then
             create table ${name} (like ${table} including all);
             alter table ${table} attach partition ${name}
               for values from ('${lowestId(month.startMs)}') to ('${lowestId(month.endMs)}');
           end if;
         end $$`,
      )
    }
  }
}

function* months(fromMs: number, toMs: number): Generator<{ name: string; startMs: number; endMs: number }> {
  const from = new Date(fromMs)
  let year = from.getUTCFullYear()
  let month = from.getUTCMonth()
  for (let startMs = Date.UTC(year, month); startMs <= toMs; startMs = Date.UTC(year, month)) {
    const name = `${year}_${String(month + 1).padStart(2, '0')}`
    yield { name, startMs, endMs: Date.UTC(year, month + 1) }
    month += 1
    if (month === 12) {
      month = 0
      year += 1
    }
  }
}

/** The lowest id that a row of this moment or later can have. */
export function lowestId(atMs: number): string {
  const hex = Math.max(0, atMs).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
