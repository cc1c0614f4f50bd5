import { type LoadedRates, loadRates, type RateLoading } from './load-rates.js'
import { nameSource } from './read-source.js'

export interface RateFollower {
  /** Loads now, and from then on again and again; nothing waits for it. */
  start(): void
  /** Resolves when what was under way has ended. */
  stop(): Promise<void>
}

export interface FollowOptions extends Omit<RateLoading, 'limits'> {
  readonly source: string
  readonly everyMs?: number
  readonly retryAfterMs?: number
  readonly log: {
    info(context: object, message: string): void
    warn(context: object, message: string): void
    error(context: object, message: string): void
  }
}

/** The bank's file of ninety days is a twentieth of this; reading the one since 1999 would hold up a node's requests. */
const maxBytes = 2 * 1024 * 1024
const timeoutMs = 30_000
/** Rates come once a day, at an hour that moves with the bank's summer time. */
const usualEveryMs = 4 * 3_600_000
const usualRetryAfterMs = 5 * 60_000

/** Keeps every workspace's rates up to date with a source. Nothing that goes wrong with it goes any further than the log. */
export function followRates({
  source,
  everyMs = usualEveryMs,
  retryAfterMs = usualRetryAfterMs,
  log,
  ...loading
}: FollowOptions): RateFollower {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function load(): Promise<boolean> {
    const from = nameSource(source)
    try {
      const loaded = await loadRates({ ...loading, limits: { maxBytes, timeoutMs } }, source, stopping.signal)
      for (const one of loaded) tell(one, from)
      return loaded.every(({ error }) => error === null)
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error }, `currency rates could not be loaded from ${from}`)
      return false
    }
  }

  function tell({ error, ...loaded }: LoadedRates, from: string): void {
    if (error !== null) {
      log.error({ err: error, ...loaded }, `currency rates from ${from} could not be written`)
    } else if (loaded.days === null) {
      log.warn(loaded, `${from} has no currency rates that a workspace in ${loaded.currency} can use`)
    } else {
      log.info(loaded, `currency rates loaded from ${from}`)
    }
  }

  function turn(): void {
    running = load().then((isDone) => {
      if (!stopping.signal.aborted) timer = setTimeout(turn, isDone ? everyMs : retryAfterMs)
    })
  }

  return {
    start: turn,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
