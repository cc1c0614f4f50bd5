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
import { createTails } from './tails.js'
import { createWaitingRoom } from './waiting-room.js'

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
  readonly limits: LiveLimits
  readonly onError: (error: unknown, doing: string) => void
}

const maxFarReads = 4

export async function createLive(
  options: LiveOptions,
): Promise<Live & { readonly catalog: RememberedCatalog; announce(commit: Commit): void; close(): Promise<void> }> {
  const { rows, cursors, clock, limits, onError } = options
  const catalog = rememberCatalog()
  const tails = await createTails({ ...options, remembered: catalog })
  const room = createWaitingRoom(limits)
  const payloads = createPayloads(limits.maxPayloadBytes)
  const parts: LiveParts = { rows, cursors, clock, tails, payloads, room, farReads: pLimit(maxFarReads), onError }
  return {
    catalog,
    changes: (scope, filter) => createChangeFeed(parts, scope, filter),
    receipts: (scope, filter) => createReceiptFeed(parts, scope, filter),
    report: (scope, asked, everyMs) => createReportFeed(parts, scope, asked, everyMs),
    /** To be called with each commit of this node. */
    announce: tails.announce,
    async close() {
      room.close()
      await tails.close()
    },
  }
}
