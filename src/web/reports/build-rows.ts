import type { FigureValue, MetricName } from '../figures/metrics'
import type { KeysFragment } from '../generated/reports/reports'
import type { Answer } from './ask-report'
import { createPlaces } from './places'
import type { Keys } from './question'

export type Figures = Readonly<Partial<Record<MetricName, FigureValue>>>

export interface Row {
  readonly id: string
  readonly bucketMs: number | null
  readonly keys: Keys
  readonly names: KeysFragment
  readonly figures: Figures
  /** In the period before; null: there is nothing to compare with. */
  readonly before: Figures | null
  /** It was there in the period before only. */
  readonly isGone: boolean
}

/**
 * The table's rows, each with its figures of the period before. What was there before and is not any more is a row as
 * well, of nothing now: who has gone is what one looks for. Where either period has more rows than were fetched, who is
 * missing cannot be told from who was not fetched, so nobody is made up.
 */
export function buildRows({ asked, data }: Answer): Row[] {
  const { table, before } = data
  if (before === undefined) return table.rows.map((row) => toRow(row, row.metrics, null))

  const { interval } = asked.table
  const dimensions = asked.table.groupBy ?? []
  const placesIn = (from: string) =>
    interval == null ? () => '' : createPlaces(Date.parse(from), interval, table.timeZone)
  const keyIn = (placeOf: (bucketMs: number) => string) => {
    const places = new Map<string, string>()
    return ({ bucket, key }: KeysFragment): string => {
      const instant = bucket ?? ''
      const place = places.get(instant) ?? placeOf(Date.parse(instant))
      places.set(instant, place)
      return JSON.stringify([place, ...dimensions.map((dimension) => key[dimension])])
    }
  }
  const keyBefore = keyIn(placesIn(before.from))
  const keyNow = keyIn(placesIn(table.from))
  const figuresBefore = new Map(before.rows.map((row) => [keyBefore(row), row]))
  const nothing = nothingOf(asked.columns)
  const isWhole = !table.truncated && !before.truncated

  const rows = table.rows.map((row) => {
    const key = keyNow(row)
    const was = figuresBefore.get(key)?.metrics ?? (before.truncated ? null : nothing)
    figuresBefore.delete(key)
    return toRow(row, row.metrics, was)
  })
  // A bucket of another period is none of this one.
  if (!isWhole || interval != null) return rows
  return [...rows, ...[...figuresBefore.values()].map((row) => ({ ...toRow(row, nothing, row.metrics), isGone: true }))]
}

const toRow = (names: KeysFragment, figures: Figures, before: Figures | null): Row => ({
  id: JSON.stringify([names.bucket, names.key]),
  bucketMs: names.bucket === null ? null : Date.parse(names.bucket),
  keys: names.key as Keys, // by the dimensions asked for
  ...{ names, figures, before, isGone: false },
})

const quotients: readonly MetricName[] = [
  ...(['conversionRate', 'approvalRate', 'earningsPerClick', 'costPerAction'] as const),
  ...(['averageOrderValue', 'returnOnInvestment', 'returnOnAdSpend'] as const),
]

/** Of what add up over rows, nothing is zero; of nothing there is no rate. */
export const isQuotient = (metric: MetricName): boolean => quotients.includes(metric)

const nothingOf = (columns: readonly MetricName[]): Figures =>
  Object.fromEntries(columns.map((metric) => [metric, isQuotient(metric) ? null : 0]))
