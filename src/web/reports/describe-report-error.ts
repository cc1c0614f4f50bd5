import { CombinedGraphQLErrors } from '@apollo/client'
import { describeError } from '../graph/describe-error'
import { allDimensions, dimensions } from './dimensions'

const parts: Readonly<Record<string, string>> = {
  ...{ range: 'the range', from: 'the range', to: 'the range', interval: 'the interval', groupBy: 'what it is by' },
  ...{ timeZone: 'the time zone', orderBy: 'the order', first: 'how many rows', subs: 'a filter by a sub-id' },
  ...Object.fromEntries(
    allDimensions.map((dimension) => [dimensions[dimension].field, `the filter by ${dimensions[dimension].name}`]),
  ),
}

/** Why there is no report, in the API's words, and which part of the question is to blame. */
export function describeReportError(error: unknown): string {
  const words = describeError(error)
  if (!CombinedGraphQLErrors.is(error)) return words
  const part = error.errors.map(({ extensions }) => parts[String(extensions?.field)]).find(Boolean)
  return part === undefined ? words : `${words} It is about ${part}.`
}
