import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useSubscription } from '@apollo/client/react'

/** Follows a subscription and gives its latest message. What comes in all day stays out of the cache. */
export function useLive<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options?: Pick<useSubscription.Base.Options<Data, Variables>, 'onData' | 'onError' | 'ignoreResults' | 'skip'>,
) {
  const all = { ...options, variables, fetchPolicy: 'no-cache' } as const
  // Apollo asks for `variables` by a type that only known documents resolve.
  return useSubscription(document, all as useSubscription.Options<Data, Variables>)
}
