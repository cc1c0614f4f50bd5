import type { Scope } from '../access/scope.js'
import type { Parameters } from '../database/parameters.js'
import { conversionStatuses } from '../kernel/vocabulary.js'
import {
  changeFacts,
  clickColumn,
  clickFacts,
  clickMeasures,
  conversionColumn,
  conversionMeasures,
} from '../ledger/rollup.js'
import {
  commonColumn,
  type Dimension,
  isConversionsOwn,
  rawColumn,
  rollupColumn,
  type Source,
  trafficColumn,
} from './dimensions.js'
import { sums } from './metrics.js'
import { orderSql } from './order-sql.js'
import { type Interval, neededColumns, type Question } from './question.js'
import { rangeSql } from './range-sql.js'

/** Which related record a report belongs to, when it is asked on each record of a list at once. */
export type Parent = { readonly column: 'campaign_id' | 'affiliate_id'; readonly ids: readonly string[] }

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
  const context = { question, source, scope, parent, at, workspace }
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
    from (${conversionFacts(context)}) f ${byStatus(question)}
   group by ${allKeys.join(', ')}
  having ${conversionMeasures.map((measure) => `sum(${statusMeasure(measure, question)}) <> 0`).join(' or ')}
), click_sums as (
  select ${keySelects(shared, 'f').join(', ')},
         ${clickMeasures.map((measure) => `sum(${measure}) as ${measure}`).join(', ')}
    from (${clickFactsOf(context)}) f
   group by ${keys.join(', ')}
  having ${clickMeasures.map((measure) => `sum(${measure}) <> 0`).join(' or ')}
), merged as (
  select ${[...keys, ...own.map((dimension) => `coalesce(${keyName(dimension)}, '') as ${keyName(dimension)}`)].join(', ')},
         ${sums.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from conversion_sums full join click_sums using (${keys.join(', ')})
), ${question.fill ? filledSql(allKeys, context) : `filled as (select * from merged)`}
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
    .map((key) => (key === 'bucket' ? bucketText : `${key}::text`))
    .join(', ')}, ${sums.join(', ')}
    from ranked where rank <= ${at.bind(question.first + 1, 'bigint')}
)
select a.*, head.position as head_position, head.revision as head_revision, head.catalog_version as head_catalog_version,
       head.epoch as head_epoch, bounds.from_ms, bounds.to_ms, bounds.zone, bounds.currency
  from head cross join bounds left join answer a on true
 order by a.parent, a.part, a.rank`
}

const bucketText = '(extract(epoch from bucket) * 1000)::bigint::text'

export const keyName = (dimension: Dimension): string => `key_${dimension.toLowerCase()}`

interface Context {
  question: Question
  source: Source
  scope: Scope
  parent: Parent | null
  at: Parameters
  workspace: string
}

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

/** Without an interval all falls into one bucket; a NULL would not join with itself. */
const oneBucket = `timestamptz 'epoch'`

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

function conversionFacts(context: Context): string {
  const { question, source } = context
  const parts: string[] = []
  const columns = neededColumns(question)
  if (source.kind === 'grain') {
    const select = [
      'r.bucket',
      'r.campaign_id',
      'r.affiliate_id',
      'r.link_id',
      'r.event',
      ...columns.map((column) => `r.${rollupColumn(source.grain, column)} as ${column}`),
      ...conversionMeasures.map((measure) => `r.${conversionColumn(question.basis, measure)} as ${measure}`),
    ]
    parts.push(`select ${select.join(', ')} from conversion_rollup r
      where r.workspace_id = ${context.workspace} and r.grain = '${source.grain}' and ${inRange('r', question)}`)
  }
  if (source.kind === 'raw' || source.grain !== 'base') {
    const tail = `mark, lateral (select * from conversion_change x
      where x.workspace_id = ${context.workspace} and x.position > mark.position offset 0) c
      join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id`
    const facts = changeFacts(columns, tail, question.basis, (column) => rawColumn('v', column))
    const select = ['bucket', 'campaign_id', 'affiliate_id', 'link_id', 'event', ...columns, ...conversionMeasures]
    parts.push(`select ${select.join(', ')} from (${facts}) t where ${inRange('t', question)}`)
  }
  return finish(context, parts, conversionMeasures, true)
}

function clickFactsOf(context: Context): string {
  const { question, source } = context
  const parts: string[] = []
  const columns = neededColumns(question)
  if (source.kind === 'grain') {
    const select = [
      'r.bucket',
      'r.campaign_id',
      'r.affiliate_id',
      'r.link_id',
      ...columns.map((column) => `r.${rollupColumn(source.grain, column)} as ${column}`),
      ...clickMeasures.map((measure) => `r.${clickColumn(question.basis, measure)} as ${measure}`),
    ]
    parts.push(`select ${select.join(', ')} from click_rollup r
      where r.workspace_id = ${context.workspace} and r.grain = '${source.grain}' and ${inRange('r', question)}`)
  }
  if (source.kind === 'raw' || source.grain !== 'base') {
    const tail = `mark, lateral (select * from click x
      where x.workspace_id = ${context.workspace} and x.revision > mark.revision${source.kind === 'raw' ? rawClickBounds : ''} offset 0) k`
    const facts = clickFacts(columns, tail, question.basis, (column) => rawColumn('k', column))
    const select = ['bucket', 'campaign_id', 'affiliate_id', 'link_id', ...columns, ...clickMeasures]
    parts.push(`select ${select.join(', ')} from (${facts}) t where ${inRange('t', question)}`)
  }
  return finish(context, parts, clickMeasures, false)
}

const inRange = (alias: string, { test }: Question): string =>
  `${alias}.bucket >= (select from_at from bounds) and ${alias}.bucket < (select to_at from bounds) and ${alias}.test = ${test}`

/** Joins the parts, filters them, and gives each row its parent and the bucket it belongs to in the asked interval. */
function finish(
  context: Context,
  parts: readonly string[],
  measures: readonly string[],
  isConversion: boolean,
): string {
  const { question, parent } = context
  const columns = neededColumns(question)
  const keys = ['campaign_id', 'affiliate_id', 'link_id', ...(isConversion ? ['event'] : []), ...columns]
  const needsAdvertiser = question.groupBy.includes('ADVERTISER')
  return `select ${parent === null ? `''` : `p.${parent.column}::text`} as parent,
      ${bucketSql(question.interval)} as bucket, ${keys.map((key) => `p.${key}`).join(', ')}${needsAdvertiser ? ', g.advertiser_id' : ''},
      ${measures.map((name) => `p.${name}`).join(', ')}
    from (${parts.join('\nunion all\n')}) p
    ${needsAdvertiser ? `join campaign g on g.workspace_id = ${context.workspace} and g.id = p.campaign_id` : ''}
    cross join bounds
   where ${conditions(context, isConversion).join(' and ')}`
}

function conditions({ question, scope, parent, at, workspace }: Context, isConversion: boolean): string[] {
  const all = ['true']
  for (const [column, values] of Object.entries(question.ids)) {
    const wanted = at.bind(values, 'uuid[]')
    if (column !== 'advertiser_id') all.push(`p.${column} = any(${wanted})`)
    else all.push(ofAdvertisers(workspace, `any(${wanted})`))
  }
  for (const [column, values] of Object.entries(question.traffic))
    all.push(`p.${column} = any(${at.bind(values, 'text[]')})`)
  if (isConversion && question.events !== null) all.push(`p.event = any(${at.bind(question.events, 'text[]')})`)
  if (scope.role === 'ADVERTISER') all.push(ofAdvertisers(workspace, at.bind(scope.advertiserId, 'uuid')))
  if (scope.role === 'AFFILIATE') all.push(`p.affiliate_id = ${at.bind(scope.affiliateId, 'uuid')}`)
  if (parent !== null) all.push(`p.${parent.column} = any(${at.bind(parent.ids, 'uuid[]')})`)
  return all
}

const ofAdvertisers = (workspace: string, wanted: string): string =>
  `p.campaign_id in (select id from campaign where workspace_id = ${workspace} and advertiser_id = ${wanted})`

/** A click's id begins with its time, so the range names the months that a report over raw clicks must read. */
export const rawClickBounds = ' and x.id >= (select low_id from bounds) and x.id < (select high_id from bounds)'

function bucketSql(interval: Interval | null): string {
  if (interval === null) return oneBucket
  if (interval === 'QUARTER_HOUR') return 'p.bucket'
  return `date_trunc('${interval.toLowerCase()}', p.bucket, bounds.zone)`
}

/** A row of nothing for each bucket that a key has none in; without any dimension, for each bucket of the range. */
function filledSql(allKeys: readonly string[], { question, parent, at }: Context): string {
  const dimensions = allKeys.filter((key) => key !== 'bucket')
  const truncated = bucketSql(question.interval).replace('p.bucket', 'g.bucket')
  const everyParent =
    parent === null ? `select '' as parent` : `select unnest(${at.bind(parent.ids, 'uuid[]')})::text as parent`
  return `buckets as (
  select distinct ${truncated} as bucket
    from bounds cross join generate_series(bounds.from_at, bounds.to_at - interval '15 minutes', interval '15 minutes') as g (bucket)
), filled as (
  select ${allKeys.join(', ')}, ${sums.map((name) => `coalesce(${name}, 0) as ${name}`).join(', ')}
    from (${question.groupBy.length === 0 ? everyParent : `select distinct ${dimensions.join(', ')} from merged`}) d
   cross join buckets
    left join merged using (${allKeys.join(', ')})
)`
}
