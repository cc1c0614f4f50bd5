import {
  bases,
  changeFacts,
  clickColumn,
  clickFacts,
  clickMeasures,
  conversionColumn,
  conversionMeasures,
  itsConversion,
} from './facts-sql.js'
import { type Family, families, type Grain, type Kind, keysOf, subKeys, tableOf, whoKeys } from './grains.js'
import { firstInstantSql, localRunSql } from './periods-sql.js'

/**
 * Folds a stretch of the ledger, (after, upto], into roll-ups. The raw rows are read once; each grain is summed up from
 * the one before it, so that the coarse ones cost next to nothing.
 *
 * Parameters: $1 the workspace's id, $2 what is folded already, $3 what to fold up to: positions for changes, revisions
 * for clicks; $4 the zone of days.
 */
export interface FoldTarget {
  /** The table that a grain's rows go to. */
  readonly table: (kind: Kind, grain: Grain) => string
  /** Which of a grain's rows are wanted, as a condition on `bucket`. */
  readonly where: (kind: Kind, grain: Grain) => string
}

const rollups: FoldTarget = { table: tableOf, where: () => 'true' }

const changesInStretch = `(
       select * from conversion_change where workspace_id = $1 and position > $2::bigint and position <= $3::bigint
     ) c ${itsConversion}`

const clicksInStretch = `(
       select * from click where workspace_id = $1 and revision > $2::bigint and revision <= $3::bigint
     ) k`

const zone = '$4::text'

interface Measure {
  readonly column: string
  readonly type: 'bigint' | 'numeric'
  /** As a sum of facts. */
  readonly sum: string
}

const measures: Readonly<Record<Kind, readonly Measure[]>> = {
  conversion: bases.flatMap((basis) =>
    conversionMeasures.map((measure) => ({
      column: conversionColumn(basis, measure),
      type: /_(sale_amount|revenue|payout)$/.test(measure) ? ('numeric' as const) : ('bigint' as const),
      sum: `coalesce(sum(${measure}) filter (where in_${basis}), 0)`,
    })),
  ),
  click: clickMeasures.flatMap((measure) =>
    (['own', 'booked'] as const).map((at) => ({
      column: clickColumn(at === 'own' ? 'event' : 'change', measure),
      type: measure === 'cost' ? ('numeric' as const) : ('bigint' as const),
      sum: `coalesce(sum(${measure}) filter (where basis = '${at}'), 0)`,
    })),
  ),
}

export const measureColumns = (kind: Kind): readonly string[] => measures[kind].map(({ column }) => column)

const factsOf = (kind: Kind, columns: readonly string[]): string =>
  kind === 'conversion' ? changeFacts(columns, changesInStretch) : clickFacts(columns, clicksInStretch)

const allKeys = (kind: Kind, grain: Grain): readonly string[] => [
  'workspace_id',
  'bucket',
  'test',
  ...keysOf(kind, grain),
]

/**
 * All grains of these families. Of several, the raw rows are first summed up to one row for each combination of all their
 * keys, from which each family then takes its own: looking raw rows up is the most of the work, and is done once.
 */
export function foldSql(kind: Kind, names: readonly Family[], target: FoldTarget = rollups): string {
  const grains: readonly Grain[] = names.flatMap((name): readonly Grain[] => families[name])
  const finest = grains.filter(({ from }) => from === null)
  const columns = [...new Set(finest.flatMap(factColumns))]
  const parts = [`facts as materialized (${factsOf(kind, columns)})`]
  if (names.length > 1) parts.push(`cells as materialized (${cellsSql(kind, columns)})`)
  for (const grain of grains) {
    const source = grains.find(({ name }) => name === grain.from)
    const sums = source === undefined ? finestSql(kind, grain, names.length > 1) : fromGrainSql(kind, grain, source)
    parts.push(
      `${grain.name}_sums as materialized (${sums})`,
      `${grain.name}_write as (${insertSql(kind, grain, target)})`,
    )
  }
  return `with ${parts.join(',\n')}\nselect`
}

/** What a grain needs of the facts, beside who brought the visitor. */
const factColumns = ({ keys }: Grain): readonly string[] => {
  const who: readonly string[] = whoKeys
  return [...new Set(keys.filter((key) => !who.includes(key)).map((key) => (isSub(key) ? 'subs' : key)))]
}

function cellsSql(kind: Kind, columns: readonly string[]): string {
  const who = whoKeys.filter((key) => kind === 'conversion' || key !== 'event')
  const keys = ['workspace_id', 'bucket', 'test', ...who, ...columns].join(', ')
  return `select ${keys}, ${measures[kind].map(({ sum, column }) => `${sum} as ${column}`).join(', ')}
    from facts group by ${keys}`
}

