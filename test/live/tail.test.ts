import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type FakeTime, inFakeTime, settle } from './fake-time.js'
import {
  createTailWorld,
  maxBatch,
  maxRemembered,
  placesOf,
  stories,
  type TailStep,
  type TailWorld,
} from './tail-world.js'

suite('the tail of a ledger', { timeout: 240_000 }, () => {
  async function take(step: TailStep, world: TailWorld, time: FakeTime): Promise<void> {
    if (step.kind === 'commit') world.commit(step.lines, step.cut + 1)
    else if (step.kind === 'hear') world.hear(step)
    else if (step.kind === 'lose') world.lose(step.which)
    else if (step.kind === 'look') world.look()
    else if (step.kind === 'pass') await time.pass(step.ms)
    // Nobody waits for it here: more may come while it reads.
    else world.tail.recall(Math.max(0, world.head() - step.back)).catch(() => undefined)
    await settle()
  }

  async function untilDelivered(world: TailWorld, time: FakeTime): Promise<void> {
    world.look()
    for (let waitedMs = 0; world.tail.delivered() < world.head(); waitedMs += 50) {
      assert.ok(waitedMs < 30_000, 'it does not arrive')
      await time.pass(50)
      world.check()
    }
    // What is still being read may end.
    await time.pass(50)
  }

  test('passes on every line once, in order, whatever becomes of news, reads and preparations', async () => {
    const met = { late: 0, failed: 0 }
    const property = fc.asyncProperty(stories, (story) =>
      inFakeTime(async (time) => {
        const world = createTailWorld(story)
        for (const step of story.steps) {
          await take(step, world, time)
          world.check()
          world.checkPassedOn()
        }
        await untilDelivered(world, time)
        world.check()
        world.checkPassedOn()
        assert.ok(world.memory().lines.length <= maxRemembered * 1.25 + maxBatch)
        if (world.calls.read > 0) met.late += 1
        if (world.errors.length > 0) met.failed += 1
        world.tail.stop()
        assert.equal(time.pending() - world.slow(), 0)
      }),
    )
    await fc.assert(property, { numRuns: 300 })
    assert.ok(met.late > 30 && met.failed > 30, JSON.stringify(met))
  })

  const noTrouble = { reads: [], prepares: [] }

  test('asks the ledger for nothing as long as news come, in whatever order, within a moment', () =>
    inFakeTime(async (time) => {
      const world = createTailWorld(noTrouble)
      world.commit(60, 20)
      for (let which = 19; which >= 0; which -= 1) world.hear({ which, again: false, overlap: 0 })
      await time.pass(100)
      world.checkPassedOn()
      assert.deepEqual([world.tail.delivered(), world.calls.read], [world.head(), 0])
      world.tail.stop()
    }))

  test('finds in the ledger what nobody told of, as soon as anybody tells how far it is', () =>
    inFakeTime(async (time) => {
      const world = createTailWorld(noTrouble)
      world.commit(1_300)
      world.look()
      await time.pass(200)
      world.checkPassedOn()
      assert.deepEqual([world.tail.delivered(), world.calls.read], [world.head(), 3])
      world.tail.stop()
    }))

  test('lines that come faster than the pace are passed on together', () =>
    inFakeTime(async (time) => {
      const world = createTailWorld(noTrouble)
      for (let ms = 0; ms < 100; ms += 1) {
        world.commit(1)
        world.hear({ which: 0, again: false, overlap: 0 })
        await time.pass(1)
      }
      await time.pass(10)
      world.checkPassedOn()
      assert.equal(world.tail.delivered(), world.head())
      assert.ok(
        world.passedOn.length >= 15 && world.passedOn.length <= 22,
        `${world.passedOn.length} batches in 100 ms`,
      )
      world.tail.stop()
    }))

  test('reads back what it forgot, once for all who ask at once, and never more than it may remember', () =>
    inFakeTime(async (time) => {
      const world = createTailWorld(noTrouble)
      const { tail } = world
      world.commit(1_000)
      world.hear({ which: 0, again: false, overlap: 0 })
      await time.pass(200)
      assert.equal(tail.delivered(), world.head())
      const place = world.head() - maxRemembered
      world.commit(maxRemembered)
      world.hear({ which: 0, again: false, overlap: 0 })
      await time.pass(50)
      const near = world.head() - maxRemembered
      const { base } = world.memory()
      assert.ok(place < base)
      await tail.recall(place)
      assert.deepEqual([tail.behind(place, 1), world.calls.read], [null, 0])
      await Promise.all([tail.recall(near), tail.recall(near), tail.recall(near + 1)])
      assert.ok(world.calls.read <= 1)
      assert.equal(placesOf(tail.behind(near, 1_000) ?? []).length, maxRemembered)
      tail.stop()
    }))

  test('one that is stopped leaves no timer, and asks for nothing more, whatever was under way', async () => {
    const property = fc.asyncProperty(stories, fc.nat(60), (story, stopAt) =>
      inFakeTime(async (time) => {
        const world = createTailWorld(story)
        // Who reads something back waits for it, and would do so here.
        const steps = story.steps.slice(0, stopAt).filter(({ kind }) => kind !== 'recall')
        for (const step of steps) await take(step, world, time)
        world.tail.stop()
        const passedOn = world.passedOn.length
        const calls = { ...world.calls }
        world.look()
        // Reads and preparations that had begun may end, or fail.
        await time.pass(60)
        assert.equal(time.pending() - world.slow(), 0)
        await time.pass(400)
        assert.deepEqual([world.passedOn.length, world.calls], [passedOn, calls])
      }),
    )
    await fc.assert(property, { numRuns: 150 })
  })
})
