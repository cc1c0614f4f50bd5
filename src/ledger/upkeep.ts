import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { Ledger } from './entries.js'
import { type Folding, fullStretch, type Transact } from './fold.js'
import { forgetOldKeys } from './idempotency-keys.js'
import { ensurePartitions } from './partitions.js'
import { rematchParked } from './rematch.js'
import { dropOldMonths, type RetentionPolicy } from './retention.js'

/**
 * What goes on beside the requests: roll-ups that follow the ledger, parked postbacks
 * that the catalog has caught up with, months made ahead, old addresses shortened, old odds and ends cleared.
 */
export interface Upkeep {
  /** What must be there before the first request, and for what is from `fromMs` on. */
  prepare(fromMs?: number): Promise<void>
  start(ledger: Pick<Ledger, 'replayReceipt'>): void
  /** Resolves when what was under way has ended. */
  stop(): Promise<void>
}

interface Options {
  readonly rows: Rows
  readonly transact: Transact
  readonly folding: Folding
  readonly activityFolding: Folding
  readonly retention: RetentionPolicy
  /** Shortens some of the addresses that are due; whether there may be more. */
  readonly shorten: () => Promise<boolean>
  readonly clock: Clock
  readonly logError: (error: unknown, doing: string) => void
}

const dayMs = 86_400_000
const turnEveryMs = 2_000
/** What waits is folded after so long, a full stretch of it at the next turn. */
const foldEveryMs = 10_000
const tidyEveryMs = 3_600_000
const shortenEveryMs = 60_000
/** Clicks and receipts of before may still come in, and the next months must be there when they begin. */
const monthsBack = 2
const monthsAhead = 3
/** A visitor is one for a day; the day before is kept for clocks that differ. */
const visitDays = 2
/** A table is planned for anew when it has become this many times larger, from this many rows on. */
const grownBy = 4
const smallTable = 250

export function createUpkeep({
  rows,
  transact,
  folding,
  activityFolding,
  retention,
  shorten,
  clock,
  logError,
}: Options): Upkeep {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let tidiedAtMs = 0
  let foldedAtMs = 0
  let shortenNextMs = 0

  async function prepare(fromMs = Number.POSITIVE_INFINITY): Promise<void> {
    const now = clock()
    await ensurePartitions(rows, Math.min(fromMs, now - monthsBack * 31 * dayMs), now + monthsAhead * 31 * dayMs)
    tidiedAtMs = now
  }

  async function tidy(): Promise<void> {
    await prepare()
    const now = clock()
    await rows(`delete from visit where day < $1::date`, [new Date(now - visitDays * dayMs).toISOString().slice(0, 10)])
    await rows(`delete from parked_postback where at < $1`, [new Date(now - retention.receiptDays * dayMs)])
    await dropOldMonths(rows, retention, now)
    while (!stopped && (await forgetOldKeys(rows, now)));
  }

  /**
   * The server looks for grown tables once a minute; one that goes from nothing to much needs it sooner. A tenth of the
   * usual sample tells how much there is, and the server's own look, which takes its time, follows.
   */
  async function analyzeGrown(): Promise<void> {
    const grown = await rows<{ name: string }>(
      `select quote_ident(s.relname) as name from pg_stat_user_tables s join pg_class c on c.oid = s.relid
        where s.n_mod_since_analyze > ${grownBy} * greatest(c.reltuples, ${smallTable})`,
    )
    for (const { name } of grown) {
      await transact(async (tx) => {
        await tx(`set local default_statistics_target = 10`)
        await tx(`analyze ${name}`)
      })
    }
  }

  async function turn(ledger: Pick<Ledger, 'replayReceipt'>): Promise<void> {
    try {
      await analyzeGrown()
      while (!stopped && (await rematchParked(rows, ledger)));
      const isTime = clock() - foldedAtMs >= foldEveryMs
      while (!stopped && (await folding.foldAll(isTime ? 1 : fullStretch)));
      while (!stopped && isTime && (await activityFolding.foldAll()));
      if (isTime) foldedAtMs = clock()
      if (clock() - tidiedAtMs >= tidyEveryMs) await tidy()
      // A slice a turn, so that what everyone waits for has its turn between.
      if (clock() >= shortenNextMs) shortenNextMs = clock() + ((await shorten()) ? 0 : shortenEveryMs)
    } catch (error) {
      logError(error, 'upkeep')
    }
  }

  function again(ledger: Pick<Ledger, 'replayReceipt'>): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = turn(ledger).finally(() => again(ledger))
    }, turnEveryMs)
  }

  return {
    prepare,
    start: again,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
