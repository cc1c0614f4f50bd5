import type { Clock } from '../kernel/clock.js'
import { CodedError } from '../kernel/errors.js'
import type { DemoEvent } from './perform.js'
import type { PlacedLink } from './place-offers.js'
import { between, chance, exponential, integer, pick, type Random } from './random.js'
import { averageWeight, linkWeight, totalWeight } from './rhythm.js'

interface TrafficOptions {
  readonly links: readonly PlacedLink[]
  /** The events of one visit; those to come are as near as someone who watches can wait for. */
  readonly drawEvents: (link: PlacedLink, atMs: number) => readonly DemoEvent[]
  readonly clock: Clock
  readonly random: Random
  readonly say: (line: string) => void
}

const burstsPerSecond = 0.8
/** Some bursts are one click, some a small crowd: two on average. */
const crowdRate = 0.3
const crowd = { from: 2, to: 6 }
const crowdSpreadMs = 2_500
const maxAgenda = 1_000
const maxInFlight = 64
/** How long nothing is sent after the ledger was away. */
const pauseMs = 5_000
const minWaitMs = 20
const maxWaitMs = 1_000

/** Visits that go on, in bursts, until they are stopped: an agenda of what is to come, and one timer for the next. */
export function startTraffic({ links, drawEvents, clock, random, say }: TrafficOptions): { stop(): Promise<void> } {
  const average = averageWeight(links, clock())
  const agenda: DemoEvent[] = []
  const inFlight = new Set<Promise<void>>()
  let nextBurstMs = clock()
  let silentUntilMs = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  function plan(event: DemoEvent): void {
    if (agenda.length >= maxAgenda) return
    const behind = agenda.findIndex(({ atMs }) => atMs > event.atMs)
    agenda.splice(behind === -1 ? agenda.length : behind, 0, event)
  }

  function burst(nowMs: number): void {
    const clicks = chance(random, crowdRate) ? integer(random, crowd.from, crowd.to) : 1
    for (let click = 0; click < clicks; click += 1) {
      const link = pick(random, links, (one) => linkWeight(one, nowMs))
      for (const event of drawEvents(link, nowMs + between(random, 0, clicks > 1 ? crowdSpreadMs : 1))) plan(event)
    }
    // The hour of day shows, but nobody has to wait for the evening to see something happen.
    const busy = 0.6 + 0.4 * Math.min(2, totalWeight(links, nowMs) / average)
    nextBurstMs = nowMs + exponential(random, 1_000 / (burstsPerSecond * busy))
  }

  function perform(event: DemoEvent): void {
    const running: Promise<void> = event
      .run()
      .then(() => undefined, failed)
      .finally(() => inFlight.delete(running))
    inFlight.add(running)
  }

  function failed(error: unknown): void {
    if (error instanceof CodedError && error.code === 'UNAVAILABLE') silentUntilMs = clock() + pauseMs
    else if (!stopped) {
      stopped = true
      say(`The demo's traffic has ended: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function turn(): void {
    if (stopped) return
    const nowMs = clock()
    if (nowMs >= silentUntilMs) {
      if (nowMs >= nextBurstMs) burst(nowMs)
      while (inFlight.size < maxInFlight && agenda[0] !== undefined && agenda[0].atMs <= nowMs) {
        perform(agenda.shift() as DemoEvent) // it was just looked at
      }
    }
    const nextMs = Math.max(silentUntilMs, Math.min(nextBurstMs, agenda[0]?.atMs ?? Number.POSITIVE_INFINITY))
    timer = setTimeout(turn, Math.min(maxWaitMs, Math.max(minWaitMs, nextMs - nowMs)))
  }

  turn()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await Promise.all(inFlight)
    },
  }
}
