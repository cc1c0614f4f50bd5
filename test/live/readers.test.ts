import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type FakeTime, inFakeTime, settle } from './fake-time.js'
import { createReadersWorld, lowBytes, type ReadersStep, type ReadersWorld, stallMs, stories } from './readers-world.js'

suite('those who follow a sequence', { timeout: 240_000 }, () => {
  async function take(step: ReadersStep, world: ReadersWorld, time: FakeTime): Promise<void> {
    if (step.kind === 'book') world.book(step.count)
    else if (step.kind === 'deliver') world.deliver(step.share)
    else if (step.kind === 'join') world.join(step.place, step.drains)
    else if (step.kind === 'pass') await time.pass(step.ms)
    else world.pick(step.which)?.[step.kind]()
    // Most steps come in the same turn as the one before, as nothing else would tell the two apart.
    if (step.kind === 'book') await settle()
  }

  /** All drain, and all is delivered. */
  async function settleAll(world: ReadersWorld, time: FakeTime): Promise<void> {
    world.book(20)
    world.deliver()
    const isThere = () => world.all.every((each) => !each.isHere() || each.isAtFront())
    for (let waitedMs = 0; waitedMs === 0 || !isThere(); waitedMs += 50) {
      assert.ok(waitedMs < 60_000, 'they do not come to the front')
      for (const follower of world.all) follower.drain()
      await time.pass(50)
    }
  }

  test('each gets exactly what is behind its place, once and in order, wherever it joins', async () => {
    const met = { full: 0, failed: 0, left: 0, away: 0 }
    const property = fc.asyncProperty(stories, ({ steps, reads }) =>
      inFakeTime(async (time) => {
        const world = createReadersWorld(reads)
        for (const step of steps) {
          await take(step, world, time)
          if (step.kind === 'fill') met.full += 1
          world.check()
        }
        await settleAll(world, time)
        world.check()
        for (const follower of world.all.filter(({ isHere }) => isHere())) follower.checkAll()
        met.failed += world.errors.length
        met.left += world.all.filter(({ isHere }) => !isHere()).length
        met.away += world.all.filter(({ timesSentAway }) => timesSentAway() > 0).length
        world.room.close()
      }),
    )
    await fc.assert(property, { numRuns: 300 })
    for (const [what, count] of Object.entries(met)) assert.ok(count > 10, `${what}: ${count}`)
  })

  test('who joins at the front or ahead of it reads nothing, and gets what comes as it comes', () =>
    inFakeTime(async () => {
      const world = createReadersWorld([])
      const front = world.join(0)
      const ahead = world.join(4)
      const farthest = world.join(6)
      assert.deepEqual([front.isAtFront(), ahead.isAtFront()], [true, false])
      world.book(6)
      world.deliver()
      assert.deepEqual(
        [front.got, ahead.got],
        [
          [52, 53, 55, 56],
          [55, 56],
        ],
      )
      assert.deepEqual(farthest.got, [])
      assert.ok(ahead.isAtFront() && farthest.isAtFront())
      assert.equal(world.calls.read, 0)
    }))

  test('one that is full costs no pushes, however much comes, and goes on where it was', () =>
    inFakeTime(async (time) => {
      const world = createReadersWorld([])
      const slow = world.join(0)
      const quick = world.join(0, true)
      slow.fill()
      for (let index = 0; index < 100; index += 1) {
        world.book(3)
        world.deliver()
        await time.pass(5)
      }
      assert.deepEqual(slow.got, [])
      assert.equal(world.calls.read, 0)
      quick.checkAll()
      slow.drain(lowBytes + 1)
      await time.pass(100)
      assert.deepEqual(slow.got, [], 'between the marks it goes on waiting')
      await settleAll(world, time)
      slow.checkAll()
    }))

  test('one that does not drain is sent away when the time is up, and not before', () =>
    inFakeTime(async (time) => {
      const world = createReadersWorld([])
      const stalled = world.join(0)
      const slow = world.join(0)
      for (const each of [stalled, slow]) each.fill()
      world.book(3)
      world.deliver()
      await time.pass(stallMs - 100)
      assert.deepEqual([stalled.timesSentAway(), slow.timesSentAway()], [0, 0])
      slow.drain()
      await time.pass(200)
      assert.deepEqual([stalled.timesSentAway(), slow.timesSentAway()], [1, 0])
      await settleAll(world, time)
      assert.deepEqual(stalled.got, [])
      slow.checkAll()
    }))

  test('leaving stops at once, also what is being read and what waits for room', () =>
    inFakeTime(async (time) => {
      const world = createReadersWorld(['is slow', 'is slow'])
      const reading = world.join(-20)
      const waiting = world.join(0)
      waiting.fill()
      world.book(3)
      world.deliver()
      await time.pass(5)
      for (const each of [reading, waiting]) each.leave()
      waiting.drain()
      await time.pass(500)
      world.book(3)
      world.deliver()
      assert.deepEqual([reading.got, waiting.got, world.calls.read], [[], [], 1])
    }))

  test('one whose reads go on failing is tried for half a minute, then sent away', () =>
    inFakeTime(async (time) => {
      const world = createReadersWorld(Array.from({ length: 40 }, () => 'fails' as const))
      const unlucky = world.join(-10)
      const other = world.join(0)
      await time.pass(29_000)
      assert.deepEqual([unlucky.timesSentAway(), unlucky.got], [0, []])
      await time.pass(2_000)
      assert.equal(unlucky.timesSentAway(), 1)
      assert.equal(world.errors.length, 31)
      world.book(3)
      world.deliver()
      other.checkAll()
    }))

  test('all are told of a failure, wherever they stand', () =>
    inFakeTime(async () => {
      const world = createReadersWorld(['is slow'])
      const all = [world.join(0), world.join(3), world.join(-10), world.join(0)]
      const gone = all.pop()
      gone?.leave()
      const failure = new Error('expired')
      world.readers.failAll(failure)
      assert.deepEqual(
        all.map(({ failures }) => failures),
        [[failure], [failure], [failure]],
      )
      assert.deepEqual(gone?.failures, [])
    }))
})
