import type { LiveLimits } from './limits.js'
import type { Outlet } from './outlet.js'

/** Where the subscriptions of slow readers wait until their peer has taken what was sent. */
export interface WaitingRoom {
  isFull(outlet: Outlet): boolean
  /** Whether the outlet has room again; false: it took too long, and was sent away. */
  untilDrained(outlet: Outlet): Promise<boolean>
  close(): void
}

const sweepMs = 50

export function createWaitingRoom({ softBytes, lowBytes, stallMs }: LiveLimits): WaitingRoom {
  const waiting = new Map<Outlet, { readonly sinceMs: number; readonly resolve: (drained: boolean) => void }>()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function sweep(): void {
    for (const [outlet, { sinceMs, resolve }] of waiting) {
      const drained = outlet.bufferedBytes() <= lowBytes
      if (!drained && performance.now() - sinceMs < stallMs) continue
      waiting.delete(outlet)
      if (!drained) outlet.sendAway()
      resolve(drained)
    }
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    isFull: (outlet) => outlet.bufferedBytes() > softBytes,
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
