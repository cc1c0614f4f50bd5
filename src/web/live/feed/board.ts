import { createPace, type Pace } from './pace'
import { type ListedConversion, type LiveChange, type Row, rowOfChange, rowOfListed } from './row'

/**
 * What the feed shows, and what waits to be shown. Changes come at any rate and in the ledger's order; they are taken
 * into one queue, and with the next frame the whole queue goes on top of the rows, in order. While somebody holds the
 * board the queue only grows, so holding it loses nothing: letting go is the frame that comes late. Both are cut where
 * they would be longer than `maxRows`, the oldest first, and what was cut is counted: shown + waiting + cut is always
 * what was listed and received.
 */
export interface BoardState {
  readonly phase: 'loading' | 'following' | 'failed'
  readonly error: unknown
  /** Newest first. */
  readonly rows: readonly Row[]
  readonly waiting: number
  /** How many are no longer among `rows` because newer ones came. */
  readonly cut: number
  readonly isPaused: boolean
  readonly isHeld: boolean
}

export interface Board {
  state(): BoardState
  subscribe(listener: () => void): () => void
  readonly pace: Pace
  /** How many changes ever came. */
  received(): number
  /** Asked for by the reader, until taken back. */
  pause(isPaused: boolean): void
  /** Somebody looks at a row that new ones would push away. */
  hold(isHeld: boolean): void
  load(): void
  begin(listed: readonly ListedConversion[], serverNowMs: number): void
  push(change: LiveChange): void
  fail(error: unknown): void
}

export interface BoardOptions {
  readonly maxRows: number
  /** Calls back with the next frame; browsers have none for a tab that nobody sees. */
  readonly onFrame: (callback: () => void) => void
  readonly now: () => number
  /** What a change adds to the pace's money. */
  readonly moneyOf: (change: LiveChange) => number
}

export function createBoard({ maxRows, onFrame, now, moneyOf }: BoardOptions): Board {
  let state: BoardState = {
    phase: 'loading',
    error: null,
    rows: [],
    waiting: 0,
    cut: 0,
    isPaused: false,
    isHeld: false,
  }
  const pace = createPace(now)
  const listeners = new Set<() => void>()
  let queue: Row[] = []
  let cutFromQueue = 0
  let keys = 0
  let received = 0
  let isFrameDue = false

  function show(next: Partial<BoardState>): void {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }

  function publish(): void {
    isFrameDue = false
    const waiting = cutFromQueue + queue.length
    if (state.isPaused || state.isHeld) {
      if (waiting !== state.waiting) show({ waiting })
      return
    }
    if (waiting === 0) return
    const rows = [...queue.toReversed(), ...whereTheyStand(state.rows, queue)]
    show({
      rows: rows.slice(0, maxRows),
      waiting: 0,
      cut: state.cut + cutFromQueue + Math.max(0, rows.length - maxRows),
    })
    queue = []
    cutFromQueue = 0
  }

  function publishSoon(): void {
    if (isFrameDue) return
    isFrameDue = true
    onFrame(publish)
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pace,
    received: () => received,
    pause(isPaused) {
      if (isPaused !== state.isPaused) show({ isPaused })
      publishSoon()
    },
    hold(isHeld) {
      if (isHeld !== state.isHeld) show({ isHeld })
      publishSoon()
    },
    load: () => show({ phase: 'loading', error: null }),
    begin(listed, serverNowMs) {
      pace.begin(serverNowMs)
      queue = []
      cutFromQueue = 0
      // Listed newest first, and counted oldest first.
      const rows = listed.map((conversion, index) => rowOfListed(conversion, keys + listed.length - 1 - index))
      keys += listed.length
      show({ phase: 'following', error: null, rows, waiting: 0, cut: 0 })
    },
    push(change) {
      received += 1
      if (!change.conversion.test) pace.add(Date.parse(change.at), moneyOf(change))
      queue.push(rowOfChange(change, keys))
      keys += 1
      // Now and then, because each time would move the whole queue.
      if (queue.length === 2 * maxRows) {
        queue = queue.slice(maxRows)
        cutFromQueue += maxRows
      }
      publishSoon()
    },
    fail: (error) => show({ phase: 'failed', error }),
  }
}

/** Rows of conversions that left the filter with these changes, or are back, say so. */
function whereTheyStand(rows: readonly Row[], changes: readonly Row[]): readonly Row[] {
  const hasLeft = new Map(changes.map((change) => [change.conversion.id, change.hasLeft]))
  return rows.map((row) => {
    const now = hasLeft.get(row.conversion.id)
    return now === undefined || now === row.hasLeft ? row : { ...row, hasLeft: now }
  })
}
