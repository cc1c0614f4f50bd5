import type { DemoEvent } from './perform.js'
import type { PlacedLink } from './place-offers.js'
import { poisson, type Random } from './random.js'
import { averageWeight, linkWeight } from './rhythm.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const clicksPerDay = 400
/** Traffic grows over the days that are filled, from this part of the average on. */
const growthFrom = 0.85
/** Few enough that what is booked together happened on the same day, many enough to keep the ledger busy. */
const maxInFlight = 128
const progressSteps = 5

/** The moments at which links were clicked between `fromMs` and `toMs`, in order. */
export function drawVisits(
  random: Random,
  links: readonly PlacedLink[],
  fromMs: number,
  toMs: number,
): { link: PlacedLink; atMs: number }[] {
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
export async function runAll(
  events: readonly DemoEvent[],
  signal: AbortSignal,
  onStart: (event: DemoEvent) => void,
  say: (part: number) => void,
): Promise<void> {
  const left = events.values()
  let failed = false
  let done = 0
  async function work(): Promise<void> {
    for (const event of left) {
      if (failed || signal.aborted) return
      onStart(event)
      await event.run()
      done += 1
      const step = Math.floor((done * progressSteps) / events.length)
      if (step > Math.floor(((done - 1) * progressSteps) / events.length)) say(step / progressSteps)
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
