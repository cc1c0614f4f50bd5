import type { ApolloClient } from '@apollo/client'
import type { MetricName } from '../figures/metrics'
import {
  type Interval,
  type KeysFragment,
  type PerformanceInput,
  ReportDocument,
  type ReportQuery,
  type ReportQueryVariables,
} from '../generated/reports/reports'
import { type Period, periodBefore } from './periods'
import { pickFigures } from './pick-figures'
import { courseOf, type Keys, linesOf, rankedOf } from './question'
import { type Filter, mostRows } from './report'

/** All that makes another answer. */
export interface Asked {
  readonly table: PerformanceInput
  readonly filter: Filter
  readonly columns: readonly MetricName[]
  readonly chart: MetricName
  readonly interval: Interval
  readonly lines: number
  readonly compare: boolean
}

/** What can only be asked when something else is known: which rows are on top, and when the period before was. */
interface Plan {
  readonly top: readonly Keys[] | null
  readonly before: Period | null
}

export interface Answer {
  readonly asked: Asked
  readonly data: ReportQuery
  /** In the order of their rank. */
  readonly top: readonly KeysFragment[]
  readonly receivedAtMs: number
  readonly plan: Plan
}

const nothingKnown: Plan = { top: null, before: null }
/** Ranks may change between two questions, but not for ever. */
const mostRounds = 3

/**
 * Asks until the answer is to what should have been asked by that same answer, so that all of it is of one state of the
 * books. The first time that takes two rounds; where `known` is the plan of the last time, mostly one.
 */
export async function askReport(
  client: ApolloClient,
  asked: Asked,
  known: Plan | null,
  signal: AbortSignal,
): Promise<Answer> {
  const query = pickFigures(ReportDocument, { ShownFigures: asked.columns, DrawnFigure: [asked.chart] })
  let plan = known ?? nothingKnown
  for (let round = 1; ; round += 1) {
    const { data, error } = await client.query({
      query,
      variables: variablesOf(asked, plan),
      fetchPolicy: 'no-cache',
      context: { fetchOptions: { signal }, queryDeduplication: false },
    })
    if (data === undefined) throw error ?? new Error('an answer without data')
    const next = planOf(asked, data)
    const isMet = JSON.stringify(next) === JSON.stringify(plan)
    if (isMet || round === mostRounds) {
      return { asked, data, top: data.ranked?.rows ?? [], receivedAtMs: Date.now(), plan: next }
    }
    plan = next
  }
}

function variablesOf({ table, filter, chart, interval, lines, compare }: Asked, plan: Plan): ReportQueryVariables {
  const before = { ...table, ...stretchInput(plan.before) }
  const hasTop = plan.top !== null && plan.top.length > 0
  return {
    table,
    course: courseOf(table, interval),
    ranked: rankedOf(table, chart, lines),
    hasLines: lines > 0 && (table.groupBy?.length ?? 0) > 0,
    lines: linesOf(table, interval, filter, plan.top ?? []),
    hasTop,
    // In no order, as many as there may be: a row of now may be anywhere in it.
    before: { ...before, orderBy: null, first: mostRows },
    courseBefore: courseOf(before, interval),
    hasBefore: compare && plan.before !== null,
  }
}

function stretchInput(period: Period | null): Pick<PerformanceInput, 'range' | 'from' | 'to'> {
  if (period === null) return {}
  return { range: null, from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString() }
}

function planOf({ compare }: Asked, { table, ranked, viewer }: ReportQuery): Plan {
  const { from, to, timeZone } = table
  const period = { fromMs: Date.parse(from), toMs: Date.parse(to) }
  const nowMs = Date.parse(viewer.workspace.freshness.at)
  return {
    top: ranked === undefined ? null : ranked.rows.map(({ key }) => key as Keys), // by the dimensions asked for
    before: compare ? periodBefore(period, timeZone, nowMs) : null,
  }
}
