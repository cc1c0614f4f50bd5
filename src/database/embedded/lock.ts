import { chmodSync, lchownSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../kernel/errors.js'

/**
 * Invariant: of all processes that use one data folder, one holds its lock, from before it looks at what is inside
 * until its end, however it ends. So whatever is done to the folder, the server's start and restart included, is done
 * by one process alone.
 *
 * Node has no file locks of its own; SQLite has: an exclusive transaction on an empty file is a lock that the system
 * drops with the process, even after kill -9, and that holds between containers too. A process that opens and closes
 * such a file by other means loses its lock on it: nothing else may touch it, hence the process id in another file.
 */
export interface FolderLock {
  release(): void
}

const patienceMs = 1_000
const sqliteBusy = 5

// A collected database object is closed, and its lock gone: they are kept from the collector here.
const held = new Set<DatabaseSync>()

const tryLock = (file: string): DatabaseSync | undefined => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    // Nothing is ever written: a journal would only be one more file.
    database.exec('pragma journal_mode = memory; begin exclusive')
    return database
  } catch (error) {
    if (database?.isOpen) database.close()
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
    if (code === sqliteBusy) return undefined
    throw new StartupError(
      `The lock file ${file} cannot be used (${error instanceof Error ? error.message : String(error)}). ` +
        'The data folder must be writable, and on a file system with locks.',
    )
  }
}

const holderOf = (pidFile: string): string => {
  try {
    return `process ${readFileSync(pidFile, 'utf8').trim()}`
  } catch {
    return 'its process id is not known'
  }
}

/** A process that has just been killed may take a moment to go: hence the patience. */
const lockPatiently = async (file: string): Promise<DatabaseSync | undefined> => {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const database = tryLock(file)
    if (database || Date.now() > deadline) return database
    await sleep(50)
  }
}

export const lockFolder = async (dataDir: string): Promise<FolderLock> => {
  const file = join(dataDir, 'pulseback.lock')
  const pidFile = join(dataDir, 'pulseback.pid')
  const database = await lockPatiently(file)
  if (!database) {
    throw new StartupError(
      `Another Pulseback (${holderOf(pidFile)}) is using the data folder ${dataDir}. ` +
        'Stop it, or give this one a data folder of its own.',
    )
  }
  held.add(database)
  // Whoever can read it can lock it, against us.
  chmodSync(file, 0o600)
  rmSync(pidFile, { force: true })
  writeFileSync(pidFile, `${process.pid}\n`, { flag: 'wx' })
  if (process.getuid?.() === 0) {
    // A run as root must not lock out later runs of the folder's owner.
    const owner = statSync(dataDir)
    for (const path of [file, pidFile]) lchownSync(path, owner.uid, owner.gid)
  }
  return {
    release() {
      if (!held.delete(database)) return
      rmSync(pidFile, { force: true })
      database.close()
    },
  }
}
