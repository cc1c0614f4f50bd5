import type { Scope } from '../access/scope.js'
import { createParameters, type Parameters } from '../database/parameters.js'
import {
  changeFacts,
  clickColumn,
  clickFacts,
  clickMeasures,
  conversionColumn,
  conversionMeasures,
  itsConversion,
} from '../ledger/facts-sql.js'
import { type Grain, type Kind, tableOf } from '../ledger/grains.js'
import { lowestId } from '../ledger/partitions.js'
import { periodSql } from '../ledger/periods-sql.js'
import { type GrainsBySpan, type Needs, type Parent, type Source, whoOf } from './choose-grains.js'
import { rawColumn } from './dimensions.js'
import type { Interval, Question } from './question.js'
import type { Range, Stretch } from './range-sql.js'
import { coverRange, type Segment } from './segments.js'

/** A question, and where its figures are. */
export interface ReportPlan {
  readonly question: Question
  readonly range: Range
  readonly source: Source
  readonly needs: Needs
  readonly scope: Scope
  readonly parent: Parent | null
}

export interface FigureContext extends ReportPlan {
  readonly at: Parameters
  /** The placeholder of the workspace's id. */
  readonly workspace: string
}

/** A statement about a plan's figures, and its values. */
export function render(
  statement: (context: FigureContext) => string,
  plan: ReportPlan,
  at = createParameters(),
): [sql: string, values: readonly unknown[]] {
  const sql = statement({ ...plan, at, workspace: at.bind(plan.scope.workspaceId, 'uuid') })
  return [sql, at.values]
}

/** One place that figures are read from: a stretch of a roll-up, or raw rows. */
export interface Part {
  /** The roll-up's table, or `raw`. */
  readonly name: string
  /** A statement with the needed columns, `bucket`, and each measure. */
  readonly sql: string
}

export const measuresOf = (kind: Kind): readonly string[] =>
  kind === 'conversion' ? conversionMeasures : clickMeasures

/** What a statement of figures gives beside the measures. */
export const columnsOf = (kind: Kind, needs: Needs): string[] => [...whoOf(kind, needs), ...needs.traffic]

/** What is folded and what is not yet, filtered, each row with its parent and its bucket in the asked interval. */
export function figuresSql(kind: Kind, context: FigureContext): string {
  const { question, range, needs, parent, workspace, at } = context
  const columns = columnsOf(kind, needs)
  const needsAdvertiser = question.groupBy.includes('ADVERTISER')
  const select = [...columns, ...measuresOf(kind)].map((column) => `p.${column}`)
  return `select ${parent === null ? `''` : `p.${parent.column}::text`} as parent,
      ${bucketSql(question.interval, 'p.bucket', () => at.bind(range.zone, 'text'))} as bucket,
      ${select.join(', ')}${needsAdvertiser ? ', g.advertiser_id' : ''}
    from (${partsOf(kind, context)
      .map(({ sql }) => sql)
      .join('\nunion all\n')}) p
    ${needsAdvertiser ? `join campaign g on g.workspace_id = ${workspace} and g.id = p.campaign_id` : ''}
   where ${filterSql(kind, context)}`
}

export function partsOf(kind: Kind, context: FigureContext): Part[] {
  const { source } = context
  if (source.kind === 'raw') return [rawPart(kind, context, 'all')]
  const folded =
    source.sub === null
      ? rollupParts(kind, context, source.grains[kind])
      : subParts(kind, context, source.grains[kind], source.sub)
  return [...folded, rawPart(kind, context, 'tail')]
}

function rollupParts(kind: Kind, context: FigureContext, grains: GrainsBySpan): Part[] {
  const columns = columnsOf(kind, context.needs)
  return coverRange(context.range, grains).map((segment) => rollupPart(kind, context, grains, segment, columns))
}

/**
 * A sub-id's roll-up has only rows that have it set. What has it not is everything less those: each of its rows counts
 * once under its value, and once less under the empty one.
 */
function subParts(
  kind: Kind,
  context: FigureContext,
  whole: GrainsBySpan,
  sub: { readonly name: string; readonly grains: GrainsBySpan },
): Part[] {
  const { range, needs, question, at } = context
  const who = whoOf(kind, needs)
  const isOfSub = `sub = ${at.bind(sub.name, 'text')}`
  const withSub = (value: string) => [...who, `${value} as ${sub.name}`]
  const set = coverRange(range, sub.grains)
  const values = set.map((segment) => rollupPart(kind, context, sub.grains, segment, withSub('value'), isOfSub))
  const asked = question.traffic[sub.name]
  if (asked !== undefined && !asked.includes('')) return values
  return [
    ...values,
    ...coverRange(range, whole).map((segment) => rollupPart(kind, context, whole, segment, withSub(`''`))),
    ...set.map((segment) => rollupPart(kind, context, sub.grains, lessOf(segment), withSub(`''`), isOfSub)),
  ]
}

const lessOf = (segment: Segment): Segment => ({ ...segment, sign: segment.sign === '' ? '-' : '' })

function grainOf(grains: GrainsBySpan, { span }: Segment): Grain {
  const grain = grains[span]
  if (grain === undefined) throw new Error(`a segment of ${span}s has no grain`)
  return grain
}

