import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { foldStretch, type Mark, nextMark, type Transact, toMark } from './fold.js'
import { type FoldTarget, keyColumns, measureColumns } from './fold-sql.js'
import { type Family, families, type Grain, type Kind, tableOf } from './grains.js'
import { daySpans, nextRunSql, type Span } from './periods-sql.js'
import { clicksKeptFromMs } from './retention.js'

/**
 * Recounts roll-ups from the raw rows, beside those that serve, and compares; a rebuild then mends what differs. Nobody
 * waits for it: counting goes a stretch at a time, each in a transaction of its own, and so does comparing, a month at a
 * time, with only that moment's folding held up: both sides then stand at the same mark.
 *
 * Clicks that were dropped by policy cannot be counted again: buckets that they may have been in stay as they are.
 */
export interface RecountOptions {
  readonly rows: Rows
  readonly transact: Transact
  /** Whether what differs is mended, or only told. */
  readonly mend: boolean
  readonly onProgress: (done: number, of: number) => void
}

export interface Difference {
  readonly table: string
  /** Rows that should be there and are not, that should not be, and that say something else. */
  readonly missing: number
  readonly extra: number
  readonly wrong: number
}

const kinds: readonly Kind[] = ['conversion', 'click']

const againOf = (kind: Kind, grain: Grain): string => `${tableOf(kind, grain)}_again`

/** One workspace's recount: how far it has come, and from which bucket on it can. */
interface Recount {
  readonly workspaceId: WorkspaceId
  readonly zone: string
  readonly target: FoldTarget
  at: Mark
}

export async function recount(family: Family, options: RecountOptions): Promise<Difference[]> {
  const { rows, transact, onProgress } = options
  const tables = kinds.flatMap((kind) => families[family].map((grain: Grain) => ({ kind, grain })))
  for (const { kind, grain } of tables) {
    await rows(`drop table if exists ${againOf(kind, grain)}`)
    await rows(`create unlogged table ${againOf(kind, grain)} (like ${tableOf(kind, grain)} including all)`)
  }
  try {
    const recounts = await beginRecounts(rows)
    const goals = await Promise.all(recounts.map(({ workspaceId }) => readGoal(rows, family, workspaceId)))
    const of = goals.reduce((sum, goal) => sum + goal.position + goal.revision, 0)
    let done = 0
    for (const [index, one] of recounts.entries()) {
      const goal = goals[index] as Mark // as many
      while (isBehind(one.at, goal)) {
        const before = one.at
        await transact((tx) => countStretch(tx, family, one, goal))
        done += one.at.position + one.at.revision - before.position - before.revision
        onProgress(done, of)
      }
    }
    for (const { kind, grain } of tables) await rows(`analyze ${againOf(kind, grain)}`)
    const differences: Difference[] = []
    for (const { kind, grain } of tables) {
      differences.push(await compareTable(family, kind, grain, recounts, options))
    }
    return differences.filter(({ missing, extra, wrong }) => missing + extra + wrong > 0)
  } finally {
    for (const { kind, grain } of tables) await rows(`drop table if exists ${againOf(kind, grain)}`)
  }
}

const isBehind = (mark: Mark, goal: Mark): boolean => mark.position < goal.position || mark.revision < goal.revision

async function beginRecounts(rows: Rows): Promise<Recount[]> {
  const keptFromMs = await clicksKeptFromMs(rows)
  // A click may be booked a while after it happened; a day is more than enough.
  const workspaces = await rows<{ id: WorkspaceId; zone: string; whole_from: Record<Span, string> }>(
    `select w.id, z.zone, jsonb_build_object('quarter', b.at) || (
        select jsonb_object_agg(s.days, ${nextRunSql('s.days', 'b.at', 'z.zone')})
          from (values ${daySpans.map((days) => `(${days})`).join(', ')}) as s (days)) as whole_from
       from workspace w
      cross join lateral (
        select coalesce((select m.time_zone from rollup_mark m where m.workspace_id = w.id limit 1), w.time_zone) as zone) z
      cross join (select to_timestamp($1) + interval '1 day' as at) b order by w.id`,
    [keptFromMs / 1000],
  )
  return workspaces.map(({ id, zone, whole_from }) => {
    const where = (kind: Kind, { span }: Grain): string =>
      kind === 'conversion' || keptFromMs === 0 ? 'true' : `bucket >= timestamptz '${whole_from[span]}'`
    return { workspaceId: id, zone, target: { table: againOf, where }, at: { position: 0, revision: 0 } }
  })
}

