import type { OperationVariables, TypedDocumentNode, WatchQueryFetchPolicy } from '@apollo/client'
import { useQuery } from '@apollo/client/react'
import { useEffect, useRef } from 'react'
import { askAgain } from './ask-again'

/** What every list is asked for as: a page of it. */
interface PageOf<Row> {
  readonly page: {
    readonly nodes: readonly Row[]
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
  }
}

export interface List<Row> {
  /** Null: nothing has come yet. */
  readonly rows: readonly Row[] | null
  /** Whether there are more than have been read. */
  readonly hasMore: boolean
  readonly error: Error | undefined
  readMore(): void
  retry(): void
}

const pageSize = 200
/** As many as a report is asked for at once. Of what is longer, filters find the rest. */
export const maxListed = 1_000

export interface ListOptions {
  /** How many are read at most. */
  readonly most?: number
  readonly fetchPolicy?: WatchQueryFetchPolicy
}

/** A list, page behind page as somebody scrolls. While another question is on its way, what was there stays. */
export function useList<Row, Variables extends OperationVariables>(
  document: TypedDocumentNode<PageOf<Row>, Variables & { first: number }>,
  variables: Omit<Variables, 'first' | 'after'>,
  { most = maxListed, ...policy }: ListOptions = {},
): List<Row> {
  const { data, previousData, error, fetchMore, refetch } = useQuery<PageOf<Row>, OperationVariables>(document, {
    variables: { ...variables, first: pageSize },
    ...policy,
  })
  // An answer that did not come must not look like the one before.
  const page = (data ?? (error === undefined ? previousData : undefined))?.page

  const end = data?.page.pageInfo.endCursor ?? null
  /** Behind this the next page is being read, or has arrived and is not rendered: whoever scrolls may be quicker. */
  const readBehind = useRef<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another end is what was waited for
  useEffect(() => {
    readBehind.current = null
  }, [end])

  async function readMore(): Promise<void> {
    if (data?.page.pageInfo.hasNextPage !== true || data.page.nodes.length >= most || readBehind.current === end) return
    readBehind.current = end
    await fetchMore({
      variables: { after: end },
      updateQuery: (before, { fetchMoreResult: { page: next } }) =>
        // It may have been read anew meanwhile.
        before.page.pageInfo.endCursor === end
          ? { ...before, page: { ...next, nodes: [...before.page.nodes, ...next.nodes] } }
          : before,
    }).catch((error) => {
      readBehind.current = null
      throw error
    })
  }

  return {
    rows: page?.nodes ?? null,
    hasMore: page?.pageInfo.hasNextPage ?? false,
    error,
    // Failing leaves `hasMore`: the next scroll asks again.
    readMore: () => void readMore().catch(() => undefined),
    retry: () => askAgain(refetch),
  }
}
