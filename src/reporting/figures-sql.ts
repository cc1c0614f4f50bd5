import type { Scope } from '../access/scope.js'
import type { Parameters } from '../database/parameters.js'
import {
  type Basis,
  changeFacts,
  clickColumn,
  clickFacts,
  clickMeasures,
  conversionColumn,
  conversionMeasures,
} from '../ledger/rollup.js'
import { rawColumn, rollupColumn, type Source } from './dimensions.js'
import { type Interval, neededColumns, type Question } from './question.js'

/** Which related record a report belongs to, when it is asked on each record of a list at once. */
export type Parent = { readonly column: 'campaign_id' | 'affiliate_id'; readonly ids: readonly string[] }

export interface FigureContext {
  readonly question: Question
  readonly source: Source
  readonly scope: Scope
  readonly parent: Parent | null
  readonly at: Parameters
  /** The placeholder of the workspace's id. */
  readonly workspace: string
}

/** Clicks or conversions: where their figures are kept, and how what is not folded yet is read. */
interface Figures {
  readonly rollup: string
  readonly keys: readonly string[]
  readonly measures: readonly string[]
  readonly column: (basis: Basis, measure: string) => string
  /** The facts of the raw rows behind the mark. */
  readonly tail: (columns: readonly string[], context: FigureContext) => string
}

export const conversionFigures: Figures = {
  rollup: 'conversion_rollup',
  keys: ['campaign_id', 'affiliate_id', 'link_id', 'event'],
  measures: conversionMeasures,
  column: conversionColumn,
  tail: (columns, { question, workspace }) =>
    changeFacts(
      columns,
      `mark, lateral (select * from conversion_change x
        where x.workspace_id = ${workspace} and x.position > mark.position offset 0) c
        join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id`,
      question.basis,
      (column) => rawColumn('v', column),
    ),
}

export const clickFigures: Figures = {
  rollup: 'click_rollup',
  keys: ['campaign_id', 'affiliate_id', 'link_id'],
  measures: clickMeasures,
  column: clickColumn,
  tail: (columns, { question, workspace, source }) =>
    clickFacts(
      columns,
      `mark, lateral (select * from click x
        where x.workspace_id = ${workspace} and x.revision > mark.revision
          ${source.kind === 'raw' ? clickBounds : ''} offset 0) k`,
      question.basis,
      (column) => rawColumn('k', column),
    ),
}

/** A click's id begins with its time, so the range names the months that a report over raw clicks must read. */
const clickBounds = 'and x.id >= (select low_id from bounds) and x.id < (select high_id from bounds)'

/** What is folded and what is not yet, filtered, each row with its parent and its bucket in the asked interval. */
export function figuresSql(figures: Figures, context: FigureContext): string {
  const { question, source, parent, workspace } = context
  const columns = neededColumns(question)
  const parts: string[] = []
  if (source.kind === 'grain') {
    const select = [
      'bucket',
      ...figures.keys,
      ...columns.map((column) => `${rollupColumn(source.grain, column)} as ${column}`),
      ...figures.measures.map((measure) => `${figures.column(question.basis, measure)} as ${measure}`),
    ]
    parts.push(`select ${select.join(', ')} from ${figures.rollup} r
      where r.workspace_id = ${workspace} and r.grain = '${source.grain}' and ${inRange(question)}`)
  }
  if (source.kind === 'raw' || source.grain !== 'base') {
    const select = ['bucket', ...figures.keys, ...columns, ...figures.measures]
    parts.push(`select ${select.join(', ')} from (${figures.tail(columns, context)}) t where ${inRange(question)}`)
  }
  const needsAdvertiser = question.groupBy.includes('ADVERTISER')
  const select = [...figures.keys, ...columns, ...figures.measures].map((column) => `p.${column}`)
  return `select ${parent === null ? `''` : `p.${parent.column}::text`} as parent, ${bucketSql(question.interval, 'p')} as bucket,
      ${select.join(', ')}${needsAdvertiser ? ', g.advertiser_id' : ''}
    from (${parts.join('\nunion all\n')}) p
    ${needsAdvertiser ? `join campaign g on g.workspace_id = ${workspace} and g.id = p.campaign_id` : ''}
    cross join bounds
   where ${conditions(context, figures).join(' and ')}`
}

const inRange = ({ test }: Question): string =>
  `bucket >= (select from_at from bounds) and bucket < (select to_at from bounds) and test = ${test}`

function conditions({ question, scope, parent, at, workspace }: FigureContext, { keys }: Figures): string[] {
  const all = ['true']
  for (const [column, values] of Object.entries(question.ids)) {
    const wanted = `any(${at.bind(values, 'uuid[]')})`
    all.push(column === 'advertiser_id' ? ofAdvertisers(workspace, wanted) : `p.${column} = ${wanted}`)
  }
  for (const [column, values] of Object.entries(question.traffic)) {
    all.push(`p.${column} = any(${at.bind(values, 'text[]')})`)
  }
  if (question.events !== null && keys.includes('event')) {
    all.push(`p.event = any(${at.bind(question.events, 'text[]')})`)
  }
  if (scope.role === 'ADVERTISER') all.push(ofAdvertisers(workspace, at.bind(scope.advertiserId, 'uuid')))
  if (scope.role === 'AFFILIATE') all.push(`p.affiliate_id = ${at.bind(scope.affiliateId, 'uuid')}`)
  if (parent !== null) all.push(`p.${parent.column} = any(${at.bind(parent.ids, 'uuid[]')})`)
  return all
}

const ofAdvertisers = (workspace: string, wanted: string): string =>
  `p.campaign_id in (select id from campaign where workspace_id = ${workspace} and advertiser_id = ${wanted})`

/** Without an interval all falls into one bucket; a NULL would not join with itself. */
const oneBucket = `timestamptz 'epoch'`

/** The asked bucket that a quarter of an hour falls into; `alias` has it, and `bounds` is beside it. */
export function bucketSql(interval: Interval | null, alias: string): string {
  if (interval === null) return oneBucket
  if (interval === 'QUARTER_HOUR') return `${alias}.bucket`
  return `date_trunc('${interval.toLowerCase()}', ${alias}.bucket, bounds.zone)`
}
