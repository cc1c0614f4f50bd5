import { useEffect, useState } from 'react'
import { useGraph } from '../../graph/use-graph'
import type { Board } from './board'

/** What the last outage cost this feed: nothing but time. */
export interface CaughtUp {
  readonly changes: number
  readonly awayMs: number
}

/** Counts what came between the break and the moment when nothing was missing any more. */
export function useCaughtUp(board: Board) {
  const { connection } = useGraph()
  const [caughtUp, setCaughtUp] = useState<CaughtUp | null>(null)
  useEffect(() => {
    let before: number | null = null
    return connection.subscribe(() => {
      const state = connection.state()
      if (state.kind === 'offline') before ??= board.received()
      if (state.kind !== 'live' || state.caughtUp === null || before === null) return
      setCaughtUp({ changes: board.received() - before, awayMs: state.caughtUp.awayMs })
      before = null
    })
  }, [board, connection])
  return { caughtUp, dismiss: () => setCaughtUp(null) }
}
