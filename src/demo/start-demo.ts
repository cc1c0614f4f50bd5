import type { Scope } from '../access/scope.js'
import type { CatalogWrites } from '../catalog/context.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { Ledger } from '../ledger/entries.js'
import { lowestId } from '../ledger/partitions.js'
import { createJourneys } from './draw-journey.js'
import { fillHistory } from './fill-history.js'
import { createStage } from './perform.js'
import { type PlacedLink, placeOffers } from './place-offers.js'
import { createRandom } from './random.js'
import { startTraffic, type Traffic } from './run-traffic.js'

export interface DemoOptions {
  readonly ledger: Ledger
  /**
   * A ledger of the same books with another clock, so that history is booked when it happened. Without it all of it is
   * booked at once, today.
   */
  readonly openLedger?: (clock: Clock) => Ledger & { close(): Promise<void> }
  readonly catalogWrites: CatalogWrites
  /** An ADMIN's, of the workspace to fill. */
  readonly scope: Scope
  readonly rows: Rows
  readonly clock: Clock
  readonly say: (line: string) => void
  /** What the history is drawn from: the same seed, the same history. */
  readonly seed?: number
}

export interface Demo {
  /** Resolves when the history is there and traffic has begun, or when the demo was stopped before. */
  readonly filled: Promise<void>
  /** Ends it, and resolves when nothing of it is under way any more. */
  stop(): Promise<void>
}

const hourMs = 3_600_000
const historyMs = 30 * 24 * hourMs
/** A shorter gap since the last click is no gap. */
const minGapMs = hourMs
const defaultSeed = 20

/**
 * Advertisers, campaigns, affiliates and links, a month of their history, and then traffic that does not end. History
 * goes on from the newest click that is there: none of it is made twice, one that was broken off is carried on, and
 * the days on which the demo was off are no hole in it.
 */
export function startDemo(options: DemoOptions): Demo {
  const ending = new AbortController()
  const started = start(options, ending.signal)
  return {
    filled: started.then(() => undefined),
    async stop() {
      ending.abort()
      // Whoever waits for `filled` is told why there is nothing to stop.
      const traffic = await started.catch(() => null)
      await traffic?.stop()
    },
  }
}

async function start(options: DemoOptions, signal: AbortSignal): Promise<Traffic | null> {
  const { ledger, openLedger = () => lent(ledger), catalogWrites, scope, rows, clock, say } = options
  const beginMs = clock() - historyMs
  // What is advertised was there before the first who clicked on it.
  const links = await placeOffers({ ...catalogWrites, clock: () => beginMs }, scope, rows)
  const newestMs = await newestClick(rows, scope, links, beginMs)
  const random = createRandom(newestMs ?? options.seed ?? defaultSeed)
  const drawJourney = createJourneys(random, scope.workspaceId)
  const eventsOf = createStage(scope.workspaceId)

  const span = { fromMs: newestMs ?? beginMs, toMs: clock() }
  const history = { links, ...span, drawJourney, eventsOf, openLedger, random, say, signal }
  const unfinished = span.toMs - span.fromMs > minGapMs ? await fillHistory(history) : []
  if (signal.aborted) return null

  const drawEvents = (link: PlacedLink, atMs: number) => {
    const journey = drawJourney(link, atMs)
    const postbacks = journey.postbacks.map((one) => ({ ...one, afterMs: shortened(one.afterMs) }))
    return eventsOf({ ...journey, postbacks })
  }
  return startTraffic({ ledger, links, unfinished, drawEvents, clock, random, say })
}

/** Not ours to close. */
const lent = (ledger: Ledger) => ({ ...ledger, close: () => Promise.resolve() })

/** When one of the demo's links was last clicked; null where that is longer ago than its history is long. */
async function newestClick(
  rows: Rows,
  { workspaceId }: Scope,
  links: readonly PlacedLink[],
  sinceMs: number,
): Promise<number | null> {
  const [newest] = await rows<{ at: Date }>(
    `select at from click where workspace_id = $1 and id >= $2 and link_id = any($3::uuid[]) order by id desc limit 1`,
    [workspaceId, lowestId(sinceMs), links.map(({ id }) => id)],
  )
  return newest === undefined ? null : newest.at.getTime()
}

const shortestMs = 4_000
const unitMs = 60_000

/** A minute becomes seconds, weeks a few minutes; what comes later still comes later. */
const shortened = (afterMs: number): number => shortestMs * (afterMs / unitMs) ** 0.4
