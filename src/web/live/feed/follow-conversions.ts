import type { ApolloClient } from '@apollo/client'
import { ConversionsDocument, NewestDocument } from '../../generated/live/feed/feed'
import { hasCode } from '../../graph/has-code'
import type { Filter } from '../filter/filter'
import type { Board } from './board'
import type { LiveChange } from './row'

const listedAtFirst = 100

export interface Following {
  readonly client: ApolloClient
  readonly filter: Filter
  readonly board: Board
  readonly onChange: (change: LiveChange) => void
}

/**
 * Lists the newest and follows from exactly there: what is booked between the two answers comes behind the list's
 * `asOf`. Gives what ends it.
 */
export function followConversions({ client, filter, board, onChange }: Following): () => void {
  let end = () => {}
  let isOver = false

  async function begin(): Promise<void> {
    board.load()
    const variables = { filter, first: listedAtFirst }
    const { data } = await client.query({ query: NewestDocument, variables, fetchPolicy: 'no-cache' })
    if (isOver || data === undefined) return
    const { asOf, nodes } = data.conversions
    board.begin(nodes, Date.parse(data.viewer.workspace.freshness.at))
    const feed = client.subscribe({
      query: ConversionsDocument,
      variables: { filter, after: asOf },
      fetchPolicy: 'no-cache',
    })
    const subscription = feed.subscribe({
      next({ data, error }) {
        if (isOver) return
        if (data !== undefined) {
          board.push(data.conversions)
          onChange(data.conversions)
        } else if (hasCode(error, 'CURSOR_EXPIRED')) {
          // The books were restored from a back-up, and places in them begin anew.
          end()
          start()
        } else board.fail(error)
      },
      // It has no end of its own: whoever ended it, the page must not go on as if nothing were.
      complete: () => !isOver && board.fail(null),
    })
    end = () => subscription.unsubscribe()
  }
  const start = () => void begin().catch((error: unknown) => !isOver && board.fail(error))

  start()
  return () => {
    isOver = true
    end()
  }
}
