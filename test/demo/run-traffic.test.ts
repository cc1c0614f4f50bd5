import 'reflect-metadata'
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createJourneys } from '../../src/demo/draw-journey.js'
import { drawVisits } from '../../src/demo/fill-history.js'
import { links } from '../../src/demo/links.js'
import type { DemoEvent } from '../../src/demo/perform.js'
import type { PlacedLink } from '../../src/demo/place-offers.js'
import { createRandom } from '../../src/demo/random.js'
import { startTraffic } from '../../src/demo/run-traffic.js'
import { CodedError } from '../../src/kernel/errors.js'
import { newId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'

const placed: readonly PlacedLink[] = links.map((link) => ({
  ...link,
  id: newId<'lnk'>(),
  campaignId: newId<'cmp'>(),
  affiliateId: newId<'aff'>(),
  advertiserId: newId<'adv'>(),
}))
const beginMs = Date.parse('2026-03-18T20:00:00Z')
const ledger = {} as Ledger // the events of these tests ask it nothing

/** Traffic whose visits do what `run` says, on a clock that `pass` moves. */
function startOnMockedTime(run: () => Promise<unknown>, unfinished: readonly DemoEvent[] = []) {
  mock.timers.enable({ apis: ['setTimeout'] })
  let nowMs = beginMs
  const said: string[] = []
  const traffic = startTraffic({
    ledger,
    links: placed,
    unfinished,
    drawEvents: (_link, atMs) => [{ atMs, run }],
    clock: () => nowMs,
    random: createRandom(1),
    say: (line) => void said.push(line),
  })
  return {
    traffic,
    said,
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 20) {
        nowMs += 20
        mock.timers.tick(20)
        // Two turns, for what a visit's promise has to say.
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    async end() {
      await traffic.stop()
      mock.timers.reset()
    },
  }
}

test('one to two visits come a second, and none after the stop', async () => {
  let visits = 0
  const { pass, traffic, end } = startOnMockedTime(async () => {
    visits += 1
  })
  await pass(120_000)
  assert.ok(visits > 120 && visits < 280, `${visits} visits in two minutes`)
  const before = visits
  await traffic.stop()
  await pass(10_000)
  assert.equal(visits, before)
  await end()
})

test('while the ledger is away nothing is sent for seconds, and then it goes on', async () => {
  let visits = 0
  let away = true
  const { pass, said, end } = startOnMockedTime(async () => {
    visits += 1
    if (away) throw new CodedError('UNAVAILABLE', 'away')
  })
  await pass(30_000)
  assert.ok(visits > 0 && visits < 60, `${visits} tries in half a minute`)
  away = false
  const before = visits
  await pass(30_000)
  assert.ok(visits > before + 20)
  assert.deepEqual(said, [])
  await end()
})

test('any other trouble ends the traffic and says so once', async () => {
  let visits = 0
  const { pass, said, end } = startOnMockedTime(async () => {
    visits += 1
    throw new Error('broken')
  })
  await pass(20_000)
  const before = visits
  await pass(20_000)
  assert.equal(visits, before)
  assert.deepEqual(said, ["The demo's traffic has ended: broken"])
  await end()
})

test('the unfinished is finished within half an hour, in its order', async () => {
  const finished: number[] = []
  const unfinished = Array.from({ length: 100 }, (_, index) => ({
    atMs: beginMs + index * 86_400_000,
    run: async () => finished.push(index),
  }))
  const { pass, end } = startOnMockedTime(async () => undefined, unfinished)
  await pass(30 * 60_000)
  assert.deepEqual(
    finished,
    unfinished.map((_, index) => index),
  )
  await end()
})

test('stop waits for what is under way', async () => {
  const answers: (() => void)[] = []
  const { pass, traffic, end } = startOnMockedTime(
    () =>
      new Promise<void>((resolve) => {
        answers.push(resolve)
      }),
  )
  await pass(5_000)
  let stopped = false
  const stopping = traffic.stop().then(() => {
    stopped = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(stopped, false)
  assert.ok(answers.length > 0)
  for (const answer of answers) answer()
  await end()
  await stopping
})

test('the same seed draws the same history', () => {
  const draw = () => {
    const random = createRandom(7)
    const drawJourney = createJourneys(random, newId<'wsp'>())
    const span = { random, links: placed, fromMs: beginMs - 5 * 86_400_000, toMs: beginMs }
    return drawVisits(span).map(({ link, atMs }) => {
      const { click, postbacks } = drawJourney(link, atMs)
      const { id, workspaceId, ...drawn } = click
      return { ...drawn, postbacks: postbacks.map(({ afterMs, parameters: { amount } }) => ({ afterMs, amount })) }
    })
  }
  const history = draw()
  assert.ok(history.length > 1_000)
  assert.deepEqual(draw(), history)
})
