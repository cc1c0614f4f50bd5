import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { WorkspaceId } from '../../src/kernel/ids.js'
import type { LedgerChange } from '../../src/ledger/ledger-change.js'
import { createTail, type News, type TailOptions } from '../../src/live/tail.js'

export const maxRemembered = 40
export const maxBatch = 128
const startPosition = 7

/** Nothing but its position matters to a tail. */
const line = (position: number) => ({ position }) as LedgerChange
const linesBetween = (after: number, upTo: number) =>
  Array.from({ length: Math.max(0, upTo - after) }, (_, index) => line(after + 1 + index))
export const placesOf = (lines: readonly LedgerChange[]) => lines.map(({ position }) => position)

type Trouble = 'none' | 'fails' | 'is slow' | 'is slow and fails'

export type TailStep =
  | { readonly kind: 'commit'; readonly lines: number; readonly cut: number }
  | { readonly kind: 'hear'; readonly which: number; readonly again: boolean; readonly overlap: number }
  | { readonly kind: 'lose'; readonly which: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'recall'; readonly back: number }

export interface TailStory {
  readonly steps: readonly TailStep[]
  /** What becomes of each read, and of each time that lines are prepared; of all later ones nothing. */
  readonly reads: readonly Trouble[]
  readonly prepares: readonly Trouble[]
}

const troubles = fc.array(fc.constantFrom<Trouble>('none', 'none', 'fails', 'is slow', 'is slow and fails'), {
  maxLength: 8,
})

export const stories: fc.Arbitrary<TailStory> = fc.record({
  steps: fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('commit' as const),
          lines: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.integer({ min: 9, max: 300 })),
          cut: fc.nat(3),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('hear' as const),
          which: fc.nat(50),
          again: fc.boolean(),
          overlap: fc.oneof(fc.constant(0), fc.nat(10)),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), which: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'look' as const }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 60 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('recall' as const), back: fc.nat(80) }) },
    ),
    { minLength: 5, maxLength: 60, size: 'max' },
  ),
  reads: troubles,
  prepares: troubles,
})

/** A tail on a ledger that is a number: how many lines it has. News of it are heard when a story says so. */
export function createTailWorld({ reads, prepares }: Pick<TailStory, 'reads' | 'prepares'>) {
  let position = startPosition
  const bag: News[] = []
  const passedOn: { readonly from: number; readonly upTo: number; readonly places: number[] }[] = []
  const errors: string[] = []
  const left = { reads: [...reads], prepares: [...prepares] }
  const calls = { read: 0, prepare: 0 }
  let slow = 0

  async function meet(trouble: Trouble | undefined, what: string): Promise<void> {
    if (trouble?.startsWith('is slow')) {
      slow += 1
      await new Promise((resolve) => setTimeout(resolve, 40))
      slow -= 1
    }
    if (trouble?.endsWith('fails')) throw new Error(`${what} failed`)
  }

  const headAt = (at: number) => ({
    workspaceId: 'w' as WorkspaceId,
    ...{ epoch: 1, position: at, revision: at, receiptSequence: at, catalogVersion: 1 },
  })
  const options: TailOptions = {
    head: headAt(position),
    async read(after, upTo, limit) {
      calls.read += 1
      await meet(left.reads.shift(), 'a read')
      return linesBetween(after, Math.min(upTo, position, after + limit))
    },
    async prepare(lines, from, upTo) {
      calls.prepare += 1
      await meet(left.prepares.shift(), 'a preparation')
      return () => {
        assert.equal(tail.delivered(), from)
        assert.ok(tail.reached() >= upTo)
        passedOn.push({ from, upTo, places: placesOf(lines) })
      }
    },
    onError: (error) => void errors.push(String(error)),
    paceMs: 5,
    maxRemembered,
  }
  const tail = createTail(options)
  const news = (after: number, upTo: number): News => ({
    ...{ ...headAt(upTo), changes: linesBetween(after, upTo) },
    touched: null,
  })
  const seen = { delivered: startPosition, reached: startPosition }

  return {
    tail,
    passedOn,
    errors,
    calls,
    startPosition,
    head: () => position,
    /** How many reads and preparations are waiting for a timer, which is not the tail's. */
    slow: () => slow,
    /** Books lines; their news wait in the bag, in pieces. */
    commit(count: number, pieces = 1) {
      for (let piece = 1; piece <= pieces; piece += 1) {
        const upTo = position + Math.ceil(count / pieces)
        bag.push(news(position, upTo))
        position = upTo
      }
    },
    /** What waits in the bag is heard; a piece may bring lines of before along, as an overlapping one does. */
    hear({ which, again, overlap }: Omit<Extract<TailStep, { kind: 'hear' }>, 'kind'>) {
      if (bag.length === 0) return
      const [piece] = again ? bag.slice(which % bag.length) : bag.splice(which % bag.length, 1)
      if (piece === undefined) return
      const first = piece.changes[0]?.position ?? piece.position + 1
      tail.hear(news(Math.max(0, first - 1 - overlap), piece.position))
    },
    lose: (which: number) => void bag.splice(which % Math.max(1, bag.length), 1),
    /** Told of nothing but how far the ledger is. */
    look: () => tail.hear({ ...headAt(position), changes: [], touched: null }),

    /** How many lines it has in memory, and behind which place they begin. */
    memory() {
      let base = 0
      while (tail.behind(base, 0) === null) base += 1
      return { base, lines: tail.behind(base, Number.POSITIVE_INFINITY) ?? [] }
    },

    /** What must hold at any moment. */
    check() {
      const delivered = tail.delivered()
      const reached = tail.reached()
      assert.ok(delivered >= seen.delivered && reached >= seen.reached, 'it went back')
      assert.ok(delivered <= reached && reached <= tail.head().position && tail.head().position <= position)
      assert.ok(reached - delivered <= maxBatch)
      Object.assign(seen, { delivered, reached })
      const { base, lines } = this.memory()
      assert.deepEqual(placesOf(lines), placesOf(linesBetween(base, base + lines.length)))
      assert.ok(reached <= base + lines.length && base <= delivered)
      const limited = tail.behind(base + 1, 3) ?? []
      if (lines.length > 0) assert.deepEqual(placesOf(limited), placesOf(lines.slice(1, 4)))
      // What is still to be passed on cannot be forgotten; of the rest there is a bound.
      assert.ok(delivered - base <= maxRemembered * 1.25 + maxBatch, `${delivered - base} lines in memory`)
    },

    /** Every line was passed on once, in order, in batches that join. */
    checkPassedOn() {
      let place = startPosition
      for (const { from, upTo, places } of passedOn) {
        assert.equal(from, place)
        assert.deepEqual(places, placesOf(linesBetween(from, upTo)))
        assert.ok(upTo > from && upTo - from <= maxBatch)
        place = upTo
      }
      assert.equal(place, tail.delivered())
    },
  }
}

export type TailWorld = ReturnType<typeof createTailWorld>
