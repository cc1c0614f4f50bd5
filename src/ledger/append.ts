import type { CatalogCache } from '../catalog/catalog-cache.js'
import type { Pipeline } from '../database/pipeline.js'
import type { Clock } from '../kernel/clock.js'
import { unavailable } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { type BatchEntry, commitBatch } from './commit-batch.js'
import type { Answer, Entry } from './decide-batch.js'
import type { ClickAnswer, Ledger, PostbackAnswer, ReplayAnswer, StatusAnswer } from './entries.js'
import { isDataError } from './is-data-error.js'
import type { Commit } from './ledger-change.js'

/**
 * The one write. Clicks, postbacks and changes of status queue up here, and go into the books a batch at a time: while
 * one batch commits, the next gathers, so batches grow with the load and a commit's fsync is shared by all in it.
 *
 * Two lanes overlap: the second's batch waits on the head's lock while the first commits, and then reads a snapshot
 * from after it. One entry that the database cannot take does not fail its batch: the batch is halved until that one
 * stands alone. Trouble that is the database's own is retried, with the same ids, until the entry's time is up.
 */
export interface LedgerOptions {
  readonly open: () => Promise<Pipeline>
  readonly catalogs: CatalogCache
  readonly clock: Clock
  /** Told after each commit, before its entries are answered. Two lanes' commits may be told in the other order. */
  readonly onCommit: (commit: Commit) => void
  readonly log: (message: string, error: unknown) => void
  readonly limits: LedgerLimits
}

export interface LedgerLimits {
  readonly maxQueued: number
  readonly maxBatch: number
  readonly maxWorkspacesPerBatch: number
  /** How many must wait before a second batch is started beside the first. */
  readonly secondLaneFrom: number
  /** How long an entry may wait for the database to come back. */
  readonly giveUpAfterMs: number
}

export const ledgerLimits: LedgerLimits = {
  maxQueued: 20_000,
  maxBatch: 512,
  maxWorkspacesPerBatch: 8,
  secondLaneFrom: 16,
  giveUpAfterMs: 4_000,
}

