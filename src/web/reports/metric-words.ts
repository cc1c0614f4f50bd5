import { type MetricName, metrics } from '../figures/metrics'
import type { PerformanceMetric } from '../generated/reports/reports'

export const metricNames = Object.keys(metrics) as readonly MetricName[] // its keys are just these

/** A figure as rows are ordered by it: `earningsPerClick` is `EARNINGS_PER_CLICK`. */
export const wordOf = (metric: MetricName): PerformanceMetric =>
  metric.replace(/[A-Z]/g, '_$&').toUpperCase() as PerformanceMetric // the schema names its figures so

const byWord: ReadonlyMap<string, MetricName> = new Map(metricNames.map((metric) => [wordOf(metric), metric]))

export const metricOf = (word: string): MetricName | null => byWord.get(word) ?? null

const changeSuffix = '_CHANGE'

/** A column of how far figures have moved. */
export const changeOf = (metric: MetricName): string => `${wordOf(metric)}${changeSuffix}`

export const metricOfChange = (word: string): MetricName | null =>
  word.endsWith(changeSuffix) ? metricOf(word.slice(0, -changeSuffix.length)) : null
