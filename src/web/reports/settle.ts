import { metricOf, metricOfChange } from './metric-words'
import type { Report } from './report'

/** A report whose parts go together: an order by a column that is not there any more is none. */
export function settle(report: Report): Report {
  const { orderBy, interval, groupBy, columns, compare } = report
  if (orderBy === null) return report
  const { by } = orderBy
  const metric = metricOf(by) ?? (compare ? metricOfChange(by) : null)
  const isThere =
    by === 'BUCKET'
      ? interval !== null
      : groupBy.some((dimension) => dimension === by) || (metric !== null && columns.includes(metric))
  return isThere ? report : { ...report, orderBy: null }
}
