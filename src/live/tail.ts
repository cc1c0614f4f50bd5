import type { Commit, LedgerChange, LedgerHead } from '../ledger/ledger-change.js'

/**
 * What a node was told of a workspace's books: a commit in full, by the node that made it, or only how far they have
 * come. Any of it may be lost, late or doubled: positions tell.
 */
export interface News extends LedgerHead {
  readonly changes: Commit['changes']
  /** Null: not known, so it may be anything. */
  readonly touched: Commit['touched'] | null
  readonly trace?: Commit['trace']
}

/**
 * The end of one workspace's ledger, in memory: every line once, in order, whoever wrote it. It takes lines from those
 * who bring them as long as they follow on what it has; where a position is missing it waits a moment, for lines come
 * in another order than they were written, and then reads it from the ledger.
 *
 * Lines are passed on in batches, one after the other; those that come faster than the pace go together.
 */
export interface Tail {
  /** The newest state that is known of. */
  head(): LedgerHead
  /** Up to where lines were passed on. */
  delivered(): number
  /** Up to where they were or are being passed on: who begins to listen now hears what lies behind this. */
  reached(): number
  hear(news: News): void
  /** The lines behind a place, at most `limit`, as far as they are known; null where memory does not reach back. */
  behind(after: number, limit: number): readonly LedgerChange[] | null
  /** Reads what lies behind a place back into memory, if it is not too much. */
  recall(after: number): Promise<void>
  stop(): void
}

export interface TailOptions {
  readonly head: LedgerHead
  /** Lines of the ledger behind `after`, up to and including `upTo`, at most `limit`. */
  readonly read: (after: number, upTo: number, limit: number) => Promise<LedgerChange[]>
  /** Makes messages of lines; what it gives passes them on, in one turn. */
  readonly prepare: (lines: readonly LedgerChange[], from: number, upTo: number) => Promise<() => void>
  readonly onError: (error: unknown, doing: string) => void
  readonly paceMs: number
  readonly maxRemembered: number
}

/** How long a missing position may still be under way from whoever wrote it. */
const lateMs = 15
const retryMs = 250
const maxBatch = 128
const readAtOnce = 500
/** Pieces that came too early; of more than this the ledger is asked instead. */
const maxEarly = 256

export function createTail(options: TailOptions): Tail {
  const { read, prepare, onError, paceMs, maxRemembered } = options
  let head = options.head
  /** Positions base + 1 to base + lines.length, without a hole. */
  let base = head.position
  let lines: LedgerChange[] = []
  let delivered = head.position
  let reached = head.position
  const early = new Map<number, readonly LedgerChange[]>()
  let isDelivering = false
  let isFetching = false
  let lastMs = Number.NEGATIVE_INFINITY
  let recalling: Promise<void> | null = null
  let stopped = false
  const timers = new Set<NodeJS.Timeout>()

  const known = () => base + lines.length

  function later(ms: number, work: () => void): void {
    // What was under way when it was stopped may still fail: nobody waits for it any more.
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }

  function hear(news: News): void {
    if (stopped) return
    const { changes, touched: _, trace: __, ...state } = news
    head = newest(head, state)
    take(changes)
    if (known() < head.position && !isFetching) {
      isFetching = true
      later(lateMs, () => void fetchMissing())
    }
    wake()
  }

  function take(changes: readonly LedgerChange[]): void {
    const [first] = changes
    if (first === undefined) return
    if (first.position > known() + 1) {
      if (early.size < maxEarly) early.set(first.position, changes)
      return
    }
    for (const change of changes) if (change.position > known()) lines.push(change)
    const next = early.get(known() + 1)
    if (next !== undefined) {
      early.delete(known() + 1)
      take(next)
    }
  }

  async function fetchMissing(): Promise<void> {
    try {
      while (!stopped && known() < head.position) {
        const found = await read(known(), head.position, readAtOnce)
        if (found.length === 0) throw new Error(`position ${known() + 1} is counted but not in the ledger`)
        take(found.filter(({ position }) => position > known()))
        wake()
      }
      for (const first of early.keys()) if (first <= known()) early.delete(first)
      isFetching = false
    } catch (error) {
      onError(error, 'reading lines of the ledger that were missed')
      later(retryMs, () => void fetchMissing())
    }
  }

  function wake(): void {
    if (isDelivering || stopped || delivered === known()) return
    isDelivering = true
    const waitMs = lastMs + paceMs - performance.now()
    if (waitMs > 0) later(waitMs, () => void deliver())
    else setImmediate(() => void deliver())
  }

  async function deliver(): Promise<void> {
    if (stopped) return
    const from = delivered
    const batch = lines.slice(from - base, from - base + maxBatch)
    const upTo = from + batch.length
    reached = upTo
    try {
      const passOn = await prepare(batch, from, upTo)
      if (stopped) return
      passOn()
      delivered = upTo
    } catch (error) {
      onError(error, 'passing on lines of the ledger')
      return later(retryMs, () => void deliver())
    }
    lastMs = performance.now()
    isDelivering = false
    forget()
    wake()
  }

  /** In large pieces, so that it costs nothing by the line. */
  function forget(): void {
    const over = Math.min(lines.length - maxRemembered, delivered - base)
    if (over < maxRemembered / 4) return
    lines = lines.slice(over)
    base += over
  }

  async function readBack(after: number): Promise<void> {
    const found: LedgerChange[] = []
    const end = base
    let from = after
    while (from < end) {
      const page = await read(from, end, readAtOnce)
      if (page.length === 0) throw new Error(`position ${from + 1} is counted but not in the ledger`)
      found.push(...page)
      from += page.length
    }
    // Meanwhile more may have been forgotten: then this no longer joins on.
    if (base !== end) return
    lines = [...found, ...lines]
    base = after
  }

  return {
    head: () => head,
    delivered: () => delivered,
    reached: () => reached,
    hear,
    behind: (after, limit) => (after < base ? null : lines.slice(after - base, after - base + limit)),
    async recall(after) {
      while (recalling !== null) await recalling
      if (after >= base || known() - after > maxRemembered) return
      recalling = readBack(after).finally(() => {
        recalling = null
      })
      await recalling
    },
    stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

const newest = (one: LedgerHead, other: LedgerHead): LedgerHead => ({
  workspaceId: one.workspaceId,
  epoch: one.epoch,
  position: Math.max(one.position, other.position),
  revision: Math.max(one.revision, other.revision),
  receiptSequence: Math.max(one.receiptSequence, other.receiptSequence),
  catalogVersion: Math.max(one.catalogVersion, other.catalogVersion),
})