function rollupPart(
  kind: Kind,
  { question, workspace, at }: FigureContext,
  grains: GrainsBySpan,
  segment: Segment,
  columns: readonly string[],
  condition = 'true',
): Part {
  const grain = grainOf(grains, segment)
  const column = kind === 'conversion' ? conversionColumn : clickColumn
  const measures = measuresOf(kind).map((measure) => `${segment.sign}${column(question.basis, measure)} as ${measure}`)
  return {
    name: tableOf(kind, grain),
    sql: `select ${['bucket', ...columns, ...measures].join(', ')} from ${tableOf(kind, grain)}
      where workspace_id = ${workspace} and ${inStretch(segment, at)} and test = ${question.test} and ${condition}`,
  }
}

/** Raw rows: those behind the mark, or all. */
function rawPart(kind: Kind, context: FigureContext, which: 'tail' | 'all'): Part {
  const { question, range, needs, at } = context
  const facts = kind === 'conversion' ? rawChanges(context, which) : rawClicks(context, which)
  return {
    name: 'raw',
    sql: `select ${['bucket', ...columnsOf(kind, needs), ...measuresOf(kind)].join(', ')} from (${facts}) t
      where test = ${question.test} and ${inStretch(range, at)}`,
  }
}

function rawChanges({ question, needs, range, workspace, at }: FigureContext, which: 'tail' | 'all'): string {
  const from =
    which === 'tail'
      ? `lateral (select * from conversion_change x where x.workspace_id = ${workspace}
            and x.position > ${at.bind(range.mark.position, 'bigint')} offset 0) c ${itsConversion}`
      : `lateral (select * from conversion x where x.workspace_id = ${workspace}
            and x.id >= ${at.bind(lowestConversionId(question, range), 'uuid')} offset 0) v
         join conversion_change c on c.workspace_id = v.workspace_id and c.conversion_id = v.id`
  return changeFacts(needs.traffic, from, question.basis, (column) => rawColumn('v', column))
}

function rawClicks({ question, needs, range, workspace, at }: FigureContext, which: 'tail' | 'all'): string {
  const [low, high] = clickIds(question, range)
  const condition =
    which === 'tail'
      ? `x.revision > ${at.bind(range.mark.revision, 'bigint')}`
      : `x.id >= ${at.bind(low, 'uuid')} and x.id < ${at.bind(high, 'uuid')}`
  const from = `lateral (select * from click x where x.workspace_id = ${workspace} and ${condition} offset 0) k`
  return clickFacts(needs.traffic, from, question.basis, (column) => rawColumn('k', column))
}

const dayMs = 86_400_000
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * A conversion's id begins with when it was received, a click's with when it happened: so the range says between which
 * ids they must lie. Events may be told of before they happen, by a few minutes; a day is more than enough.
 */
export function lowestConversionId({ basis }: Question, { fromMs }: Range): string {
  return lowestId(basis === 'change' ? 0 : fromMs - dayMs)
}

export function clickIds({ basis }: Question, { fromMs, toMs }: Range): [low: string, high: string] {
  return basis === 'change' ? [lowestId(0), lastId] : [lowestId(fromMs - dayMs), lowestId(toMs + dayMs)]
}

const inStretch = ({ fromMs, toMs }: Stretch, at: Parameters): string =>
  `bucket >= ${instant(fromMs, at)} and bucket < ${instant(toMs, at)}`

const instant = (atMs: number, at: Parameters): string => `to_timestamp(${at.bind(atMs / 1000, 'float8')})`

/** Which of a part's rows, `p`, the question and its viewer are about. */
export function filterSql(kind: Kind, { question, scope, parent, at, workspace }: FigureContext): string {
  const all = ['true']
  for (const [column, values] of Object.entries(question.ids)) {
    const wanted = `any(${at.bind(values, 'uuid[]')})`
    all.push(column === 'advertiser_id' ? ofAdvertisers(workspace, wanted) : `p.${column} = ${wanted}`)
  }
  for (const [column, values] of Object.entries(question.traffic)) {
    all.push(`p.${column} = any(${at.bind(values, 'text[]')})`)
  }
  if (question.events !== null && kind === 'conversion') {
    all.push(`p.event = any(${at.bind(question.events, 'text[]')})`)
  }
  if (scope.role === 'ADVERTISER') all.push(ofAdvertisers(workspace, at.bind(scope.advertiserId, 'uuid')))
  if (scope.role === 'AFFILIATE') all.push(`p.affiliate_id = ${at.bind(scope.affiliateId, 'uuid')}`)
  if (parent !== null) all.push(`p.${parent.column} = any(${at.bind(parent.ids, 'uuid[]')})`)
  return all.join(' and ')
}

const ofAdvertisers = (workspace: string, wanted: string): string =>
  `p.campaign_id in (select id from campaign where workspace_id = ${workspace} and advertiser_id = ${wanted})`

/** Without an interval all falls into one bucket; a NULL would not join with itself. */
const oneBucket = `timestamptz 'epoch'`

/** The asked bucket that a roll-up's falls into. It is named as `periodSql` does. */
export function bucketSql(interval: Interval | null, bucket: string, zone: () => string): string {
  if (interval === null) return oneBucket
  if (interval === 'QUARTER_HOUR') return bucket
  return periodSql(unitOf(interval), bucket, zone())
}

/** The same words, in lower case. */
const unitOf = (interval: Exclude<Interval, 'QUARTER_HOUR'>) => interval.toLowerCase() as Lowercase<typeof interval>
