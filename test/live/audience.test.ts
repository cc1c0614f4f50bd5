import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { LedgerChange } from '../../src/ledger/ledger-change.js'
import { type ChangeGroup, createAudience } from '../../src/live/audience.js'
import type { Placed } from '../../src/live/readers.js'
import type { Interest } from '../../src/reporting/match-change.js'

const ids = ['a', 'b', 'c', 'd']
const byNames = ['campaignId', 'affiliateId', 'advertiserId'] as const
type Ids = Record<Interest['by'], string>

const id = fc.constantFrom(...ids)
const changes = fc
  .array(fc.record({ campaignId: id, affiliateId: id, advertiserId: id }), { minLength: 1, maxLength: 12 })
  .map((all) => all.map((one, index) => ({ ...one, position: index + 1 }) as unknown as LedgerChange))

interface Asked {
  readonly interest: Interest | null
  /** Of the changes that its interest lets through: every how many-th passes, and every how many-th of those matches. */
  readonly passes: number
  readonly matches: number
}
const asked: fc.Arbitrary<Asked> = fc.record({
  interest: fc.option(
    // An id may be named twice, or none at all.
    fc.record({
      by: fc.constantFrom(...byNames),
      ids: fc.array(fc.oneof(id, fc.constant('unknown')), { maxLength: 4 }),
    }),
  ),
  passes: fc.integer({ min: 1, max: 3 }),
  matches: fc.integer({ min: 1, max: 3 }),
})

function createGroup({ interest, passes, matches }: Asked) {
  const matched: number[] = []
  const delivered: { readonly places: readonly number[]; readonly from: number; readonly upTo: number }[] = []
  const isOfInterest = (change: LedgerChange) => interest?.ids.includes((change as Ids)[interest.by]) ?? true
  const passOf = (change: LedgerChange) => {
    if (!isOfInterest(change) || change.position % passes !== 0) return null
    return change.position % matches === 0
  }
  const group: ChangeGroup = {
    matcher: {
      interest,
      match(change) {
        matched.push(change.position)
        return passOf(change)
      },
    },
    async message(change, isMatch): Promise<Placed> {
      return { place: change.position, payload: { body: Buffer.from(`${change.position} ${isMatch}`), cursor: null } }
    },
    deliver: (items, from, upTo) =>
      void delivered.push({
        places: items.map(({ payload }) => Number.parseInt(String(payload.body), 10)),
        from,
        upTo,
      }),
  }
  return { group, matched, delivered, isOfInterest, passOf }
}

/** An audience, and all maps and sets that it made for itself. */
function createWatched() {
  const { Map: PlainMap, Set: PlainSet } = globalThis
  const made: (Map<unknown, unknown> | Set<unknown>)[] = []
  globalThis.Map = class<Key, Value> extends PlainMap<Key, Value> {
    constructor(entries?: Iterable<readonly [Key, Value]> | null) {
      super(entries)
      made.push(this)
    }
  } as MapConstructor
  globalThis.Set = class<Value> extends PlainSet<Value> {
    constructor(values?: Iterable<Value> | null) {
      super(values)
      made.push(this)
    }
  } as SetConstructor
  try {
    return { audience: createAudience(), made }
  } finally {
    Object.assign(globalThis, { Map: PlainMap, Set: PlainSet })
  }
}

suite('all who follow the changes of a workspace', { timeout: 240_000 }, () => {
  test('get what asking each of them for each change would give them', async () => {
    const property = fc.asyncProperty(fc.array(asked, { maxLength: 12 }), changes, async (all, lines) => {
      const audience = createAudience()
      const groups = all.map(createGroup)
      for (const { group } of groups) audience.add(group)
      const deliver = await audience.prepare(lines, 0, lines.length)
      for (const { delivered } of groups) assert.deepEqual(delivered, [])
      deliver()
      for (const { delivered, passOf } of groups) {
        const places = lines.filter((line) => passOf(line) !== null).map(({ position }) => position)
        assert.deepEqual(delivered, places.length === 0 ? [] : [{ places, from: 0, upTo: lines.length }])
      }
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('are asked once about a change that may be theirs, and never about another', async () => {
    const property = fc.asyncProperty(fc.array(asked, { maxLength: 12 }), changes, async (all, lines) => {
      const audience = createAudience()
      const groups = all.map(createGroup)
      for (const { group } of groups) audience.add(group)
      await audience.prepare(lines, 0, lines.length)
      for (const { matched, isOfInterest } of groups) {
        assert.deepEqual(
          matched,
          lines.filter(isOfInterest).map(({ position }) => position),
        )
      }
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('a change costs a thousand that follow other campaigns nothing', async () => {
    const audience = createAudience()
    const follow = (campaignId: string) =>
      createGroup({ interest: { by: 'campaignId', ids: [campaignId] }, passes: 1, matches: 1 })
    const others = Array.from({ length: 1_000 }, (_, index) => follow(`campaign-${index}`))
    const own = follow('a')
    for (const { group } of [...others, own]) audience.add(group)
    const change = { campaignId: 'a', affiliateId: 'b', advertiserId: 'c', position: 1 } as unknown as LedgerChange
    await audience.prepare([change], 0, 1)
    assert.equal(own.matched.length, 1)
    assert.equal(
      others.reduce((sum, { matched }) => sum + matched.length, 0),
      0,
    )
  })

  test('who is removed is asked no more, and leaves nothing behind', async () => {
    const many = fc.array(fc.tuple(asked, fc.boolean()), { maxLength: 12 })
    const property = fc.asyncProperty(many, changes, async (all, lines) => {
      const { audience, made } = createWatched()
      const groups = all.map(([one, stays]) => ({ ...createGroup(one), stays }))
      for (const { group } of groups) audience.add(group)
      for (const { group, stays } of groups) if (!stays) audience.remove(group)
      await audience.prepare(lines, 0, lines.length)
      for (const { matched, isOfInterest, stays } of groups) {
        assert.equal(matched.length, stays ? lines.filter(isOfInterest).length : 0)
      }
      for (const { group } of groups) audience.remove(group)
      assert.ok(made.length >= 4)
      assert.deepEqual(
        made.map(({ size }) => size),
        made.map(() => 0),
      )
    })
    await fc.assert(property, { numRuns: 200 })
  })

  test('nobody is given anything while a message of the batch cannot be made', async () => {
    const audience = createAudience()
    const fine = createGroup({ interest: null, passes: 1, matches: 1 })
    const broken = createGroup({ interest: null, passes: 1, matches: 1 })
    audience.add(fine.group)
    const failing = { ...broken.group, message: () => Promise.reject(new Error('not made')) }
    audience.add(failing)
    const change = { campaignId: 'a', affiliateId: 'b', advertiserId: 'c', position: 1 } as unknown as LedgerChange
    await assert.rejects(audience.prepare([change], 0, 1), /not made/)
    assert.deepEqual(fine.delivered, [])
    audience.remove(failing)
    ;(await audience.prepare([change], 0, 1))()
    assert.deepEqual(fine.delivered, [{ places: [1], from: 0, upTo: 1 }])
  })
})
