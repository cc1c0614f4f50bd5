import { chmodSync, closeSync, fsyncSync, lchownSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartupError } from '../kernel/errors.js'
import { storedForm } from './stored-entry.js'

/**
 * The file that entries wait in: SQLite, with a write-ahead log that is on the disk before a transaction is over. It
 * is locked for as long as it is open, and the system drops the lock with the process, however that ends: two nodes
 * never have the same spool.
 */
export interface SpoolFile {
  readonly sql: DatabaseSync
  close(): void
}

const sqliteBusy = 5
const pageBytes = 4_096
const patienceMs = 1_000

const settings = (maxBytes: number) => `
  pragma locking_mode = exclusive;
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma fullfsync = on;
  pragma page_size = ${pageBytes};
  pragma max_page_count = ${Math.floor(maxBytes / pageBytes)};
`

// Numbers are never given twice, so that their order is the order of arrival however much has left meanwhile.
const tables = `
  create table if not exists entry (
    number integer primary key autoincrement,
    workspace_id text not null,
    at_ms integer not null,
    body text not null
  ) strict;
  create table if not exists set_aside (
    number integer primary key,
    body text not null,
    reason text not null
  ) strict;
  pragma user_version = ${storedForm};
`

/** Throws a StartupError where another process has it, or a later version has written it; else whatever is wrong. */
export function openSpoolFile(folder: string, maxBytes: number): SpoolFile {
  const file = join(folder, 'spool.sqlite')
  const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined
  const sql = new DatabaseSync(file, { timeout: patienceMs })
  try {
    sql.exec(settings(maxBytes))
    const { user_version: form } = sql.prepare('pragma user_version').get() as { user_version: number }
    if (form > storedForm) {
      throw new StartupError(`The spool in ${folder} was written by a later version of Pulseback: start that one.`)
    }
    // It is a write, and so takes the lock.
    sql.exec(`begin immediate; ${tables} commit`)
    ownLikeAbove(folder, file)
    for (const made of isNew ? [folder, dirname(folder)] : [folder]) syncFolder(made)
    return { sql, close: () => sql.close() }
  } catch (error) {
    sql.close()
    throw isBusy(error) ? inUse(folder) : error
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteBusy

const inUse = (folder: string) =>
  new StartupError(
    `Another Pulseback keeps its spool in ${folder}. What waits there is its own; ` +
      'stop it, or give this one a data folder of its own (DATA_DIR).',
  )

/** It holds addresses of visitors. A run as root must not lock out later runs of the data folder's owner. */
function ownLikeAbove(folder: string, file: string): void {
  chmodSync(file, 0o600)
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(folder))
  for (const path of [folder, file, `${file}-wal`]) lchownSync(path, uid, gid)
}

/** So that a new file's name is on the disk as surely as what is in it. */
function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
