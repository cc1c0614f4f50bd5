import { CombinedGraphQLErrors } from '@apollo/client'

/** Those of the API's codes that the page itself acts on; what others say, it only tells. */
type Code = 'CURSOR_EXPIRED' | 'UNAUTHENTICATED' | 'UNAVAILABLE'

/** Whether the API answered with this. */
export const hasCode = (error: unknown, code: Code): boolean =>
  CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === code)
