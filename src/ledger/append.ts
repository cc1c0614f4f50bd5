import pLimit from 'p-limit'
import type { CatalogCache } from '../catalog/catalog-cache.js'
import type { Pipeline } from '../database/pipeline.js'
import type { Clock } from '../kernel/clock.js'
import { unavailable } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { aboutEntry } from './about-entry.js'
import { type OnBatch, type WatchedRun, watchRun } from './batch-run.js'
import type { Answer, Entry } from './decide-batch.js'
import type { ClickAnswer, Ledger, PostbackAnswer, ReplayAnswer, StatusAnswer } from './entries.js'
import { isDataError } from './is-data-error.js'
import type { Commit } from './ledger-change.js'
import { createBatches, type UnderWay } from './prepare-batch.js'
import { isHeadMoved } from './read-batch.js'
import type { BatchEntry } from './wanted-by.js'

/**
 * The one write. Clicks, postbacks and changes of status queue up here, and go into the books a batch at a time: while
 * one batch commits, the next gathers, so batches grow with the load and a commit's fsync is shared by all in it.
 *
 * Two lanes take turns: while one commits its batch, the other prepares the next on top of it. One entry that the
 * database cannot take does not fail its batch: the batch is halved until that one stands alone. Trouble that is the
 * database's own is retried, with the same ids, until the entry's time is up.
 */
export interface LedgerOptions {
  readonly open: () => Promise<Pipeline>
  readonly catalogs: CatalogCache
  readonly clock: Clock
  /** Told after each commit, before its entries are answered. Two lanes' commits may be told in the other order. */
  readonly onCommit: (commit: Commit) => void
  readonly onBatch?: OnBatch
  readonly log: (message: string, error: unknown, about?: object) => void
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
  /** Decided, and not known to be committed. */
  underWay: UnderWay | null
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

/** What waits, for whoever watches over it. */
export interface Queue {
  readonly queued: number
}

const retryPauseMs = 100

export function createLedger({
  open,
  catalogs,
  clock,
  onCommit,
  onBatch,
  log,
  limits,
}: LedgerOptions): Ledger & Relievable & Queue & { close(): Promise<void> } {
  const queue: Queued[] = []
  const lanes: readonly Lane[] = [
    { busy: false, pipeline: null, batch: [], underWay: null },
    { busy: false, pipeline: null, batch: [], underWay: null },
  ]
  const batches = createBatches(catalogs, clock)
  // A batch is decided on what the one before it decided, so one at a time.
  const inTurn = pLimit(1)
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
      if (inTurn.activeCount + inTurn.pendingCount > 0) return
      const lane = lanes.find(({ busy }) => !busy)
      const isSecond = lanes.some(({ busy }) => busy)
      if (lane !== undefined && queue.length >= (isSecond ? limits.secondLaneFrom : 1)) void work(lane)
    })
  }

  async function work(lane: Lane): Promise<void> {
    lane.busy = true
    lane.batch = takeBatch()
    await settle(lane, lane.batch)
    lane.batch = []
    lane.busy = false
    if (queue.length > 0) wake()
    else if (lanes.every(({ busy }) => !busy)) idle?.()
  }

  /**
   * From the front, in order, but leaving behind what would bring in one workspace too many, and what the other lane
   * can prepare while this one commits: clients that wait for their answers would else all end up in one batch.
   */
  function takeBatch(): Queued[] {
    const unanswered = queue.length + lanes.reduce((sum, lane) => sum + lane.batch.length, 0)
    const most = Math.min(limits.maxBatch, Math.max(limits.secondLaneFrom, Math.ceil(unanswered / 2)))
    const workspaces = new Set<WorkspaceId>()
    const batch: Queued[] = []
    const left: Queued[] = []
    let index = 0
    for (; index < queue.length && batch.length < most; index += 1) {
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
      const run = watchRun(waiting, onBatch)
      try {
        return await commit(lane, waiting, run)
      } catch (error) {
        run.failed(error)
        if (isHeadMoved(error)) {
          waiting = waiting.filter(({ done }) => !done)
          continue
        }
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

  async function commit(lane: Lane, batch: readonly Queued[], run: WatchedRun): Promise<void> {
    lane.pipeline ??= await open()
    const { pipeline } = lane
    const prepared = await inTurn(() => prepare(lane, pipeline, batch)).finally(wake)
    run.prepared()
    try {
      const { answers, commits } = await prepared.underWay.committed
      const trace = run.committed()
      for (const commit of commits) onCommit(trace === undefined ? commit : { ...commit, trace })
      prepared.entries.forEach((queued, index) => {
        if (!queued.done) answer(queued, answers[index] as Answer) // as many answers as entries
      })
    } finally {
      lane.underWay = null
    }
  }

  async function prepare(lane: Lane, pipeline: Pipeline, batch: readonly Queued[]) {
    // While they waited for their turn, they may have been taken back.
    const entries = batch.filter(({ done }) => !done)
    const again = entries.some((queued) => queued.again)
    const before = lanes.find(({ underWay }) => underWay !== null)?.underWay ?? null
    const underWay = await batches.prepare(pipeline, entries, again, before)
    lane.underWay = underWay
    return { entries, underWay }
  }

  async function isolate(lane: Lane, batch: readonly Queued[], error: unknown): Promise<void> {
    const [only] = batch
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      await settle(lane, batch.slice(0, middle))
      await settle(lane, batch.slice(middle))
    } else if (only !== undefined) {
      log('the database cannot take an entry', error, aboutEntry(only.entry))
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
    get queued() {
      return queue.length
    },
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
