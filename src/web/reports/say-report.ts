import { dimensions } from './dimensions'
import { intervals, type Report, ranges } from './report'

/** A report's question in a line: `last 30 days, by day, by campaign and source, 2 filters`. */
export function sayReport({ range, interval, groupBy, filter, compare }: Report): string {
  const filters = Object.keys(filter).length
  const words = [
    typeof range === 'string'
      ? ranges.find(({ value }) => value === range)?.name.toLowerCase()
      : `${range.from} to ${range.to}`,
    intervals.find(({ value }) => value === interval)?.each,
    groupBy.length > 0 && `by ${groupBy.map((dimension) => dimensions[dimension].name.toLowerCase()).join(' and ')}`,
    filters > 0 && `${filters} ${filters === 1 ? 'filter' : 'filters'}`,
    compare && 'against the period before',
  ]
  return words.filter(Boolean).join(', ')
}
