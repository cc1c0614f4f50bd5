import type { MetricName } from '../figures/metrics'
import type { PerformanceFilter, PerformanceInput, PerformanceMetric } from '../generated/reports/reports'
import { allDimensions, type Dimension, dimensions, takesOne } from './dimensions'
import { metricOf, wordOf } from './metric-words'
import { periodOf } from './periods'
import { type Filter, mostRows, type Report } from './report'

/** A report as the API is asked for it. `zone` is what the report's days are of where it names none. */
export function questionOf(report: Report, zone: string): PerformanceInput {
  const { groupBy, interval, basis, timeZone, test, first } = report
  const by = serverOrder(report)
  return {
    ...rangeOf(report, zone),
    ...{ groupBy, basis, first },
    ...(interval !== null && { interval }),
    ...(timeZone !== null && { timeZone }),
    ...(test && { test }),
    ...(Object.keys(report.filter).length > 0 && { filter: filterOf(report.filter) }),
    ...(by !== null && { orderBy: { by, descending: report.orderBy?.descending ?? true } }),
  }
}

function rangeOf({ range, timeZone }: Report, zone: string): Pick<PerformanceInput, 'range' | 'from' | 'to'> {
  if (typeof range === 'string') return { range }
  const { fromMs, toMs } = periodOf(range, timeZone ?? zone)
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}

/** What the server orders by; null where it is names or changes, which this page orders by itself. */
export function serverOrder({ orderBy }: Report): PerformanceMetric | null {
  if (orderBy === null) return null
  if (orderBy.by === 'BUCKET') return 'BUCKET'
  const metric = metricOf(orderBy.by)
  return metric === null ? null : wordOf(metric)
}

export function filterOf(filter: Filter): PerformanceFilter {
  const fields: Record<string, readonly string[]> = {}
  const subs: Record<string, string> = {}
  for (const dimension of allDimensions) {
    const values = filter[dimension]
    if (values === undefined) continue
    const { field } = dimensions[dimension]
    if (takesOne(dimension)) subs[field] = values[0] ?? ''
    else fields[field] = values
  }
  return { ...fields, ...(Object.keys(subs).length > 0 && { subs }) }
}

/** What all of a chart's questions have in common with the table's. */
const drawn = (table: PerformanceInput): PerformanceInput => ({ ...table, orderBy: null, first: mostRows })

/** The course of all rows together. */
export const courseOf = (table: PerformanceInput, interval: PerformanceInput['interval']): PerformanceInput => ({
  ...drawn(table),
  ...{ interval, groupBy: [], fill: true },
})

/** Which rows have most of a figure, over all of the range. */
export const rankedOf = (table: PerformanceInput, metric: MetricName, first: number): PerformanceInput => ({
  ...drawn(table),
  ...{ interval: null, orderBy: { by: wordOf(metric), descending: true }, first: Math.max(1, first) },
})

export type Keys = Readonly<Partial<Record<Dimension, string>>>

/** The course of these rows, and of as few others as a filter can say. */
export function linesOf(
  table: PerformanceInput,
  interval: PerformanceInput['interval'],
  filter: Filter,
  top: readonly Keys[],
): PerformanceInput {
  const narrowed: Partial<Record<Dimension, readonly string[]>> = { ...filter }
  for (const dimension of table.groupBy ?? []) {
    const values = [...new Set(top.map((keys) => keys[dimension] ?? ''))]
    // What came without a link has no id to be filtered by.
    const canBeSaid = takesOne(dimension) ? values.length === 1 : dimension !== 'LINK' || !values.includes('')
    if (canBeSaid) narrowed[dimension] = values
  }
  return { ...drawn(table), interval, filter: filterOf(narrowed) }
}
