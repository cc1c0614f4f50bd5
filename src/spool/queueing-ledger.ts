import type { Catalog } from '../attribution/terms.js'
import type { Presence } from '../database/presence.js'
import { unavailable } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Relievable, Unanswered } from '../ledger/append.js'
import { type Answer, takesClicks } from '../ledger/decide-batch.js'
import type { ClickAnswer, ClickDraft, Ledger, PostbackAnswer, ReceiptDraft } from '../ledger/entries.js'
import { createDrain, type OpenBooking } from './drain.js'
import type { Spool } from './spool.js'
import type { SpoolableEntry } from './stored-entry.js'

/**
 * The ledger as the intake sees it. While the books can be written it is the ledger itself. When they cannot, what waits
 * for it and what comes after goes to the spool, is on the disk, and is answered under its final id; and what is in the
 * spool is booked, oldest first, until nothing is left. Only then do requests go to the ledger again: so whatever this
 * node took is booked in the order in which it came, and once, because what leaves the spool is booked as something that
 * may be in the books already.
 */
export interface QueueingLedger extends Ledger {
  /** Requests go to the spool: the database is away, or what came before has not been booked yet. */
  readonly isQueueing: boolean
  /** Books what it can within this time, and leaves the rest to the next start. The spool is closed. */
  close(withinMs: number): Promise<void>
}

export interface QueueingLedgerOptions {
  readonly ledger: Ledger & Relievable
  readonly spool: Spool
  readonly presence: Presence
  /** A writer of the books that keeps to the order, for as long as something waits. */
  readonly openBooking: OpenBooking
  /** What the database last said of a workspace's catalog. */
  readonly remembered: (workspaceId: WorkspaceId) => Catalog | null
  readonly log: (message: string, error?: unknown, about?: object) => void
}

/** How long the ledger may leave a request without an answer; less, where the database is known to be away. */
const patienceMs = 2_000
const shortPatienceMs = 250
/** When it is asked whether the database is there at all. */
const doubtMs = 500
const watchMs = 100
/** A look that comes so late was held up by this process itself, which had no time for answers either. */
const lateMs = 500

interface Waiting extends Unanswered {
  readonly entry: SpoolableEntry
}

export function createQueueingLedger(options: QueueingLedgerOptions): QueueingLedger {
  const { ledger, spool, presence, openBooking, remembered, log } = options
  let isQueueing = false
  let closing = false
  let turn: Waiting[] = []
  const drain = createDrain({ spool, presence, openBooking, log, isEmpty: () => turn.length === 0 })

  function queueUp(): void {
    if (isQueueing) return
    isQueueing = true
    log('the books cannot be written: requests are queued')
    for (const unanswered of ledger.takeBack()) keep(unanswered as Waiting) // it gives back clicks and postbacks only
    void bookQueued()
  }

  async function bookQueued(): Promise<void> {
    do await drain.run()
    while (!closing && (spool.entries > 0 || turn.length > 0))
    if (closing) return
    isQueueing = false
    log('all that was queued is booked')
    try {
      spool.shrink()
    } catch (error) {
      log('the spool could not be made smaller', error)
    }
  }

  /** All that one turn of the event loop brings shares a transaction, and its wait for the disk. */
  function keep(waiting: Waiting): void {
    turn.push(waiting)
    if (turn.length === 1) setImmediate(write)
  }

  function write(): void {
    const waiting = turn
    turn = []
    const answers = waiting.map(({ entry }) => answerOf(entry))
    const kept = waiting.filter((_, index) => isToBeKept(answers[index]))
    try {
      spool.write(kept)
    } catch (error) {
      for (const { reject } of waiting) reject(error)
      return
    }
    waiting.forEach(({ resolve, reject }, index) => {
      const answer = answers[index]
      if (answer == null) reject(unavailable())
      else resolve(answer)
    })
  }

  /** What can be said before it is booked; null: nothing, for want of a catalog. */
  function answerOf(entry: SpoolableEntry): ClickAnswer | PostbackAnswer | null {
    switch (entry.kind) {
      case 'click':
        return answerClick(entry.click, remembered(entry.click.workspaceId))
      case 'postback':
        return { ...receiptOf(entry.receipt), outcome: 'QUEUED', httpStatus: 202, reason: null }
      case 'refusal': {
        const { httpStatus, ...reason } = entry.refusal
        return { ...receiptOf(entry.receipt), outcome: 'REJECTED', httpStatus, reason }
      }
    }
  }

  /** Whether to the spool. If not, the ledger's own promise is handed on: all this costs then is the question. */
  const mustQueue = (): boolean => {
    if (!isQueueing && !ledger.hasRoom()) queueUp()
    return isQueueing
  }

  const queue = <Given extends Answer>(workspaceId: WorkspaceId, entry: SpoolableEntry): Promise<Given> =>
    new Promise((resolve, reject) => {
      // An entry of a kind gets an answer of its kind.
      keep({ workspaceId, entry, resolve: resolve as (answer: Answer) => void, reject })
    })

  let lookedAtMs = performance.now()
  let wasLate = false

  function watch(): void {
    const nowMs = performance.now()
    const isLate = nowMs - lookedAtMs > lateMs
    lookedAtMs = nowMs
    // What has come meanwhile is read before the next look. Only once: who is always late would never queue.
    wasLate = isLate && !wasLate
    if (wasLate) return
    const sinceMs = ledger.waitingSinceMs()
    if (sinceMs === null || isQueueing) return
    const waitedMs = Date.now() - sinceMs
    if (waitedMs >= doubtMs) void presence.doubt()
    if (waitedMs >= (presence.isAway ? shortPatienceMs : patienceMs)) queueUp()
  }

  const watching = setInterval(watch, watchMs)
  // What an earlier run left comes first.
  if (spool.entries > 0) queueUp()

  return {
    get isQueueing() {
      return isQueueing
    },
    keepClick: (click) =>
      mustQueue() ? queue<ClickAnswer>(click.workspaceId, { kind: 'click', click }) : ledger.keepClick(click),
    keepPostback: (receipt, request) =>
      mustQueue()
        ? queue<PostbackAnswer>(receipt.workspaceId, { kind: 'postback', receipt, request })
        : ledger.keepPostback(receipt, request),
    keepRefusal: (receipt, refusal) =>
      mustQueue()
        ? queue<PostbackAnswer>(receipt.workspaceId, { kind: 'refusal', receipt, refusal })
        : ledger.keepRefusal(receipt, refusal),
    setConversionStatus: ledger.setConversionStatus,
    replayReceipt: ledger.replayReceipt,
    async close(withinMs) {
      closing = true
      await drain.stop(withinMs)
      clearInterval(watching)
      if (turn.length > 0) write()
      spool.close()
    },
  }
}

const receiptOf = ({ id }: ReceiptDraft) => ({ receiptId: id, conversionId: null })

function answerClick(click: ClickDraft, catalog: Catalog | null): ClickAnswer | null {
  const campaign = catalog?.campaigns.get(click.campaignId)
  const affiliate = catalog?.affiliates.get(click.affiliateId)
  if (campaign === undefined || affiliate === undefined) return null
  return { kept: takesClicks(campaign, affiliate), campaign, affiliateRef: affiliate.ref }
}

const isToBeKept = (answer: ClickAnswer | PostbackAnswer | null | undefined): boolean =>
  answer != null && (!('kept' in answer) || answer.kept)
