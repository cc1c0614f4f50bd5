import { StartupError, unavailable } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { openSpoolFile, type SpoolFile } from './spool-file.js'
import { arrivedAtMs, type SpoolableEntry, toStoredEntry } from './stored-entry.js'

/**
 * What waits for the database, in the order in which it came. What was written is on the disk; what cannot be written,
 * because the spool or the disk is full or read-only, is refused whole, and may be written a moment later.
 */
export interface Spool {
  readonly entries: number
  /** How many of them are this workspace's. */
  entriesOf(workspaceId: WorkspaceId): number
  readonly bytes: number
  /** When the oldest of them arrived, Unix ms; null: there is none. */
  readonly oldestAtMs: number | null
  /** Whether it would take another entry: tried out, where the last try failed. */
  readonly takesMore: boolean
  /** All of them or, with UNAVAILABLE, none. */
  write(entries: readonly { workspaceId: WorkspaceId; entry: SpoolableEntry }[]): void
  /** The first so many. */
  oldest(limit: number): readonly SpooledEntry[]
  remove(entries: readonly SpooledEntry[]): void
  /** Keeps what the books will never take where it is in nobody's way. */
  setAside(entry: SpooledEntry, reason: string): void
  /** How many were, since the start. */
  readonly setAsideCount: number
  /** Gives the disk back what a long outage took, once nothing waits. */
  shrink(): void
  close(): void
}

export interface SpooledEntry {
  readonly number: number
  readonly workspaceId: WorkspaceId
  /** As `toStoredEntry` wrote it. */
  readonly body: string
}

export interface SpoolOptions {
  readonly folder: string
  readonly maxBytes: number
  readonly maxEntries: number
  readonly log: (message: string, error?: unknown) => void
}

/** A few pages are kept: making them anew with each short outage would cost more than they do. */
const smallBytes = 1_048_576
const maxSetAside = 1_000

export function openSpool({ folder, maxBytes, maxEntries, log }: SpoolOptions): Spool {
  let file: SpoolFile | null = null
  let failed = false
  let total = 0
  let aside = 0
  const counts = new Map<WorkspaceId, number>()

  /** Opens it when it is not: what could not be opened at the start may be by now. */
  function use(): SpoolFile['sql'] {
    if (file === null) {
      file = openSpoolFile(folder, maxBytes)
      const found = file.sql
        .prepare('select workspace_id as id, count(*) as count from entry group by workspace_id')
        .all()
      for (const { id, count } of found) move(id as WorkspaceId, Number(count))
    }
    return file.sql
  }

  function move(workspaceId: WorkspaceId, by: number): void {
    total += by
    const count = (counts.get(workspaceId) ?? 0) + by
    if (count === 0) counts.delete(workspaceId)
    else counts.set(workspaceId, count)
  }

  function inTransaction(work: (sql: SpoolFile['sql']) => void): void {
    const sql = use()
    sql.exec('begin immediate')
    try {
      work(sql)
      sql.exec('commit')
    } catch (error) {
      if (sql.isTransaction) sql.exec('rollback')
      throw error
    }
  }

  const pages = (what: 'page_count' | 'freelist_count' | 'page_size'): number =>
    file === null ? 0 : Number(Object.values(file.sql.prepare(`pragma ${what}`).get() ?? {})[0])

  function write(entries: readonly { workspaceId: WorkspaceId; entry: SpoolableEntry }[]): void {
    try {
      if (total + entries.length > maxEntries) throw new Error(`the spool holds ${total} entries`)
      inTransaction((sql) => {
        const insert = sql.prepare('insert into entry (workspace_id, at_ms, body) values (?, ?, ?)')
        for (const { workspaceId, entry } of entries) insert.run(workspaceId, arrivedAtMs(entry), toStoredEntry(entry))
      })
    } catch (error) {
      if (!failed) log('the spool takes nothing more', error)
      failed = true
      throw unavailable(error)
    }
    if (failed) log('the spool can be written again')
    failed = false
    for (const { workspaceId } of entries) move(workspaceId, 1)
  }

  /** As a write would, but leaves nothing. */
  function isWritable(): boolean {
    try {
      inTransaction((sql) => {
        sql.prepare(`insert into entry (workspace_id, at_ms, body) values ('', 0, ?)`).run(' '.repeat(4_096))
        sql.exec('delete from entry where number = last_insert_rowid()')
      })
      return true
    } catch {
      return false
    }
  }

  try {
    use()
  } catch (error) {
    if (error instanceof StartupError) throw error
    failed = true
    log(`the spool in ${folder} cannot be used: while the database is away, requests are refused`, error)
  }

  return {
    get entries() {
      return total
    },
    entriesOf: (workspaceId) => counts.get(workspaceId) ?? 0,
    get bytes() {
      return (pages('page_count') - pages('freelist_count')) * pages('page_size')
    },
    get oldestAtMs() {
      const oldest = file?.sql.prepare('select at_ms from entry order by number limit 1').get()
      return oldest === undefined ? null : Number(oldest.at_ms)
    },
    get takesMore() {
      return total < maxEntries && (!failed || isWritable())
    },
    write,
    oldest: (limit) =>
      use()
        .prepare('select number, workspace_id as workspaceId, body from entry order by number limit ?')
        .all(limit) as unknown as SpooledEntry[], // as the columns are named
    remove(entries) {
      inTransaction((sql) => {
        const remove = sql.prepare('delete from entry where number = ?')
        for (const { number } of entries) remove.run(number)
      })
      for (const { workspaceId } of entries) move(workspaceId, -1)
    },
    setAside(entry, reason) {
      inTransaction((sql) => {
        sql
          .prepare('insert into set_aside select number, body, ? from entry where number = ?')
          .run(reason, entry.number)
        sql.prepare('delete from entry where number = ?').run(entry.number)
        sql.exec(
          `delete from set_aside where number not in
             (select number from set_aside order by number desc limit ${maxSetAside})`,
        )
      })
      move(entry.workspaceId, -1)
      aside += 1
    },
    get setAsideCount() {
      return aside
    },
    shrink() {
      if (file === null || total > 0 || pages('page_count') * pages('page_size') <= smallBytes) return
      // Nothing waits, so there is next to nothing to copy.
      file.sql.exec('vacuum; pragma wal_checkpoint(truncate)')
    },
    close() {
      file?.close()
      file = null
    },
  }
}
