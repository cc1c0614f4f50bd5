import pLimit from 'p-limit'
import type { Cursors } from '../../../src/access/cursor.js'
import { scopeText } from '../../../src/access/scope.js'
import { createCatalogCache } from '../../../src/catalog/catalog-cache.js'
import { badInput } from '../../../src/kernel/errors.js'
import { createLedger, type LedgerLimits } from '../../../src/ledger/append.js'
import type { Commit } from '../../../src/ledger/ledger-change.js'
import { createChangeFeed } from '../../../src/live/change-feed.js'
import type { Group } from '../../../src/live/feed.js'
import type { LiveLimits } from '../../../src/live/limits.js'
import type { Payload } from '../../../src/live/payload.js'
import { createPayloads } from '../../../src/live/payloads.js'
import type { RememberedCatalog } from '../../../src/live/remember-catalog.js'
import type { Tail } from '../../../src/live/tail.js'
import { createTails } from '../../../src/live/tails.js'
import { createWaitingRoom } from '../../../src/live/waiting-room.js'
import type { ReadChange } from '../../../src/reporting/read-changes.js'
import type { MemoryBus } from '../memory/bus.js'
import type { MemoryDatabase } from '../memory/database.js'
import type { Process, Scheduler } from '../scheduler.js'
import type { Viewpoint } from './viewpoints.js'

/** A node as far as it books and tells of it: what `createLive` puts together for changes, and a writer. */
export interface LiveNode {
  readonly process: Process
  readonly ledger: ReturnType<typeof createLedger>
  /** Those of its tails that were ever followed. */
  readonly tails: ReadonlySet<Tail>
  use(viewpoint: Viewpoint): Promise<UsedGroup>
  close(): Promise<void>
}

/** A group, as long as somebody uses it, for all who ask the same: as `graph/subscriptions.ts` keeps them. */
export interface UsedGroup {
  readonly group: Group
  release(): void
}

export interface LiveNodeOptions {
  readonly scheduler: Scheduler
  readonly database: MemoryDatabase
  readonly bus: MemoryBus
  readonly name: string
  readonly limits: LiveLimits
  readonly ledgerLimits: LedgerLimits
  readonly showing: { readonly slowOneIn: number; readonly failsOneIn: number }
  readonly onCommit: (commit: Commit) => void
  readonly log: (message: string, error: unknown) => void
}

/** As text that can be read, for nobody here looks for what it hides. */
export const plainCursors: Cursors = {
  seal: (scope, { epoch, position }) => `${scopeText(scope)} ${epoch} ${position}`,
  open(scope, text) {
    const [whose, epoch, position] = text.split(' ')
    if (whose !== scopeText(scope)) throw badInput('This cursor was not given out to this viewer.', 'after')
    return { epoch: Number(epoch), position: Number(position), revision: 0, catalogVersion: 0 }
  },
}

/** Nothing of the catalog is shown. */
const noCatalog: RememberedCatalog = { of: () => null, atVersion: () => undefined, forget: () => undefined }

export async function startLiveNode(options: LiveNodeOptions, process: Process): Promise<LiveNode> {
  const { scheduler, database, bus, limits, ledgerLimits, showing, onCommit, log } = options
  const { choices, offer } = scheduler
  const clock = scheduler.nowMs
  const rows = database.rows(process)
  const onError = (error: unknown, doing: string) => log(doing, error)
  const opened = await createTails({ rows, openBus: bus.openFor(process), remembered: noCatalog, limits, onError })
  const seen = new Set<Tail>()
  const tails: typeof opened = {
    ...opened,
    follow: (workspaceId, listen) =>
      opened.follow(workspaceId, (followed) => {
        seen.add(followed.tail)
        return listen(followed)
      }),
  }
  const room = createWaitingRoom(limits)
  const payloads = createPayloads(limits.maxPayloadBytes)
  const parts = { rows, cursors: plainCursors, clock, tails, payloads, room, farReads: pLimit(4), onError }
  const ledger = createLedger({
    open: () => database.openPipeline(process),
    catalogs: createCatalogCache({ rows, maxWorkspaces: 8, maxAgeMs: 2_000, now: clock }),
    clock,
    onCommit(commit) {
      onCommit(commit)
      tails.announce(commit)
    },
    log,
    limits: ledgerLimits,
  })
  const groups = new Map<string, { readonly opening: Promise<Group>; users: number }>()

  /** An execution may ask the database for something, and then takes its time, or fails. */
  function render({ name }: Viewpoint, change: ReadChange): Promise<Payload> {
    const { position, kind, status, matches, revenue, payout, conversion, cursor } = change
    const body = Buffer.from(
      JSON.stringify({ position, kind, status, matches, revenue, payout, conversion: conversion.id }),
    )
    const payload = { body, cursor: cursor ?? null }
    if (scheduler.isCalm || !choices.oneIn(showing.slowOneIn)) return Promise.resolve(payload)
    return new Promise((resolve, reject) => {
      const fails = choices.oneIn(showing.failsOneIn)
      offer(`${process.name}: ${fails ? 'cannot show' : 'shows'} ${position} to ${name}`, process, () => {
        if (fails) reject(new Error('what is shown could not be read'))
        else resolve(payload)
      })
    })
  }

  return {
    process,
    ledger,
    tails: seen,
    async use(viewpoint) {
      const key = viewpoint.name
      const used = groups.get(key) ?? {
        opening: createChangeFeed(parts, viewpoint.scope, viewpoint.filter).open({
          id: viewpoint.renderer,
          render: (value) => render(viewpoint, value as ReadChange),
        }),
        users: 0,
      }
      groups.set(key, used)
      used.users += 1
      const release = () => {
        used.users -= 1
        if (used.users > 0) return
        if (groups.get(key) === used) groups.delete(key)
        used.opening.then((group) => group.close()).catch(() => undefined)
      }
      try {
        return { group: await used.opening, release }
      } catch (error) {
        release()
        throw error
      }
    },
    async close() {
      room.close()
      await tails.close()
      await ledger.close()
    },
  }
}
