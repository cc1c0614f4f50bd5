import { fineClock } from '../kernel/clock.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { isDataError } from './is-data-error.js'
import { isHeadMoved } from './read-batch.js'
import type { BatchEntry } from './wanted-by.js'

/** One try at a batch, for whoever measures or traces. Instants are Unix milliseconds, with their fractions. */
export interface BatchRun {
  readonly entries: readonly BatchEntry[]
  /** When the oldest of its entries came. */
  readonly arrivedAtMs: number
  readonly startedAtMs: number
  /** When all was decided and on its way; null where it did not come to that. */
  readonly preparedAtMs: number | null
  readonly endedAtMs: number
  /** Null: committed. After any other end its entries are tried again, or answered as not kept. */
  readonly failure: BatchFailure | null
}

export type BatchFailure = 'HEAD_MOVED' | 'DATA' | 'DATABASE'

/**
 * Told of each try at a batch, of a commit before anyone else is. What it gives is handed on with the commit: the place in
 * a trace that it has, in the form of a `traceparent`.
 */
export type OnBatch = (run: BatchRun) => string | undefined

export interface WatchedRun {
  prepared(): void
  committed(): string | undefined
  failed(error: unknown): void
}

const unwatched: WatchedRun = { prepared() {}, committed: () => undefined, failed() {} }

type Arrived = BatchEntry & { readonly workspaceId: WorkspaceId; readonly sinceMs: number }

export function watchRun(entries: readonly Arrived[], onBatch: OnBatch | undefined): WatchedRun {
  if (onBatch === undefined) return unwatched
  const startedAtMs = fineClock()
  const arrivedAtMs = Math.min(...entries.map(({ sinceMs }) => sinceMs))
  let preparedAtMs: number | null = null
  const tell = (failure: BatchFailure | null) => {
    try {
      return onBatch({ entries, arrivedAtMs, startedAtMs, preparedAtMs, endedAtMs: fineClock(), failure })
    } catch {
      // Whoever only watches is not to be what a batch fails of.
      return undefined
    }
  }
  return {
    prepared() {
      preparedAtMs = fineClock()
    },
    committed: () => tell(null),
    failed: (error) => void tell(isHeadMoved(error) ? 'HEAD_MOVED' : isDataError(error) ? 'DATA' : 'DATABASE'),
  }
}
