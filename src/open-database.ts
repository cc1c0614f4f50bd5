import type { ClientConfig } from 'pg'
import type { Config } from './config.js'
import { findRunningDatabase } from './database/embedded/find-running.js'
import { startEmbeddedDatabase } from './database/embedded/start.js'

/** The database of a command: the one that is set, or the embedded one, running beside a server or started for this. */
export async function openDatabase(
  { databaseUrl, dataDir }: Config,
  say: (line: string) => void,
): Promise<{ connection: ClientConfig; stop(): Promise<void> }> {
  const nothing = async () => {}
  if (databaseUrl !== null) return { connection: { connectionString: databaseUrl }, stop: nothing }
  const running = await findRunningDatabase(dataDir)
  if (running !== null) return { connection: running.connection, stop: nothing }
  return startEmbeddedDatabase({ dataDir, log: say })
}
