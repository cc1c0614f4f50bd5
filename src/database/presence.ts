import { unavailable } from '../kernel/errors.js'

/**
 * Whether the database answers. Nobody asks while all goes well. Who waits in vain, or is refused, raises a doubt; one
 * probe, shared by all who doubt, settles it. Once the database is known to be away nobody waits for it any more: the
 * probe alone goes on, until it answers.
 */
export interface Presence {
  readonly isAway: boolean
  /** Finds out, unless it was heard of within the last second. */
  doubt(): Promise<{ readonly isAway: boolean }>
  /**
   * The answer to a read; UNAVAILABLE when it fails, or when the database turns out to be away. A database that is
   * slow, and there, is waited for.
   */
  ask<Answer>(read: () => Promise<Answer>): Promise<Answer>
  close(): void
}

export interface PresenceOptions {
  /** Resolves when the database answers; gives up by itself. */
  readonly probe: (patienceMs: number) => Promise<void>
  /** How long an answer may take before there is doubt, and before a probe has failed. */
  readonly patienceMs?: number
  /** How long after a probe that failed the next one begins. */
  readonly everyMs?: number
  /** Told when it is found to be away: what waits for it on a connection may wait for ever. */
  readonly onAway?: () => void
  readonly log: (message: string, error?: unknown) => void
}

const newsMs = 1_000
const looks = 10

export function createPresence({ probe, patienceMs = 1_000, everyMs = 250, onAway, log }: PresenceOptions): Presence {
  let isAway = false
  let heardAtMs = Number.NEGATIVE_INFINITY
  let probing: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const waiting = new Set<() => void>()

  async function settle(): Promise<void> {
    try {
      // It gives up later than we do, because it looks at the clock alone.
      await withPatience(probe(2 * patienceMs), patienceMs)
      heardAtMs = performance.now()
      if (isAway) log('the database answers again')
      isAway = false
    } catch (error) {
      if (!isAway) {
        log('the database is away', error)
        isAway = true
        onAway?.()
        for (const giveUp of [...waiting]) giveUp()
      }
      if (!closed) timer = setTimeout(() => void settle(), everyMs)
    }
  }

  async function doubt(): Promise<{ isAway: boolean }> {
    if (!isAway && !closed && performance.now() - heardAtMs > newsMs) {
      probing ??= settle().finally(() => {
        probing = null
      })
      await probing
    }
    return { isAway }
  }

  return {
    get isAway() {
      return isAway
    },
    doubt,
    ask(read) {
      if (isAway) return Promise.reject(unavailable())
      return new Promise((resolve, reject) => {
        const doubting = setInterval(() => void doubt(), patienceMs)
        const end = () => {
          clearInterval(doubting)
          waiting.delete(giveUp)
        }
        const giveUp = () => {
          end()
          reject(unavailable())
        }
        waiting.add(giveUp)
        read().then(
          (answer) => {
            end()
            resolve(answer)
          },
          (error: unknown) => {
            end()
            if (!isAway) log('the database did not answer a look-up', error)
            void doubt()
            reject(unavailable(error))
          },
        )
      })
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/**
 * Time in which this process did not listen is nobody's silence: however late a look comes, it counts as one, and what
 * has arrived meanwhile is read before the next.
 */
function withPatience(promise: Promise<void>, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = looks
    const timer = setInterval(() => {
      left -= 1
      if (left > 0) return
      clearInterval(timer)
      reject(new Error(`no answer within ${patienceMs} ms`))
    }, patienceMs / looks)
    promise.then(resolve, reject).finally(() => clearInterval(timer))
  })
}
