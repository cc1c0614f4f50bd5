import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import { type Connection, connectionTo } from './client.js'
import { readPassword } from './cluster.js'
import { foldersFor } from './place.js'
import { isRunning, readPidFile } from './postmaster.js'

/** The embedded database of a Pulseback that is running, for a second program beside it. */
export interface RunningDatabase {
  connection: Connection
  /** where on 127.0.0.1 it answers too */
  tcpPort: number | null
}

/** Starts nothing and writes nothing: the folder is in another process's hands. */
export const findRunningDatabase = async (
  dataDir: string,
  reachableRoot = '/var/lib/pulseback',
): Promise<RunningDatabase> => {
  const path = await realpath(dataDir).catch(() => resolve(dataDir))
  for (const folder of foldersFor(path, reachableRoot)) {
    const file = await readPidFile(folder)
    if (file?.status !== 'ready' || !isRunning(file.pid)) continue
    const password = await readPassword(folder)
    return { connection: connectionTo(file.socketFolder, file.port, password), tcpPort: file.tcpPort }
  }
  throw new StartupError(
    `No database is running in ${path}. Start Pulseback first (npm start), as the user that you are ` +
      'now and with the same DATA_DIR, or set DATABASE_URL.',
  )
}
