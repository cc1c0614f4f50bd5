import { useEffect, useState, useSyncExternalStore } from 'react'
import { useGraph } from '../../graph/use-graph'
import { useViewer } from '../../graph/use-viewer'
import type { Filter } from '../filter/filter'
import { addedMoney } from './added-money'
import { type Board, type BoardState, createBoard } from './board'
import { followConversions } from './follow-conversions'
import { paceFrames } from './pace-frames'
import type { LiveChange } from './row'

export const maxRows = 5_000
const publishEveryMs = 100

/** The board of what passes the filter; another filter begins it anew. */
export function useBoard(filter: Filter, onChange: (change: LiveChange) => void) {
  const { client } = useGraph()
  const { role } = useViewer()
  const [board] = useState(() =>
    createBoard({
      maxRows,
      onFrame: paceFrames(publishEveryMs),
      now: Date.now,
      moneyOf: (change) => addedMoney(change, role === 'AFFILIATE' ? 'payout' : 'revenue'),
    }),
  )
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a further turn is another try
  useEffect(() => followConversions({ client, filter, board, onChange }), [client, filter, board, onChange, turn])
  return { board, retry: () => setTurn(turn + 1) }
}

export const useBoardState = (board: Board): BoardState => useSyncExternalStore(board.subscribe, board.state)
