import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { LiveLimits } from '../../src/live/limits.js'
import type { Outlet } from '../../src/live/outlet.js'
import { createReaders, type Placed } from '../../src/live/readers.js'
import { createWaitingRoom } from '../../src/live/waiting-room.js'

export const softBytes = 25
export const lowBytes = 10
export const stallMs = 2_000
const bytesEach = 10
const pageItems = 3

/** Some places of the sequence have no item: a filter does not pass it. */
const itemsBetween = (after: number, upTo: number): Placed[] => {
  const items: Placed[] = []
  for (let place = after + 1; place <= upTo; place += 1) {
    if (place % 3 !== 0) items.push({ place, payload: { body: Buffer.from(String(place)), cursor: null } })
  }
  return items
}
const placesBetween = (after: number, upTo: number) => itemsBetween(after, upTo).map(({ place }) => place)

export type ReadersStep =
  | { readonly kind: 'book'; readonly count: number }
  | { readonly kind: 'deliver'; readonly share: number }
  /** Relative to the front. */
  | { readonly kind: 'join'; readonly place: number; readonly drains: boolean }
  | { readonly kind: 'leave' | 'drain' | 'fill'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number }

const which = fc.nat(20)
const step: fc.Arbitrary<ReadersStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('book' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('deliver' as const), share: fc.constantFrom(0.3, 1, 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      place: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 15 })),
      drains: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('drain' as const, 'fill' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 5, 50, 100, 1_000) }),
  },
)

type Trouble = 'none' | 'fails' | 'is slow'
export const stories = fc.record({
  steps: fc.array(step, { minLength: 8, maxLength: 60, size: 'max' }),
  reads: fc.array(fc.constantFrom<Trouble>('none', 'none', 'fails', 'is slow', 'is slow'), { maxLength: 12 }),
})

export function createReadersWorld(reads: readonly Trouble[], limits: Partial<LiveLimits> = {}) {
  let known = 50
  let delivered = 50
  const troubles = [...reads]
  const errors: unknown[] = []
  const calls = { read: 0 }
  const room = createWaitingRoom({ softBytes, lowBytes, stallMs, ...limits } as LiveLimits)
  const readers = createReaders(
    {
      delivered: () => delivered,
      async read(after) {
        calls.read += 1
        const trouble = troubles.shift()
        if (trouble === 'is slow') await new Promise((resolve) => setTimeout(resolve, 30))
        if (trouble === 'fails') throw new Error('a read failed')
        // As from a tail, which may know more than was delivered.
        const items = itemsBetween(after, known).slice(0, pageItems)
        return { items, next: items.length === pageItems ? (items.at(-1)?.place ?? after) : Math.max(after, known) }
      },
      onError: (error) => void errors.push(error),
    },
    room,
  )
  const all: ReturnType<typeof createFollower>[] = []

  function createFollower(start: number, drains: boolean) {
    const got: number[] = []
    let bytes = 0
    let pushesWhileFull = 0
    let left: number | null = null
    let awayCalls = 0
    const failures: unknown[] = []
    const reader: Outlet = {
      bufferedBytes: () => bytes,
      push(payloads) {
        pushesWhileFull = bytes > softBytes ? pushesWhileFull + 1 : 0
        bytes += drains ? 0 : payloads.length * bytesEach
        got.push(...payloads.map(({ body }) => Number(body)))
      },
      fail: (error) => void failures.push(error),
      sendAway() {
        awayCalls += 1
        leave()
      },
    }
    readers.join(reader, start)
    function leave(): void {
      left ??= got.length
      readers.leave(reader)
    }
    return {
      start,
      got,
      failures,
      leave,
      isAtFront: () => readers.isAtFront(reader),
      isHere: () => left === null,
      timesSentAway: () => awayCalls,
      drain(to = 0) {
        bytes = Math.min(bytes, to)
      },
      /** As another subscription on the same socket would. */
      fill() {
        bytes = softBytes + 1
        pushesWhileFull = 0
      },
      check() {
        const upTo = got.at(-1) ?? start
        assert.deepEqual(got, placesBetween(start, upTo), `from ${start}`)
        // What was being read when it became full, or what brings one from ahead to the front; then no more.
        assert.ok(pushesWhileFull <= 1, `${pushesWhileFull} pushes to one that is full`)
        assert.ok(left === null || got.length === left, 'it was pushed to after it had left')
        assert.ok(left === null || !readers.isAtFront(reader))
      },
      checkAll() {
        assert.deepEqual(got, placesBetween(start, delivered), `from ${start}`)
        assert.ok(readers.isAtFront(reader) || start > delivered)
      },
    }
  }

  return {
    all,
    errors,
    calls,
    room,
    readers,
    delivered: () => delivered,
    book(count: number) {
      known += count
    },
    /** In one turn, as whoever delivers has to. */
    deliver(share = 1) {
      const upTo = delivered + Math.ceil((known - delivered) * share)
      if (upTo === delivered) return
      readers.deliver(itemsBetween(delivered, upTo), delivered, upTo)
      delivered = upTo
    },
    join(place: number, drains = false) {
      const follower = createFollower(Math.max(0, delivered + place), drains)
      all.push(follower)
      return follower
    },
    pick: (index: number) => all[index % Math.max(1, all.length)],
    check() {
      for (const follower of all) follower.check()
    },
  }
}

export type ReadersWorld = ReturnType<typeof createReadersWorld>