/** An entry that somebody waits for. */
export interface Unanswered {
  readonly workspaceId: WorkspaceId
  readonly entry: Entry
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

interface Queued extends Unanswered {
  /** In the order of arrival. */
  readonly number: number
  readonly sinceMs: number
  /** Sent before, with an outcome that is not known: it may be in the books already. */
  again: boolean
  /** Its promise is settled, or somebody else's to settle. */
  done: boolean
}

interface Lane {
  busy: boolean
  pipeline: Pipeline | null
  /** What it is writing. */
  batch: readonly Queued[]
}

/** What whoever keeps entries safe beside the ledger needs of it. */
export interface Relievable {
  /** Books these in their order; they may be in the books already, and are then answered as they were. */
  bookAgain(entries: readonly BatchEntry[]): readonly Promise<Answer>[]
  /** Whether the queue takes another entry. */
  hasRoom(): boolean
  /** Since when the oldest entry waits that can be taken back, Unix ms; null: none does. */
  waitingSinceMs(): number | null
  /**
   * Hands over the clicks and postbacks that have no answer yet, in their order, and cuts the connections that they may
   * be on. Some may be in the books for all that, or get there yet.
   */
  takeBack(): readonly Unanswered[]
}

const retryPauseMs = 100

export function createLedger({
  open,
  catalogs,
  clock,
  onCommit,
  log,
  limits,
}: LedgerOptions): Ledger & Relievable & { close(): Promise<void> } {
  const queue: Queued[] = []
  const lanes: readonly Lane[] = [
    { busy: false, pipeline: null, batch: [] },
    { busy: false, pipeline: null, batch: [] },
  ]
  let arrived = 0
  let woken = false
  let closing = false
  let idle: (() => void) | null = null

  const hasRoom = () => queue.length < limits.maxQueued

  function append(workspaceId: WorkspaceId, entry: Entry, again = false): Promise<Answer> {
    if (closing || !hasRoom()) return Promise.reject(unavailable())
    return new Promise((resolve, reject) => {
      const sinceMs = Date.now()
      queue.push({ workspaceId, entry, number: arrived++, sinceMs, resolve, reject, again, done: false })
      wake()
    })
  }

  const answer = (queued: Queued, given: Answer) => {
    queued.done = true
    queued.resolve(given)
  }
  const refuse = (queued: Queued, error: unknown) => {
    queued.done = true
    queued.reject(error)
  }

  /** Waits for the end of this turn of the event loop, so that all requests that it read share a batch. */
  function wake(): void {
    if (woken) return
    woken = true
    setImmediate(() => {
      woken = false
      const [first, second] = lanes
      if (first !== undefined && !first.busy) void work(first, 1)
      else if (second !== undefined && !second.busy && queue.length >= limits.secondLaneFrom) {
        void work(second, limits.secondLaneFrom)
      }
    })
  }

  async function work(lane: Lane, atLeast: number): Promise<void> {
    lane.busy = true
    while (queue.length >= atLeast) {
      lane.batch = takeBatch()
      await settle(lane, lane.batch)
    }
    lane.batch = []
    lane.busy = false
    if (queue.length > 0) wake()
    else if (lanes.every(({ busy }) => !busy)) idle?.()
  }

  /** From the front, in order, but leaving behind what would bring in one workspace too many. */
  function takeBatch(): Queued[] {
    const workspaces = new Set<WorkspaceId>()
    const batch: Queued[] = []
    const left: Queued[] = []
    let index = 0
    for (; index < queue.length && batch.length < limits.maxBatch; index += 1) {
      const queued = queue[index] as Queued // index < length
      if (workspaces.has(queued.workspaceId) || workspaces.size < limits.maxWorkspacesPerBatch) {
        workspaces.add(queued.workspaceId)
        batch.push(queued)
      } else left.push(queued)
    }
    queue.splice(0, index, ...left)
    return batch
  }

  /** Commits a batch, or finds out why not; when it returns, every entry of it has its answer. */
  async function settle(lane: Lane, batch: readonly Queued[]): Promise<void> {
    for (let waiting = batch.filter(({ done }) => !done); waiting.length > 0; ) {
      try {
        return await commit(lane, waiting)
      } catch (error) {
        if (isDataError(error)) {
          await abandon(lane)
          return await isolate(lane, waiting, error)
        }
        drop(lane)
        for (const queued of waiting) queued.again = true
        const overdueMs = Date.now() - limits.giveUpAfterMs
        for (const queued of waiting) if (!queued.done && queued.sinceMs <= overdueMs) refuse(queued, unavailable())
        waiting = waiting.filter((queued) => !queued.done)
        log('a batch could not be written', error)
        if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, retryPauseMs))
      }
    }
  }

  async function commit(lane: Lane, batch: readonly Queued[]): Promise<void> {
    lane.pipeline ??= await open()
    // While the connection was opened, they may have been taken back.
    const here = batch.filter(({ done }) => !done)
    if (here.length === 0) return
    const again = here.some((queued) => queued.again)
    const { answers, commits } = await commitBatch(lane.pipeline, here, again, catalogs, clock)
    for (const commit of commits) onCommit(commit)
    here.forEach((queued, index) => {
      if (!queued.done) answer(queued, answers[index] as Answer) // as many answers as entries
    })
  }

  async function isolate(lane: Lane, batch: readonly Queued[], error: unknown): Promise<void> {
    const [only] = batch
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      await settle(lane, batch.slice(0, middle))
      await settle(lane, batch.slice(middle))
    } else if (only !== undefined) {
      log('the database cannot take an entry', error)
      await leaveReceipt(lane, only, error)
    }
  }

  /** A postback that cannot be booked still leaves its receipt, which says so. */
  async function leaveReceipt(lane: Lane, queued: Queued, error: unknown): Promise<void> {
    if (queued.entry.kind !== 'postback') return refuse(queued, error)
    const refusal = {
      code: 'NOT_STORABLE',
      message: 'a value of this request cannot be stored',
      field: null,
      httpStatus: 422,
    } as const
    const refused: Queued = { ...queued, entry: { kind: 'refusal', receipt: queued.entry.receipt, refusal } }
    await settle(lane, [refused])
    queued.done = refused.done
  }

  async function abandon(lane: Lane): Promise<void> {
    await lane.pipeline?.command('rollback').catch(() => drop(lane))
  }

  /** Cut, and not closed in good order: a connection that hangs would hang there too. */
  function drop(lane: Lane): void {
    lane.pipeline?.destroy()
    lane.pipeline = null
  }

  /** Changes of status and replays stay: whoever asked for one waits for what it did. */
  const canGo = ({ entry, done }: Queued) => !done && entry.kind !== 'status' && entry.kind !== 'replay'

  function takeBack(): Queued[] {
    const taken = [...lanes.flatMap(({ batch }) => batch), ...queue].filter(canGo)
    for (const queued of taken) queued.done = true
    const left = queue.filter(({ done }) => !done)
    queue.splice(0, queue.length, ...left)
    for (const lane of lanes) if (lane.busy) drop(lane)
    return taken.sort((one, other) => one.number - other.number)
  }

  return {
    keepClick: (click) => append(click.workspaceId, { kind: 'click', click }) as Promise<ClickAnswer>,
    keepPostback: (receipt, request) =>
      append(receipt.workspaceId, { kind: 'postback', receipt, request }) as Promise<PostbackAnswer>,
    keepRefusal: (receipt, refusal) =>
      append(receipt.workspaceId, { kind: 'refusal', receipt, refusal }) as Promise<PostbackAnswer>,
    setConversionStatus: (change) => append(change.workspaceId, { kind: 'status', change }) as Promise<StatusAnswer>,
    replayReceipt: (workspaceId, receiptId, dryRun) =>
      append(workspaceId, { kind: 'replay', receiptId, dryRun }) as Promise<ReplayAnswer>,
    bookAgain: (entries) => entries.map(({ workspaceId, entry }) => append(workspaceId, entry, true)),
    hasRoom,
    waitingSinceMs() {
      const oldest = [...lanes.map(({ batch }) => batch.find(canGo)), queue.find(canGo)].filter(
        (one) => one !== undefined,
      )
      return oldest.length === 0 ? null : Math.min(...oldest.map(({ sinceMs }) => sinceMs))
    },
    takeBack,
    async close() {
      closing = true
      if (queue.length > 0 || lanes.some(({ busy }) => busy)) {
        await new Promise<void>((resolve) => {
          idle = resolve
        })
      }
      await Promise.allSettled(lanes.map(({ pipeline }) => pipeline?.close()))
    },
  }
}
