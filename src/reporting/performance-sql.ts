import { conversionStatuses } from '../kernel/vocabulary.js'
import { clickMeasures, conversionMeasures } from '../ledger/facts-sql.js'
import { firstInstantSql } from '../ledger/periods-sql.js'
import { type Dimension, isConversionsOwn, trafficColumn, whoColumn } from './dimensions.js'
import { bucketSql, type FigureContext, figuresSql } from './figures-sql.js'
import { sumSql } from './metric-sql.js'
import { sums } from './metrics.js'
import { orderSql } from './order-sql.js'
import type { Question } from './question.js'

/**
 * One statement, so one snapshot: the head that names the state of the books, the mark that the parts were chosen by,
 * the figures that are folded, the raw tail that is not, the totals over all rows, and as many rows as were asked for.
 *
 * Answer: per parent one row with `part` 0, the totals, and then rows with `part` 1, in order. What all of them have in
 * common, the state of the books and the mark, only the first row is sure to have.
 */
export function performanceSql(context: FigureContext): string {
  const { question, source, scope, workspace, at } = context
  const own = question.groupBy.filter(isConversionsOwn)
  const shared = question.groupBy.filter((dimension) => !isConversionsOwn(dimension))
  const keys = ['parent', 'bucket', ...shared.map(keyName)]
  const allKeys = [...keys, ...own.map(keyName)]
  const family = source.kind === 'raw' ? null : source.family
  const figures = sums.map((name) => `${sumSql(name, scope)} as ${name}`).join(', ')
  return `
with head as materialized (
  select h.position as head_position, h.revision as head_revision, h.catalog_version as head_catalog_version, h.epoch as head_epoch,
         coalesce(m.position, 0) as mark_position, coalesce(m.revision, 0) as mark_revision
    from workspace_head h
    left join rollup_mark m on m.workspace_id = h.workspace_id and m.family = ${at.bind(family, 'text')}
   where h.workspace_id = ${workspace}
), conversion_sums as (
  select ${[...keySelects(shared), ...own.map((dimension) => `${ownColumn(dimension)} as ${keyName(dimension)}`)].join(', ')},
         ${conversionMeasures.map((measure) => `sum(${statusMeasure(measure, question)}) as ${measure}`).join(', ')}
    from (${figuresSql('conversion', context)}) f ${byStatus(question)}
   group by ${allKeys.join(', ')}
  having ${conversionMeasures.map((measure) => `sum(${statusMeasure(measure, question)}) <> 0`).join(' or ')}
), click_sums as (
  select ${keySelects(shared).join(', ')},
         ${clickMeasures.map((measure) => `sum(${measure}) as ${measure}`).join(', ')}
    from (${figuresSql('click', context)}) f
   group by ${keys.join(', ')}
  having ${clickMeasures.map((measure) => `sum(${measure}) <> 0`).join(' or ')}
), merged as (
  select ${[...keys, ...own.map((dimension) => `coalesce(${keyName(dimension)}, '') as ${keyName(dimension)}`)].join(', ')},
         ${measures.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from conversion_sums full join click_sums using (${keys.join(', ')})
), ${question.fill ? filledSql(keys, own.map(keyName), context) : `filled as (select * from merged)`}
, ranked as (
  select *, row_number() over (partition by parent order by ${orderSql(question, scope, allKeys)}) as rank from filled
), totals as (
  select parent, ${measures.map((name) => `coalesce(sum(${name}), 0) as ${name}`).join(', ')}
    from (
      select parent, ${conversionMeasures.join(', ')}, ${clickMeasures.map((name) => `0 as ${name}`).join(', ')} from conversion_sums
      union all
      select parent, ${conversionMeasures.map((name) => `0 as ${name}`).join(', ')}, ${clickMeasures.join(', ')} from click_sums
    ) t group by parent
), answer as (
  select 0 as part, 0::bigint as rank, parent, ${allKeys
    .slice(1)
    .map((key) => `null as ${key}`)
    .join(', ')}, ${figures} from totals
  union all
  select 1, rank, parent, ${allKeys
    .slice(1)
    .map((key) => (key === 'bucket' ? bucketText(context) : `${key}::text`))
    .join(', ')}, ${figures}
    from ranked where rank <= ${at.bind(question.first + 1, 'bigint')}
)
select a.*, ${stateColumns.map((column) => `case when a.rank > 1 then null else head.${column} end as ${column}`).join(', ')}
  from head left join answer a on true
 order by a.parent, a.part, a.rank`
}

