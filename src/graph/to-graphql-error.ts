import { GraphQLError } from 'graphql'

/** Whatever was thrown, as GraphQL passes it on; with a path it happened in an operation, and not on the way to one. */
export function toGraphqlError(error: unknown, path?: readonly string[]): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error))
  return new GraphQLError(originalError.message, { originalError, path: path ?? null })
}