/** How far what serves has come. */
async function readGoal(rows: Rows, family: Family, workspaceId: WorkspaceId, lock = ''): Promise<Mark> {
  const [mark] = await rows<{ position: string; revision: string }>(
    `select position, revision from rollup_mark where workspace_id = $1 and family = $2 ${lock}`,
    [workspaceId, family],
  )
  return mark === undefined ? { position: 0, revision: 0 } : toMark(mark)
}

async function countStretch(rows: Rows, family: Family, one: Recount, goal: Mark): Promise<void> {
  const { workspaceId, zone, target, at } = one
  const to = await nextMark(rows, workspaceId, at, goal)
  await foldStretch(rows, workspaceId, [family], at, to, zone, target)
  one.at = to
}

async function compareTable(
  family: Family,
  kind: Kind,
  grain: Grain,
  recounts: readonly Recount[],
  { rows, transact, mend }: RecountOptions,
): Promise<Difference> {
  const total = { table: tableOf(kind, grain), missing: 0, extra: 0, wrong: 0 }
  const both = `(select bucket from ${tableOf(kind, grain)} union all select bucket from ${againOf(kind, grain)}) t`
  const months = await rows<{ from: Date; to: Date }>(
    `select m as from, m + interval '1 month' as to from generate_series(
        (select date_trunc('month', min(bucket)) from ${both}), (select max(bucket) from ${both}), interval '1 month') m`,
  )
  for (const { from, to } of months) {
    for (const one of recounts) {
      const found = await transact(async (tx) => {
        const goal = await readGoal(tx, family, one.workspaceId, 'for update')
        while (isBehind(one.at, goal)) await countStretch(tx, family, one, goal)
        return compareMonth(tx, kind, grain, one, [one.workspaceId, from, to], mend)
      })
      total.missing += Number(found.missing)
      total.extra += Number(found.extra)
      total.wrong += Number(found.wrong)
    }
  }
  return total
}

type Counts = Record<'missing' | 'extra' | 'wrong', string>

async function compareMonth(
  rows: Rows,
  kind: Kind,
  grain: Grain,
  { target }: Recount,
  values: readonly unknown[],
  mend: boolean,
): Promise<Counts> {
  const keys = keyColumns(kind, grain)
  const measures = measureColumns(kind)
  const [live, again] = [tableOf(kind, grain), againOf(kind, grain)]
  const inMonth = `workspace_id = $1 and bucket >= $2 and bucket < $3 and ${target.where(kind, grain)}`
  const rowOf = (alias: string) => `(${measures.map((measure) => `coalesce(${alias}.${measure}, 0)`).join(', ')})`
  const [counts] = await rows<Counts>(
    `select count(*) filter (where l.there is null) as missing, count(*) filter (where a.there is null) as extra,
            count(*) filter (where l.there and a.there) as wrong
       from (select *, true as there from ${live} where ${inMonth}) l
       full join (select *, true as there from ${again} where ${inMonth}) a using (${keys.join(', ')})
      where ${rowOf('l')} is distinct from ${rowOf('a')}`,
    values,
  )
  if (counts === undefined) throw new Error('a count has one row')
  if (mend && Number(counts.missing) + Number(counts.extra) + Number(counts.wrong) > 0) {
    const columns = [...keys, ...measures].join(', ')
    await rows(
      `insert into ${live} as t (${columns}) select ${columns} from ${again} where ${inMonth}
           on conflict (${keys.join(', ')}) do update set ${measures.map((name) => `${name} = excluded.${name}`).join(', ')}
        where (${measures.map((name) => `t.${name}`).join(', ')}) is distinct from (${measures.map((name) => `excluded.${name}`).join(', ')})`,
      values,
    )
    await rows(
      `delete from ${live} l where ${inMonth}
          and not exists (select from ${again} a where ${keys.map((key) => `a.${key} = l.${key}`).join(' and ')})`,
      values,
    )
  }
  return counts
}