const measures = [...clickMeasures, ...conversionMeasures]

const stateColumns = [
  'head_position',
  'head_revision',
  'head_catalog_version',
  'head_epoch',
  'mark_position',
  'mark_revision',
] as const

/** When a bucket begins, in ms since 1970. */
function bucketText({ question: { interval }, range, at }: FigureContext): string {
  const isPeriod = interval !== null && interval !== 'QUARTER_HOUR' && interval !== 'HOUR'
  const zone = isPeriod ? at.bind(range.zone, 'text') : ''
  const first = isPeriod ? firstInstantSql(`bucket at time zone ${zone}`, zone) : 'bucket'
  return `(extract(epoch from ${first}) * 1000)::bigint::text`
}

export type KeyName = `key_${Lowercase<Dimension>}`
export const keyName = (dimension: Dimension) => `key_${dimension.toLowerCase()}` as KeyName // the same word

function keySelects(shared: readonly Dimension[]): string[] {
  return ['f.parent', 'f.bucket', ...shared.map((dimension) => `f.${columnOf(dimension)} as ${keyName(dimension)}`)]
}

function columnOf(dimension: Dimension): string {
  if (dimension === 'ADVERTISER') return 'advertiser_id'
  return whoColumn(dimension) ?? trafficColumn(dimension) ?? dimension.toLowerCase()
}

const ownColumn = (dimension: Dimension): string => (dimension === 'STATUS' ? 's.status' : 'f.event')

/** Grouping by status makes a row of each, with only that status's figures in it. */
function byStatus({ groupBy }: Question): string {
  if (!groupBy.includes('STATUS')) return ''
  return `cross join (values ${conversionStatuses.map((status) => `('${status}')`).join(', ')}) as s (status)`
}

/** A measure as the filter and the grouping by status leave it: what is of another status counts as nothing. */
function statusMeasure(measure: string, { groupBy, statuses }: Question): string {
  const status = conversionStatuses.find((candidate) => measure.startsWith(candidate.toLowerCase())) ?? ''
  if (statuses !== null && !(statuses as readonly string[]).includes(status)) return '0'
  return groupBy.includes('STATUS') ? `case when s.status = '${status}' then ${measure} else 0 end` : measure
}

/**
 * A row for each bucket and each combination of dimensions that is found in any; without dimensions, for each bucket of
 * the range. Conversions and clicks are joined anew, because a bucket without conversions of an event still has clicks.
 */
function filledSql(
  keys: readonly string[],
  own: readonly string[],
  { question, range, parent, at }: FigureContext,
): string {
  const shared = keys.filter((key) => key !== 'bucket')
  const everyParent = () =>
    parent === null ? `select '' as parent` : `select unnest(${at.bind(parent.ids, 'uuid[]')})::text as parent`
  // Clicks stand without an event or status only where no conversion of theirs has one.
  const alone = own
    .map((key) => `m.${key} <> ''`)
    .concat(
      `not exists (select from conversion_sums x where ${shared.map((key) => `x.${key} = m.${key}`).join(' and ')})`,
    )
  const found = `select distinct ${[...shared, ...own].join(', ')} from merged m ${own.length > 0 ? `where ${alone.join(' or ')}` : ''}`
  const instant = (ms: number) => `to_timestamp(${at.bind(ms / 1000, 'float8')})`
  return `buckets as (
  select distinct ${bucketSql(question.interval, 'g.bucket', () => at.bind(range.zone, 'text'))} as bucket
    from generate_series(${instant(range.fromMs)}, ${instant(range.toMs)} - interval '15 minutes', interval '15 minutes') as g (bucket)
), filled as (
  select ${[...keys, ...own].join(', ')}, ${measures.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from (${question.groupBy.length === 0 ? everyParent() : found}) d
   cross join buckets
    left join conversion_sums using (${[...keys, ...own].join(', ')})
    left join click_sums using (${keys.join(', ')})
)`
}
