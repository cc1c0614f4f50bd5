import { setTimeout as sleep } from 'node:timers/promises'
import type { Presence } from '../database/presence.js'
import { isUnavailable, unavailable } from '../kernel/errors.js'
import { aboutEntry } from '../ledger/about-entry.js'
import type { Relievable } from '../ledger/append.js'
import type { BatchEntry } from '../ledger/wanted-by.js'
import type { Spool, SpooledEntry } from './spool.js'
import { fromStoredEntry } from './stored-entry.js'

/**
 * Books what waits in the spool, oldest first, a batch at a time: the next one begins when all of the last is answered
 * and has left the spool. Whatever happens in between, an entry is in the spool until it is in the books, and going in
 * twice is going in once.
 */
export interface Drain {
  /** Resolves when nothing waits any more, or it was stopped. Never rejects. */
  run(): Promise<void>
  /** Goes on for at most so long, and not while the database is away. */
  stop(withinMs: number): Promise<void>
}

/**
 * A ledger with one lane that never gives up: were one batch given up and the next one written, the order would be lost.
 * It is opened for each drain, so that none begins on a connection from before the trouble.
 */
export type OpenBooking = () => Booking
export type Booking = Omit<Relievable, 'hasRoom'> & { close(): Promise<void> }

export interface DrainOptions {
  readonly spool: Spool
  readonly presence: Presence
  readonly openBooking: OpenBooking
  /** Whether nothing is on its way into the spool. */
  readonly isEmpty: () => boolean
  readonly log: (message: string, error?: unknown, about?: object) => void
}

export const drainBatch = 1_000
/** After what failed, and between looks whether the database is back. */
const pauseMs = 100
/** How long a batch may take before it is asked whether the database is there at all. */
const doubtMs = 1_000

export function createDrain({ spool, presence, openBooking, isEmpty, log }: DrainOptions): Drain {
  let stopping = false
  let running: Promise<void> | null = null
  let failed = false

  async function drain(): Promise<void> {
    while (!stopping) {
      if (spool.entries === 0 && !presence.isAway && isEmpty()) return
      // What is on its way in is there after this turn of the event loop.
      if (spool.entries === 0 || presence.isAway) await sleep(pauseMs)
      else {
        const booking = openBooking()
        const hasEnded = await book(booking).catch(fail)
        // Not waited for: a connection that hangs would hold up what is to be booked on the next.
        void booking.close().catch(() => undefined)
        if (!hasEnded) await sleep(pauseMs)
      }
    }
  }

  /** Until the spool is empty, or the database is away. */
  async function book(booking: Booking): Promise<boolean> {
    const watching = setInterval(() => watch(booking), pauseMs)
    try {
      while (!stopping && !presence.isAway && spool.entries > 0) await bookSome(booking)
      failed = false
      return true
    } finally {
      clearInterval(watching)
    }
  }

  async function bookSome(booking: Booking): Promise<void> {
    const batch = readable(spool.oldest(drainBatch))
    const results = await Promise.allSettled(booking.bookAgain(batch.map(({ entry }) => entry)))
    spool.remove(batch.filter((_, index) => results[index]?.status === 'fulfilled').map(({ spooled }) => spooled))
    batch.forEach(({ spooled, entry }, index) => {
      const result = results[index]
      if (result?.status === 'rejected' && !isUnavailable(result.reason))
        setAside(spooled, result.reason, aboutEntry(entry.entry))
    })
    if (batch.length > 0 && results.every(({ status }) => status === 'rejected')) throw unavailable()
  }

  function readable(batch: readonly SpooledEntry[]): { spooled: SpooledEntry; entry: BatchEntry }[] {
    return batch.flatMap((spooled) => {
      try {
        return [{ spooled, entry: fromStoredEntry(spooled.body) }]
      } catch (error) {
        setAside(spooled, error)
        return []
      }
    })
  }

  function setAside(spooled: SpooledEntry, reason: unknown, about: object = {}): void {
    log(`entry ${spooled.number} of the spool cannot be booked, and is set aside`, reason, about)
    spool.setAside(spooled, String(reason))
  }

  /** Lets go of a batch whose answer will not come: it is in the spool still. */
  function watch(booking: Booking): void {
    const sinceMs = booking.waitingSinceMs()
    if (sinceMs !== null && Date.now() - sinceMs > doubtMs) void presence.doubt()
    if (!presence.isAway && !stopping) return
    for (const { reject } of booking.takeBack()) reject(unavailable())
  }

  function fail(error: unknown): false {
    if (!failed) log('what is queued cannot be booked', error)
    failed = true
    return false
  }

  return {
    run() {
      running ??= drain().finally(() => {
        running = null
      })
      return running
    },
    async stop(withinMs) {
      const untilMs = Date.now() + withinMs
      while (running !== null && !presence.isAway && Date.now() < untilMs) await sleep(pauseMs)
      stopping = true
      await running
    },
  }
}
