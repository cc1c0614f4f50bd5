import type { Scope } from '../access/scope.js'
import { metricSql } from './metric-sql.js'
import type { Question } from './question.js'

/** The order of a report's rows. It ends with all keys, so that the same rows always come in the same order. */
export function orderSql({ orderBy, interval }: Question, scope: Scope, allKeys: readonly string[]): string {
  const keys = allKeys.filter((key) => key !== 'parent')
  if (orderBy === null)
    return interval === null ? ['pending + approved desc', 'clicks desc', ...keys].join(', ') : keys.join(', ')
  const direction = orderBy.descending ? 'desc nulls last' : 'asc nulls last'
  return [`${metricSql(orderBy.by, scope)} ${direction}`, ...keys].join(', ')
}
