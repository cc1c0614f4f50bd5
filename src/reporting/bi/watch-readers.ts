import type { Rows } from '../../database/rows.js'

/**
 * Ends readers' sessions that have outlived their time-outs, as only those do that have set them otherwise. This is what
 * makes the bound on a reader's snapshot hold: every node looks, so it holds while any of them runs.
 */
export interface ReaderWatch {
  start(): void
  /** Resolves when a look under way has ended. */
  stop(): Promise<void>
}

export interface ReaderLimits {
  readonly transactionMs: number
  readonly idleInTransactionMs: number
}

/** A little beyond what the sessions are told, so that a tool meets its own time-out first, which says why. */
const limits: ReaderLimits = { transactionMs: 40_000, idleInTransactionMs: 5_000 }
const everyMs = 5_000

export function watchReaders(rows: Rows, logError: (error: unknown, doing: string) => void): ReaderWatch {
  let stopped = false
  let looking: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  function again(): void {
    if (stopped) return
    timer = setTimeout(() => {
      looking = endOverdue(rows, limits)
        .catch((error) => logError(error, 'watching readers'))
        .finally(again)
    }, everyMs)
  }

  return {
    start: again,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

/** Ends the sessions of readers that are over a limit, and says how many. */
export async function endOverdue(rows: Rows, { transactionMs, idleInTransactionMs }: ReaderLimits): Promise<number> {
  const ended = await rows(
    `select pg_terminate_backend(a.pid) from bi_reader r join pg_stat_activity a on a.usename = r.role_name
      where pg_has_role(a.usesysid, 'usage')
        and (a.xact_start < clock_timestamp() - $1 * interval '1 millisecond'
          or a.state like 'idle in transaction%' and a.state_change < clock_timestamp() - $2 * interval '1 millisecond')`,
    [transactionMs, idleInTransactionMs],
  )
  return ended.length
}
