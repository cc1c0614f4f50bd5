import { join } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import { findNativeFolder, prepareBinaries } from './binaries.js'
import { type Connection, connectionTo } from './client.js'
import { createCluster, readPassword } from './cluster.js'
import { keepRunning } from './keeper.js'
import { launch, type ServerFiles } from './launch.js'
import { type FolderLock, lockFolder } from './lock.js'
import { createServerLog } from './log.js'
import { assertServable, canonicalFolder, findPlace } from './place.js'
import { chooseSocketFolder, removeSocketFolder } from './socket.js'
import { isRoot } from './user.js'

/**
 * A real PostgreSQL of our own, for a start without any set-up. It is a process of its own that outlives us: after a
 * kill -9 of ours it has lost nothing, and the next run takes it over.
 */
export interface EmbeddedDatabase {
  /** what `pg` takes; stays the same when the server is started again */
  connection: Connection
  /** the folder the data is in: dataDir/postgres, or elsewhere when the server's own user cannot enter dataDir */
  folder: string
  /** true when a server left running by a killed run was taken over */
  adopted: boolean
  /** resolves when the server has stopped; does not hang when it is dead already */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  dataDir: string
  log: (line: string) => void
  /** where on 127.0.0.1 it answers too; null or none: at its socket alone, which only its owner can reach */
  port?: number | null
  /** of postgresql.conf; they win over ours */
  settings?: Record<string, string>
  /** where things go, under root, that the server's user could not reach where they are */
  reachableRoot?: string
  /** how long an orderly shutdown may take before an immediate one */
  stopTimeoutMs?: number
}

const prepare = async (options: EmbeddedOptions, dataDir: string): Promise<ServerFiles> => {
  const { log, port = null, settings = {}, reachableRoot = '/var/lib/pulseback', stopTimeoutMs = 10_000 } = options
  const native = await findNativeFolder()
  const place = await findPlace(dataDir, reachableRoot, log)
  const copies = isRoot() ? reachableRoot : dataDir
  const binaries = await prepareBinaries(native, place.user, copies, log)
  await assertServable(place, binaries.major)
  if (!place.made) {
    log(`Making a new database in ${place.folder}`)
    await createCluster(place, binaries)
  }
  const serverLog = createServerLog(join(place.home, 'postgres.log'), place.user)
  const password = await readPassword(place.folder)
  const { folder, user } = place
  return { folder, password, user, postgres: binaries.postgres, port, settings, serverLog, log, stopTimeoutMs }
}

const startLocked = async (options: EmbeddedOptions, dataDir: string, lock: FolderLock): Promise<EmbeddedDatabase> => {
  const files = await prepare(options, dataDir)
  const chosen = await chooseSocketFolder(files.folder, files.user)
  const server = await launch(files, chosen, new AbortController().signal)
  if (server.adopted) options.log(`Taking over PostgreSQL (process ${server.pid}), which an earlier run left running`)
  const keeper = keepRunning(files, server)
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    try {
      await keeper.stop()
      await removeSocketFolder(server.socketFolder, files.folder)
    } finally {
      lock.release()
    }
  }
  return {
    connection: connectionTo(server.socketFolder, server.port, files.password),
    folder: files.folder,
    adopted: server.adopted,
    stop: () => (stopped ??= stop()),
  }
}

export const startEmbeddedDatabase = async (options: EmbeddedOptions): Promise<EmbeddedDatabase> => {
  const dataDir = await canonicalFolder(options.dataDir)
  const lock = await lockFolder(dataDir)
  try {
    return await startLocked(options, dataDir, lock)
  } catch (error) {
    lock.release()
    if (error instanceof StartupError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartupError(
      `The embedded PostgreSQL could not be started (${reason}). Free what it needs, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}
