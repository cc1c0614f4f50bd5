import type { Clock } from '../kernel/clock.js'
import { isUnavailable } from '../kernel/errors.js'
import type { Ledger } from '../ledger/entries.js'
import { createAgenda } from './agenda.js'
import type { DemoEvent } from './perform.js'
import type { PlacedLink } from './place-offers.js'
import { between, chance, exponential, integer, pick, type Random } from './random.js'
import { averageWeight, linkWeight, totalWeight } from './rhythm.js'

export interface Traffic {
  stop(): Promise<void>
}

interface TrafficOptions {
  readonly ledger: Ledger
  readonly links: readonly PlacedLink[]
  /** What those who clicked before have still to do. */
  readonly unfinished: readonly DemoEvent[]
  /** The events of one visit; those to come are as near as someone who watches can wait for. */
  readonly drawEvents: (link: PlacedLink, atMs: number) => readonly DemoEvent[]
  readonly clock: Clock
  readonly random: Random
  readonly say: (line: string) => void
}

const burstGapMs = 1_250
/** Some bursts are one click, some a small crowd: two on average. */
const crowdRate = 0.3
const crowd = { from: 2, to: 6 }
const crowdSpreadMs = 2_500
/** Over how long the unfinished is spread, in its order: nobody has the days that it would take. */
const unfinishedMs = 30 * 60_000
const maxAgenda = 1_000
const maxInFlight = 64
/** How long nothing is sent after the ledger was away. */
const pauseMs = 5_000
const minWaitMs = 20
const maxWaitMs = 1_000

/** Visits that go on, in bursts, until they are stopped: an agenda of what is to come, and one timer for the next. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { ledger, links, unfinished, clock, random, say } = options
  const beginMs = clock()
  const average = averageWeight(links, beginMs)
  const agenda = createAgenda(maxAgenda)
  const inFlight = new Set<Promise<void>>()
  let nextBurstMs = beginMs + exponential(random, burstGapMs)
  let silentUntilMs = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  function perform(event: DemoEvent): void {
    const running: Promise<void> = event
      .run(ledger, event.atMs)
      .then(() => undefined, failed)
      .finally(() => inFlight.delete(running))
    inFlight.add(running)
  }

  function failed(error: unknown): void {
    if (isUnavailable(error)) silentUntilMs = clock() + pauseMs
    else if (!stopped) {
      stopped = true
      say(`The demo's traffic has ended: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function turn(): void {
    if (stopped) return
    const nowMs = clock()
    if (nowMs >= silentUntilMs) {
      if (nowMs >= nextBurstMs) {
        for (const event of drawBurst(options, nowMs)) agenda.add(event)
        nextBurstMs = nowMs + exponential(random, burstGapMs / busyness(links, nowMs, average))
      }
      while (inFlight.size < maxInFlight) {
        const event = agenda.takeDue(nowMs)
        if (event === null) break
        perform(event)
      }
    }
    const nextMs = Math.max(silentUntilMs, Math.min(nextBurstMs, agenda.nextMs()))
    timer = setTimeout(turn, Math.min(maxWaitMs, Math.max(minWaitMs, nextMs - nowMs)))
  }

  for (const [index, event] of unfinished.entries()) {
    agenda.add({ ...event, atMs: Math.floor(beginMs + ((index + random()) / unfinished.length) * unfinishedMs) })
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

function drawBurst({ random, links, drawEvents }: TrafficOptions, nowMs: number): DemoEvent[] {
  const isCrowd = chance(random, crowdRate)
  return Array.from({ length: isCrowd ? integer(random, crowd.from, crowd.to) : 1 }, () => {
    const link = pick(random, links, (one) => linkWeight(one, nowMs))
    return drawEvents(link, nowMs + between(random, 0, isCrowd ? crowdSpreadMs : 1))
  }).flat()
}

/** The hour of day shows, but nobody has to wait for the evening to see something happen. */
const busyness = (links: readonly PlacedLink[], nowMs: number, average: number): number =>
  0.6 + 0.4 * Math.min(2, totalWeight(links, nowMs) / average)
