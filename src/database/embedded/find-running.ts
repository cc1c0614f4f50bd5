import { askDataFolder, type Connection, connectionTo } from './client.js'
import { readPassword } from './cluster.js'
import { canonicalFolder, findPlace } from './place.js'
import { readPidFile } from './postmaster.js'

/** The embedded database of a Pulseback that is running, for a command beside it. */
export interface RunningDatabase {
  readonly connection: Connection
  /** where on 127.0.0.1 it answers too */
  readonly tcpPort: number | null
}

/**
 * The way to the embedded server of a data folder that another process of ours keeps running; null where none runs. It
 * is that process's server still: it ends when that one ends it. Starts nothing and writes nothing.
 */
export async function findRunningDatabase(
  dataDir: string,
  reachableRoot = '/var/lib/pulseback',
): Promise<RunningDatabase | null> {
  const { folder, made } = await findPlace(await canonicalFolder(dataDir), reachableRoot, () => undefined)
  const server = made ? await readPidFile(folder) : undefined
  if (server?.status !== 'ready') return null
  const connection = connectionTo(server.socketFolder, server.port, await readPassword(folder))
  const served = await askDataFolder(connection).catch(() => null)
  return served === folder ? { connection, tcpPort: server.tcpPort } : null
}
