import type { Clock } from '../kernel/clock.js'
import type { Ledger } from '../ledger/entries.js'
import type { Journey } from './draw-journey.js'
import type { DemoEvent } from './perform.js'
import type { PlacedLink } from './place-offers.js'
import { poisson, type Random } from './random.js'
import { averageWeight, linkWeight } from './rhythm.js'

interface HistoryOptions {
  readonly links: readonly PlacedLink[]
  readonly fromMs: number
  readonly toMs: number
  readonly drawJourney: (link: PlacedLink, atMs: number) => Journey
  readonly eventsOf: (journey: Journey) => readonly DemoEvent[]
  /** Opens the books with a clock that tells how far history has come. */
  readonly openLedger: (clock: Clock) => Ledger & { close(): Promise<void> }
  readonly random: Random
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const clicksPerDay = 400
/** Traffic grows over the days that are filled, from this part of the average on. */
const growthFrom = 0.85
/** Few enough that what is booked together happened on the same day, many enough to keep the ledger busy. */
const maxInFlight = 128
const progressSteps = 5

/** Books what happened from `fromMs` to `toMs`; resolves to what those who clicked then have still to do. */
export async function fillHistory(options: HistoryOptions): Promise<readonly DemoEvent[]> {
  const { toMs, drawJourney, eventsOf, openLedger, say } = options
  const visits = drawVisits(options)
  const events = visits
    .flatMap(({ link, atMs }) => eventsOf(drawJourney(link, atMs)))
    .sort((one, other) => one.atMs - other.atMs)
  const past = events.filter(({ atMs }) => atMs <= toMs)
  const line = `Filling the demo: ${visits.length.toLocaleString('en')} clicks …`
  say(line)

  let nowMs = options.fromMs
  const ledger = openLedger(() => nowMs)
  const run = (event: DemoEvent) => {
    nowMs = event.atMs
    return event.run(ledger, event.atMs)
  }
  let told = 0
  const progress = (part: number) => {
    const steps = Math.floor(part * progressSteps)
    if (steps > told) say(`${line} ${(steps * 100) / progressSteps} %`)
    told = steps
  }
  try {
    await runAll(past, run, progress, options.signal)
  } finally {
    await ledger.close()
  }
  return events.slice(past.length)
}

/** Who clicks when, hour by hour. */
export function drawVisits({
  random,
  links,
  fromMs,
  toMs,
}: Pick<HistoryOptions, 'random' | 'links' | 'fromMs' | 'toMs'>): { link: PlacedLink; atMs: number }[] {
  const average = averageWeight(links, fromMs)
  const visits: { link: PlacedLink; atMs: number }[] = []
  for (let startMs = fromMs; startMs < toMs; startMs += hourMs) {
    const lengthMs = Math.min(hourMs, toMs - startMs)
    const growth = growthFrom + 2 * (1 - growthFrom) * ((startMs - fromMs) / (toMs - fromMs))
    const scale = (clicksPerDay * growth * (lengthMs / dayMs)) / average
    for (const link of links) {
      const count = poisson(random, scale * linkWeight(link, startMs))
      for (let index = 0; index < count; index += 1) visits.push({ link, atMs: startMs + random() * lengthMs })
    }
  }
  return visits.sort((one, other) => one.atMs - other.atMs)
}

/** Runs events in the order given, many at once, until all are done, one fails or the signal comes. */
async function runAll(
  events: readonly DemoEvent[],
  run: (event: DemoEvent) => Promise<unknown>,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const left = events.values()
  let failed = false
  let done = 0
  async function work(): Promise<void> {
    for (const event of left) {
      if (failed || signal.aborted) return
      await run(event)
      done += 1
      progress(done / events.length)
    }
  }
  const workers = Array.from({ length: maxInFlight }, () =>
    work().catch((error: unknown) => {
      failed = true
      throw error
    }),
  )
  // All of them, so that nothing is under way any more when the first failure is told.
  const ended = await Promise.allSettled(workers)
  const failure = ended.find((worker) => worker.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
