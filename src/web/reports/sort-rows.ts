import type { FigureValue } from '../figures/metrics'
import type { Row } from './build-rows'
import { changeIn } from './change-in'
import type { Dimension } from './dimensions'
import { metricOf, metricOfChange } from './metric-words'
import { serverOrder } from './question'
import type { Report } from './report'
import { nameInRow } from './show-value'

/**
 * In the order asked for. What the server has put in order stays so; by names and changes, and where rows of the period
 * before came in between, they are put in order here.
 */
export function sortRows(rows: readonly Row[], report: Report): readonly Row[] {
  const { orderBy } = report
  const isSorted = serverOrder(report) !== null && !rows.some(({ isGone }) => isGone)
  if (orderBy === null || isSorted) return rows
  const toValue = valueBy(orderBy.by)
  const direction = orderBy.descending ? -1 : 1
  const valued = rows.map((row) => ({ row, value: toValue(row) }))
  return valued.sort((one, other) => compare(one.value, other.value, direction)).map(({ row }) => row)
}

function valueBy(by: string): (row: Row) => FigureValue {
  if (by === 'BUCKET') return ({ bucketMs }) => bucketMs
  const changed = metricOfChange(by)
  if (changed !== null) return (row) => toNumber(changeIn(row, changed))
  const metric = metricOf(by)
  if (metric !== null) return ({ figures }) => toNumber(figures[metric])
  const dimension = by as Dimension // whatever else a report can be ordered by
  return ({ keys, names }) => nameInRow(dimension, keys[dimension] ?? '', names)
}

const toNumber = (value: FigureValue | undefined) => (value == null ? null : Number(value))

/** Nulls last, in either direction. */
function compare(one: FigureValue, other: FigureValue, direction: number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  if (typeof one === 'string') return direction * one.localeCompare(String(other), undefined, { numeric: true })
  return direction * (one - Number(other))
}
