import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useQuery } from '@apollo/client/react'
import type { ReactNode } from 'react'
import { askAgain } from '../graph/ask-again'
import { describeError } from '../graph/describe-error'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'

/** One record by its id, once it is there; what is not there, or not for these eyes, is told in the same words. */
export function Record<Data, Found>({
  document,
  id,
  what,
  pick,
  isFresh = false,
  children,
}: {
  document: TypedDocumentNode<Data, { id: string }>
  id: string
  /** `campaign` */
  what: string
  pick: (data: Data) => Found | null
  /** What was read before does not do: it is to be changed. */
  isFresh?: boolean
  children: (found: Found) => ReactNode
}) {
  const { data, error, refetch } = useQuery<Data, OperationVariables>(document, {
    variables: { id },
    ...(isFresh && { fetchPolicy: 'network-only' }),
  })
  if (data !== undefined) {
    // The answer is complete, or there would be an error in its place.
    const found = pick(data as Data)
    if (found !== null) return children(found)
    return (
      <>
        <Heading title={`No such ${what}`} />
        <Empty title={`There is no ${what} of this id`}>It may have been mistyped, or it is not for your eyes.</Empty>
      </>
    )
  }
  if (error === undefined) return <Loading />
  return (
    <Failure title={`The ${what} could not be read`} text={describeError(error)} onRetry={() => askAgain(refetch)} />
  )
}
