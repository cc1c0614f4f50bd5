import type { Scope } from '../access/scope.js'
import type { Parameters } from '../database/parameters.js'
import { conversionStatuses } from '../kernel/vocabulary.js'
import { clickMeasures, conversionMeasures } from '../ledger/rollup.js'
import { commonColumn, type Dimension, isConversionsOwn, type Source, trafficColumn } from './dimensions.js'
import {
  bucketSql,
  clickFigures,
  conversionFigures,
  type FigureContext,
  figuresSql,
  type Parent,
} from './figures-sql.js'
import { firstInstantSql } from './first-instant-sql.js'
import { sums } from './metrics.js'
import { orderSql } from './order-sql.js'
import type { Question } from './question.js'
import { rangeSql } from './range-sql.js'

/**
 * One statement, so one snapshot: the head that names the state of the books, the figures that are folded into the
 * chosen grain, the raw tail that is not, the totals over all rows, and as many rows as were asked for.
 *
 * Answer: per parent one row with `part` 0, the totals, and then rows with `part` 1, in order.
 */
export function performanceSql(
  question: Question,
  source: Source,
  scope: Scope,
  parent: Parent | null,
  nowMs: number,
  at: Parameters,
): string {
  const workspace = at.bind(scope.workspaceId, 'uuid')
  const own = question.groupBy.filter(isConversionsOwn)
  const shared = question.groupBy.filter((dimension) => !isConversionsOwn(dimension))
  const context: FigureContext = { question, source, scope, parent, at, workspace }
  const keys = ['parent', 'bucket', ...shared.map(keyName)]
  const allKeys = [...keys, ...own.map(keyName)]
  return `
with bounds as materialized (
  ${rangeSql(question, nowMs, workspace, at)}
), head as materialized (
  select position, revision, catalog_version, epoch from workspace_head where workspace_id = ${workspace}
), ${markSql(source, workspace, at)}
conversion_sums as (
  select ${[...keySelects(shared, 'f'), ...own.map((dimension) => `${ownColumn(dimension)} as ${keyName(dimension)}`)].join(', ')},
         ${conversionMeasures.map((measure) => `sum(${statusMeasure(measure, question)}) as ${measure}`).join(', ')}
    from (${figuresSql(conversionFigures, context)}) f ${byStatus(question)}
   group by ${allKeys.join(', ')}
  having ${conversionMeasures.map((measure) => `sum(${statusMeasure(measure, question)}) <> 0`).join(' or ')}
), click_sums as (
  select ${keySelects(shared, 'f').join(', ')},
         ${clickMeasures.map((measure) => `sum(${measure}) as ${measure}`).join(', ')}
    from (${figuresSql(clickFigures, context)}) f
   group by ${keys.join(', ')}
  having ${clickMeasures.map((measure) => `sum(${measure}) <> 0`).join(' or ')}
), merged as (
  select ${[...keys, ...own.map((dimension) => `coalesce(${keyName(dimension)}, '') as ${keyName(dimension)}`)].join(', ')},
         ${sums.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from conversion_sums full join click_sums using (${keys.join(', ')})
), ${question.fill ? filledSql(keys, own.map(keyName), context) : `filled as (select * from merged)`}
, ranked as (
  select *, row_number() over (partition by parent order by ${orderSql(question, scope, allKeys)}) as rank from filled
), totals as (
  select parent, ${sums.map((name) => `coalesce(sum(${name}), 0) as ${name}`).join(', ')}
    from (
      select parent, ${conversionMeasures.join(', ')}, ${clickMeasures.map((name) => `0 as ${name}`).join(', ')} from conversion_sums
      union all
      select parent, ${conversionMeasures.map((name) => `0 as ${name}`).join(', ')}, ${clickMeasures.join(', ')} from click_sums
    ) t group by parent
), answer as (
  select 0 as part, 0::bigint as rank, parent, ${allKeys
    .slice(1)
    .map((key) => `null as ${key}`)
    .join(', ')}, ${sums.join(', ')} from totals
  union all
  select 1, rank, parent, ${allKeys
    .slice(1)
    .map((key) => (key === 'bucket' ? bucketText(question) : `${key}::text`))
    .join(', ')}, ${sums.join(', ')}
    from ranked where rank <= ${at.bind(question.first + 1, 'bigint')}
)
select a.*, head.position as head_position, head.revision as head_revision, head.catalog_version as head_catalog_version,
       head.epoch as head_epoch, bounds.from_ms, bounds.to_ms, bounds.zone, bounds.currency
  from head cross join bounds left join answer a on true
 order by a.parent, a.part, a.rank`
}

function bucketText({ interval }: Question): string {
  const isOfDays = interval === 'DAY' || interval === 'WEEK' || interval === 'MONTH'
  const zone = '(select zone from bounds)'
  const begins = isOfDays ? firstInstantSql(`bucket at time zone ${zone}`, zone) : 'bucket'
  return `(extract(epoch from ${begins}) * 1000)::bigint::text`
}

export const keyName = (dimension: Dimension): string => `key_${dimension.toLowerCase()}`

function keySelects(shared: readonly Dimension[], alias: string): string[] {
  return [
    `${alias}.parent`,
    `${alias}.bucket as bucket`,
    ...shared.map((dimension) => `${alias}.${columnOf(dimension)} as ${keyName(dimension)}`),
  ]
}

function columnOf(dimension: Dimension): string {
  if (dimension === 'ADVERTISER') return 'advertiser_id'
  return commonColumn(dimension) ?? trafficColumn(dimension) ?? dimension.toLowerCase()
}

const ownColumn = (dimension: Dimension): string => (dimension === 'STATUS' ? 's.status' : 'f.event')

/** Grouping by status makes a row of each, with only that status's figures in it. */
function byStatus({ groupBy }: Question): string {
  if (!groupBy.includes('STATUS')) return ''
  return `cross join (values ${conversionStatuses.map((status) => `('${status}')`).join(', ')}) as s (status)`
}

function markSql(source: Source, workspace: string, at: Parameters): string {
  if (source.kind === 'raw') return `mark as materialized (select 0::bigint as position, 0::bigint as revision),`
  if (source.grain === 'base') return ''
  // A workspace whose first fold is still to come has no mark: all of its rows are tail.
  return `mark as materialized (
  select coalesce(max(position), 0) as position, coalesce(max(revision), 0) as revision
    from rollup_mark where workspace_id = ${workspace} and grain = ${at.bind(source.grain, 'text')}
),`
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
function filledSql(keys: readonly string[], own: readonly string[], { question, parent, at }: FigureContext): string {
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
  return `buckets as (
  select distinct ${bucketSql(question.interval, 'g')} as bucket
    from bounds cross join generate_series(bounds.from_at, bounds.to_at - interval '15 minutes', interval '15 minutes') as g (bucket)
), filled as (
  select ${[...keys, ...own].join(', ')}, ${sums.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from (${question.groupBy.length === 0 ? everyParent() : found}) d
   cross join buckets
    left join conversion_sums using (${[...keys, ...own].join(', ')})
    left join click_sums using (${keys.join(', ')})
)`
}
