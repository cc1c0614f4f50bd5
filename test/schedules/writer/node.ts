import { createCatalogCache } from '../../../src/catalog/catalog-cache.js'
import { createPresence } from '../../../src/database/presence.js'
import { createLedger, type LedgerLimits } from '../../../src/ledger/append.js'
import type { Ledger } from '../../../src/ledger/entries.js'
import type { Commit } from '../../../src/ledger/ledger-change.js'
import { createQueueingLedger } from '../../../src/spool/queueing-ledger.js'
import type { MemoryDatabase } from '../memory/database.js'
import { type Disk, openMemorySpool } from '../memory/spool.js'
import type { Process, Scheduler } from '../scheduler.js'

/** A node as far as it writes: what `app.ts` puts together for that, on a database and a disk in memory. */
export interface WriterNode {
  readonly process: Process
  readonly disk: Disk
  readonly ledger: Ledger
  /** Nothing waits any more; all is let go of. */
  close(): Promise<void>
}

export interface WriterNodeOptions {
  readonly scheduler: Scheduler
  readonly database: MemoryDatabase
  readonly name: string
  readonly disk: Disk
  readonly hasSpool: boolean
  readonly limits: LedgerLimits
  readonly onCommit: (commit: Commit) => void
  readonly log: (message: string, error?: unknown) => void
}

export function startWriterNode(options: WriterNodeOptions): WriterNode {
  const { scheduler, database, name, disk, hasSpool, limits, onCommit, log } = options
  const process = scheduler.open(name)
  const clock = scheduler.nowMs
  return scheduler.as(process, () => {
    const rows = database.rows(process)
    const presence = createPresence({
      probe: async () => void (await rows('select workspace_id as "workspaceId", epoch', [[]])),
      log,
    })
    const catalogs = createCatalogCache({ rows, maxWorkspaces: 8, maxAgeMs: 2_000, now: clock, presence })
    const openLedger = (its: LedgerLimits) =>
      createLedger({ open: () => database.openPipeline(process), catalogs, clock, onCommit, log, limits: its })
    const straight = openLedger(limits)
    if (!hasSpool) return { process, disk, ledger: straight, close: straight.close }
    const drainLimits: LedgerLimits = {
      ...limits,
      maxQueued: Number.POSITIVE_INFINITY,
      secondLaneFrom: Number.POSITIVE_INFINITY,
      giveUpAfterMs: Number.POSITIVE_INFINITY,
    }
    const queueing = createQueueingLedger({
      ledger: straight,
      spool: openMemorySpool(disk),
      presence,
      openBooking: () => openLedger(drainLimits),
      remembered: catalogs.remembered,
      log,
    })
    return {
      process,
      disk,
      ledger: queueing,
      async close() {
        await queueing.close(5_000)
        presence.close()
        await straight.close()
      },
    }
  })
}
