import { CombinedGraphQLErrors, ServerError } from '@apollo/client'

/** An error as it is told: the API's own words, and otherwise what to do. */
export function describeError(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors.map(({ message }) => message).join(' ')
  if (ServerError.is(error)) return `The server answered ${error.statusCode}. Try again in a moment.`
  return 'The server cannot be reached. Check your connection, then try again.'
}
