import type { LiveLimits } from './limits.js'
import type { Outlet } from './outlet.js'
import type { Payload } from './payload.js'

/** Where messages go out, and where the subscriptions of slow readers wait until their peer has taken what was sent. */
export interface WaitingRoom {
  isFull(outlet: Outlet): boolean
  push(outlet: Outlet, payloads: readonly Payload[]): void
  /** Since the start, and `waiting` at this moment. */
  readonly counts: LiveCounts
  /** Whether the outlet has room again; false: it took too long, and was sent away. */
  untilDrained(outlet: Outlet): Promise<boolean>
  close(): void
}

export interface LiveCounts {
  messages: number
  /** Times that a reader was behind, and read on from its own place. */
  catchUps: number
  sentAway: number
  readonly waiting: number
}

const sweepMs = 50

export function createWaitingRoom({ softBytes, lowBytes, stallMs }: LiveLimits): WaitingRoom {
  const waiting = new Map<Outlet, { readonly sinceMs: number; readonly resolve: (drained: boolean) => void }>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const counts = {
    messages: 0,
    catchUps: 0,
    sentAway: 0,
    get waiting() {
      return waiting.size
    },
  }

  function sweep(): void {
    for (const [outlet, { sinceMs, resolve }] of waiting) {
      const drained = outlet.bufferedBytes() <= lowBytes
      if (!drained && performance.now() - sinceMs < stallMs) continue
      waiting.delete(outlet)
      if (!drained) {
        counts.sentAway += 1
        outlet.sendAway()
      }
      resolve(drained)
    }
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    isFull: (outlet) => outlet.bufferedBytes() > softBytes,
    push(outlet, payloads) {
      counts.messages += payloads.length
      outlet.push(payloads)
    },
    counts,
    async untilDrained(outlet) {
      if (outlet.bufferedBytes() <= softBytes) return true
      // What was pushed in this turn has not been offered to the peer yet.
      await new Promise(setImmediate)
      if (closed || outlet.bufferedBytes() <= softBytes) return !closed
      timer ??= setInterval(sweep, sweepMs)
      return new Promise((resolve) => waiting.set(outlet, { sinceMs: performance.now(), resolve }))
    },
    close() {
      closed = true
      clearInterval(timer)
      for (const { resolve } of waiting.values()) resolve(false)
      waiting.clear()
    },
  }
}
