/** What the connection light shows, and nothing that it does not know. */
export type ConnectionState =
  /** Nothing on the page is followed. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'offline'; readonly sinceMs: number }
  /** Connected again; what was booked meanwhile is still coming in. */
  | { readonly kind: 'catchingUp'; readonly sinceMs: number; readonly changes: number }
  /** `caughtUp`: what the last break cost, which was nothing. */
  | { readonly kind: 'live'; readonly caughtUp: CaughtUp | null }

export interface CaughtUp {
  readonly changes: number
  readonly awayMs: number
  readonly atMs: number
}

export interface ConnectionEvents {
  connecting(): void
  /** `caughtUp` resolves when nothing is missing any more; false: the connection broke before. */
  connected(caughtUp: () => Promise<boolean>): void
  received(): void
  closed(reason: 'unused' | 'lost'): void
}

export interface Connection {
  state(): ConnectionState
  subscribe(listener: () => void): () => void
}

export function createConnection(now: () => number = Date.now): Connection & { readonly on: ConnectionEvents } {
  let state: ConnectionState = { kind: 'idle' }
  /** Counts connections, so that what belongs to an earlier one is not taken for this one's. */
  let turn = 0
  const listeners = new Set<() => void>()
  function show(next: ConnectionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  async function catchUp(sinceMs: number, caughtUp: () => Promise<boolean>): Promise<void> {
    const own = turn
    show({ kind: 'catchingUp', sinceMs, changes: 0 })
    const isComplete = await caughtUp()
    if (!isComplete || own !== turn || state.kind !== 'catchingUp') return
    const { changes } = state
    show({ kind: 'live', caughtUp: { changes, awayMs: now() - sinceMs, atMs: now() } })
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    on: {
      connecting() {
        if (state.kind === 'idle') show({ kind: 'connecting' })
      },
      connected(caughtUp) {
        turn += 1
        if (state.kind === 'offline') void catchUp(state.sinceMs, caughtUp)
        else show({ kind: 'live', caughtUp: null })
      },
      received() {
        if (state.kind === 'catchingUp') show({ ...state, changes: state.changes + 1 })
      },
      closed(reason) {
        turn += 1
        if (reason === 'unused') return show({ kind: 'idle' })
        if (state.kind === 'offline') return
        // Whatever had come in by then, it is complete up to where the first break was.
        show({ kind: 'offline', sinceMs: state.kind === 'catchingUp' ? state.sinceMs : now() })
      },
    },
  }
}
