import type { Rows } from '../database/rows.js'
import { CodedError } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Commit } from '../ledger/ledger-change.js'
import { readHeads } from '../ledger/read-heads.js'
import { readLedger } from '../ledger/read-ledger.js'
import { type Audience, createAudience } from './audience.js'
import type { Bus, OpenBus } from './bus.js'
import type { LiveLimits } from './limits.js'
import type { RememberedCatalog } from './remember-catalog.js'
import { createTail, type News, type Tail } from './tail.js'
import type { WatchLive } from './watch-live.js'

/** A workspace's tail, and those who listen to it. */
export interface Followed {
  readonly tail: Tail
  /** Who is to be given changes. */
  readonly audience: Audience
  readonly listeners: Set<Listener>
  /** Looks at the database now, whatever else is heard. */
  look(): Promise<void>
}

export interface Listener {
  /** Told of all news, and at least every second that there is none. */
  hear?(news: News): void
  /** The books were restored from a back-up: what was sent may be something else now. */
  expire(): void
}

/** The tails of those workspaces that somebody follows on this node. */
export interface Tails {
  /** The listener hears of all that comes after the tail's head at this moment. */
  follow<L extends Listener>(workspaceId: WorkspaceId, listen: (followed: Followed) => L): Promise<Following<L>>
  hear(news: News): void
  /** A commit of this node: for its own followers, and for other nodes'. Never throws. */
  announce(commit: Commit): void
  /** How many workspaces are followed. */
  readonly size: number
  /** By how many changes the passing on is behind what is known of, where it is furthest. */
  lag(): number
  readonly bus: Pick<Bus, 'kind' | 'isConnected'>
  close(): Promise<void>
}

export interface Following<L extends Listener> {
  /** What `listen` gave. */
  readonly listener: L
  readonly followed: Followed
  leave(): void
}

export interface TailsOptions {
  readonly rows: Rows
  readonly openBus: OpenBus
  readonly remembered: RememberedCatalog
  readonly limits: LiveLimits
  readonly watch?: WatchLive
  readonly onError: (error: unknown, doing: string) => void
}

interface Entry {
  readonly starting: Promise<Followed>
  followed: Followed | null
  /** Heard before it was known where the tail begins. */
  readonly early: News[]
  readonly stopHearing: () => void
  followers: number
}

/** Of what is heard while a tail starts; the rest is found by looking. */
const maxEarly = 1_000

export async function createTails(options: TailsOptions): Promise<Tails> {
  const { rows, openBus, remembered, limits, watch, onError } = options
  const entries = new Map<WorkspaceId, Entry>()
  const bus = await openBus(hear)

  function hear(news: News): void {
    const entry = entries.get(news.workspaceId)
    if (entry === undefined) return
    const { followed, early } = entry
    if (followed === null) {
      if (early.length < maxEarly) early.push(news)
      return
    }
    const { epoch, revision } = followed.tail.head()
    if (news.epoch > epoch) expire(news.workspaceId, followed)
    if (news.epoch !== epoch) return
    remembered.atVersion(news.workspaceId, news.catalogVersion)
    watch?.heard(news)
    followed.tail.hear(news)
    // Of what moved the figures between what was known and this, nothing is known.
    const isMissing = news.revision > revision + (news.touched === null ? 0 : 1)
    const touched = isMissing ? null : (news.touched ?? [])
    for (const listener of followed.listeners) listener.hear?.({ ...news, touched })
  }

  function expire(workspaceId: WorkspaceId, { tail, listeners }: Followed): void {
    entries.get(workspaceId)?.stopHearing()
    entries.delete(workspaceId)
    remembered.forget(workspaceId)
    tail.stop()
    for (const listener of [...listeners]) listener.expire()
  }

  async function start(workspaceId: WorkspaceId): Promise<Followed> {
    const [head] = await readHeads(rows, [workspaceId])
    if (head === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
    remembered.atVersion(workspaceId, head.catalogVersion)
    const audience = createAudience()
    const tail = createTail({
      head,
      read: (after, upTo, limit) => readLedger(rows, workspaceId, after, upTo, limit),
      prepare: watch?.passing(workspaceId, audience.prepare) ?? audience.prepare,
      onError,
      paceMs: limits.paceMs,
      maxRemembered: limits.maxRemembered,
    })
    return { tail, audience, listeners: new Set(), look: () => lookAt([workspaceId]) }
  }

  async function lookAt(workspaceIds: readonly WorkspaceId[]): Promise<void> {
    for (const head of await readHeads(rows, workspaceIds)) hear({ ...head, changes: [], touched: null })
  }

  function enter(workspaceId: WorkspaceId): Entry {
    const entry: Entry = {
      starting: start(workspaceId),
      followed: null,
      early: [],
      stopHearing: bus.follow(workspaceId),
      followers: 0,
    }
    entries.set(workspaceId, entry)
    entry.starting.then(
      (followed) => {
        entry.followed = followed
        for (const news of entry.early.splice(0)) hear(news)
      },
      () => {
        if (entries.get(workspaceId) === entry) entries.delete(workspaceId)
        entry.stopHearing()
      },
    )
    return entry
  }

  function leave(workspaceId: WorkspaceId, entry: Entry): void {
    entry.followers -= 1
    if (entry.followers > 0 || entries.get(workspaceId) !== entry) return
    entries.delete(workspaceId)
    entry.stopHearing()
    remembered.forget(workspaceId)
    entry.followed?.tail.stop()
  }

  let isLooking = false
  /** What nobody told of, or what was lost on the way, is found here. */
  async function look(): Promise<void> {
    if (isLooking || entries.size === 0) return
    isLooking = true
    try {
      await lookAt([...entries.keys()])
    } catch (error) {
      onError(error, 'looking at the heads of the ledgers that are followed')
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void look(), limits.lookMs)

  return {
    async follow(workspaceId, listen) {
      const entry = entries.get(workspaceId) ?? enter(workspaceId)
      entry.followers += 1
      try {
        const followed = await entry.starting
        if (entries.get(workspaceId) !== entry) throw new CodedError('UNAVAILABLE', 'Try again in a moment.')
        const listener = listen(followed)
        followed.listeners.add(listener)
        return {
          listener,
          followed,
          leave() {
            followed.listeners.delete(listener)
            leave(workspaceId, entry)
          },
        }
      } catch (error) {
        leave(workspaceId, entry)
        throw error
      }
    },
    hear,
    announce(commit) {
      // What is committed is committed: trouble in telling of it is found by looking, and is not the ledger's.
      try {
        hear(commit)
        bus.publish(watch === undefined || bus.kind === 'none' ? commit : watch.published(commit, bus.kind))
      } catch (error) {
        onError(error, 'telling of a commit')
      }
    },
    get size() {
      return entries.size
    },
    lag() {
      const tails = [...entries.values()].flatMap(({ followed }) => (followed === null ? [] : [followed.tail]))
      return Math.max(0, ...tails.map((tail) => tail.head().position - tail.delivered()))
    },
    bus,
    async close() {
      clearInterval(timer)
      for (const { followed, stopHearing } of entries.values()) {
        stopHearing()
        followed?.tail.stop()
      }
      entries.clear()
      await bus.close()
    },
  }
}
