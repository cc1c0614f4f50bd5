import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ReceiptArrivedDocument, ReceiptsDocument, type ReceiptsQuery } from '../generated/receipts/receipts'
import { describeError } from '../graph/describe-error'
import { useConnectionState, useGraph } from '../graph/use-graph'
import { useLive } from '../graph/use-live'
import { createArrivals, nothingArrived, withArrivals } from './arrivals'
import { anyReceipt, filterOf, passes, type ReceiptQuestion, type ReceiptShown } from './receipt-question'

export interface Receipts {
  /** Newest first; null while they are read for the first time. */
  readonly shown: readonly ReceiptShown[] | null
  readonly problem: string | null
  readonly isHeld: boolean
  /** How many have come while the list was held. */
  readonly waiting: number
  hold(isHeld: boolean): void
  /** Null: there are no older ones, or no room for them here. */
  readonly showMore: (() => void) | null
  readAgain(): void
}

const pageSize = 50
const mostShown = 500
/** A feed stands at the server a moment after its connection does. */
const standsAfterMs = 2_000

/**
 * The newest receipts, and each as it arrives or is settled. The feed of receipts begins with now, also after a break,
 * so whenever there is a connection again the list is read again, and once more when the feed is sure to stand.
 */
export function useReceipts(question: ReceiptQuestion): Receipts {
  const { client } = useGraph()
  const isConnected = useConnectionState().kind === 'live'
  const [wanted, setWanted] = useState(pageSize)
  const [listed, setListed] = useState<ReceiptsQuery['receipts'] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isHeld, setHeld] = useState(false)
  const [arrived, setArrived] = useState(nothingArrived)
  const [arrivals] = useState(() => createArrivals(setArrived))
  useEffect(() => arrivals.close, [arrivals])

  const filter = JSON.stringify(filterOf(question))
  const turns = useRef(0)
  const read = useCallback(async () => {
    turns.current += 1
    const turn = turns.current
    const endReading = arrivals.beginReading()
    const variables = { filter: JSON.parse(filter) as ReturnType<typeof filterOf>, first: wanted } // it was written just above
    try {
      const { data } = await client.query({ query: ReceiptsDocument, variables, fetchPolicy: 'no-cache' })
      if (turn !== turns.current || data === undefined) return
      endReading()
      setListed(data.receipts)
      setProblem(null)
    } catch (error) {
      if (turn === turns.current) setProblem(describeError(error))
    }
  }, [client, arrivals, filter, wanted])

  useEffect(() => {
    void read()
    const timer = isConnected ? setTimeout(read, standsAfterMs) : undefined
    return () => clearTimeout(timer)
  }, [read, isConnected])

  const { advertiserId } = question
  const followed = useMemo(() => ({ filter: filterOf({ ...anyReceipt, advertiserId }) }), [advertiserId])
  const live = useLive(ReceiptArrivedDocument, followed, {
    ignoreResults: true,
    onData: ({ data: { data } }) => data !== undefined && arrivals.add(data.receipts),
  })

  const all = withArrivals(listed?.nodes ?? [], arrived.shown).filter((receipt) => passes(receipt, question))
  const hasMore = all.length > wanted || (listed?.pageInfo.hasNextPage ?? false)
  return {
    shown: listed === null ? null : all.slice(0, wanted),
    problem: problem ?? (live.error === undefined ? null : describeError(live.error)),
    isHeld,
    waiting: [...arrived.held.values()].filter((receipt) => passes(receipt, question)).length,
    hold(next) {
      setHeld(next)
      arrivals.hold(next)
    },
    showMore: hasMore && wanted < mostShown ? () => setWanted(Math.min(wanted + pageSize, mostShown)) : null,
    readAgain: () => void read(),
  }
}
