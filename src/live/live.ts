import pLimit from 'p-limit'
import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { Commit } from '../ledger/ledger-change.js'
import type { ConversionFilter, ReceiptFilter } from '../reporting/filters.input.js'
import type { AskedQuestion } from '../reporting/question.js'
import type { OpenBus } from './bus.js'
import { createChangeFeed } from './change-feed.js'
import type { Feed } from './feed.js'
import type { LiveLimits } from './limits.js'
import type { LiveParts } from './live-parts.js'
import { createPayloads } from './payloads.js'
import { createReceiptFeed } from './receipt-feed.js'
import { type RememberedCatalog, rememberCatalog } from './remember-catalog.js'
import { createReportFeed } from './report-feed.js'
import { createTails, type Tails } from './tails.js'
import { createWaitingRoom, type LiveCounts } from './waiting-room.js'
import type { WatchLive } from './watch-live.js'

/** What subscriptions follow. */
export interface Live {
  /** Every change that passes, in order; places are positions. Throws a CodedError for a filter that is not allowed. */
  changes(scope: Scope, filter: ConversionFilter): Feed
  /** Receipts as they are kept or settled, from now on. */
  receipts(scope: Scope, filter: ReceiptFilter): Feed
  /** A report, again whenever a figure in it has changed, at most once per `everyMs`. */
  report(scope: Scope, asked: AskedQuestion, everyMs: number): Feed
}

export interface LiveOptions {
  readonly rows: Rows
  readonly cursors: Cursors
  readonly clock: Clock
  readonly openBus: OpenBus
  /** Is given what is counted here, which it may want to tell of what it sees. */
  readonly watch?: (counts: LiveCounts) => WatchLive
  readonly limits: LiveLimits
  readonly onError: (error: unknown, doing: string) => void
}

const maxFarReads = 4

/** What only the composition root needs of it. */
interface Running {
  readonly catalog: RememberedCatalog
  readonly counts: LiveCounts
  readonly tails: Pick<Tails, 'size' | 'lag' | 'bus'>
  /** To be called with each commit of this node. */
  announce(commit: Commit): void
  close(): Promise<void>
}

export async function createLive(options: LiveOptions): Promise<Live & Running> {
  const { rows, cursors, clock, limits, onError } = options
  const catalog = rememberCatalog()
  const room = createWaitingRoom(limits)
  const tails = await createTails({ ...options, watch: options.watch?.(room.counts), remembered: catalog })
  const payloads = createPayloads(limits.maxPayloadBytes)
  const parts: LiveParts = { rows, cursors, clock, tails, payloads, room, farReads: pLimit(maxFarReads), onError }
  return {
    catalog,
    counts: room.counts,
    tails,
    changes: (scope, filter) => createChangeFeed(parts, scope, filter),
    receipts: (scope, filter) => createReceiptFeed(parts, scope, filter),
    report: (scope, asked, everyMs) => createReportFeed(parts, scope, asked, everyMs),
    announce: tails.announce,
    async close() {
      room.close()
      await tails.close()
    },
  }
}