/**
 * Takes out of a roll-up by sub-id what these rows have added to it: $1 the workspace, $2 their ids (conversions' or
 * clicks'), $3 how far it is folded (a position or a revision), $4 the zone, for days. A row of which nothing is left
 * goes with the value that it was for.
 */
export function withdrawSubsSql(kind: Kind, name: 'sub' | 'sub_1d'): string {
  const grains: readonly Grain[] = families.base
  const [sub, day] = ['sub', 'sub_1d'].map((known) => grains.find((grain) => grain.name === known)) as [Grain, Grain] // both are in the family
  const from =
    kind === 'conversion'
      ? `(select * from conversion_change c where c.workspace_id = $1::uuid and c.conversion_id = any($2::uuid[])
            and c.position <= $3::bigint offset 0) c ${itsConversion}`
      : `(select * from click k where k.workspace_id = $1::uuid and k.id = any($2::uuid[])
            and k.revision <= $3::bigint offset 0) k`
  const facts = kind === 'conversion' ? changeFacts(['subs'], from) : clickFacts(['subs'], from)
  const parts = [`facts as materialized (${facts})`, `sub_sums as materialized (${finestSql(kind, sub, false)})`]
  if (name === 'sub_1d') parts.push(`sub_1d_sums as materialized (${fromGrainSql(kind, day, sub)})`)
  const target = name === 'sub' ? sub : day
  const same = keyColumns(kind, target).map((key) => `t.${key} = s.${key}`)
  const rest = measureColumns(kind).map((column) => ({ column, sql: `t.${column} - s.${column}` }))
  return `with ${parts.join(',\n')}
    merge into ${tableOf(kind, target)} t using ${name}_sums s on ${same.join(' and ')}
     when matched and ${rest.map(({ sql }) => `${sql} = 0`).join(' and ')} then delete
     when matched then update set ${rest.map(({ column, sql }) => `${column} = ${sql}`).join(', ')}`
}

const isSub = (key: string): boolean => (subKeys as readonly string[]).includes(key)

function finestSql(kind: Kind, grain: Grain, fromCells: boolean): string {
  const keys = allKeys(kind, grain).join(', ')
  const subs = grain.keys.some(isSub)
    ? `cross join lateral jsonb_each_text(subs) as s (${subKeys.join(', ')}) where value <> ''`
    : ''
  const sums = measures[kind].map(
    ({ sum, column, type }) => `${fromCells ? `sum(${column})::${type}` : sum} as ${column}`,
  )
  return `select ${keys}, ${sums.join(', ')}
    from ${fromCells ? 'cells' : 'facts'} ${subs} group by ${keys}`
}

function fromGrainSql(kind: Kind, grain: Grain, source: Grain): string {
  const keys = allKeys(kind, grain)
  const selected = keys.map((key) => (key === 'bucket' ? `${firstInstantSql('period', zone)} as bucket` : key))
  const sums = measures[kind].map(({ column, type }) => `sum(${column})::${type} as ${column}`)
  if (grain.span === source.span) {
    return `select ${[...keys, ...sums].join(', ')} from ${source.name}_sums group by ${keys.join(', ')}`
  }
  const named = `select *, ${localRunSql(String(grain.span), 'bucket', zone)} as period from ${source.name}_sums`
  const grouped = keys.map((key) => (key === 'bucket' ? 'period' : key))
  return `select ${[...selected, ...measureColumns(kind)].join(', ')}
    from (select ${[...grouped, ...sums].join(', ')} from (${named}) n group by ${grouped.join(', ')}) p`
}

function insertSql(kind: Kind, grain: Grain, { table, where }: FoldTarget): string {
  const keys = allKeys(kind, grain)
  const columns = [...keys, ...measureColumns(kind)].join(', ')
  return `insert into ${table(kind, grain)} as t (${columns})
    select ${columns} from ${grain.name}_sums where ${where(kind, grain)}
    on conflict (${keyColumns(kind, grain).join(', ')}) do update
       set ${measureColumns(kind)
         .map((column) => `${column} = t.${column} + excluded.${column}`)
         .join(', ')}`
}

/** The primary key: by workspace and time first, because that is how reports read. */
export const keyColumns = (kind: Kind, grain: Grain): readonly string[] => [
  'workspace_id',
  'bucket',
  ...keysOf(kind, grain),
  'test',
]
