import type { ClientConfig } from 'pg'
import { migrations } from '../migrations/all.js'
import { catalogEntities } from './catalog/entities.js'
import type { Config } from './config.js'
import { findRunningDatabase } from './database/embedded/find-running.js'
import { startEmbeddedDatabase } from './database/embedded/start.js'
import { migrate } from './database/migrate.js'
import { createOrm, type Orm } from './database/orm.js'
import { biSchema } from './reporting/bi/views.js'
import { say } from './say.js'

/** Runs a command's work on the migrated database, beside a server or without one, and leaves things as they were. */
export async function withDatabase(config: Config, poolMax: number, work: (orm: Orm) => Promise<void>): Promise<void> {
  const { connection, stop } = await openDatabase(config)
  const orm = createOrm({ connection, poolMax, entities: catalogEntities, migrations })
  try {
    await migrate(orm, biSchema)
    await work(orm)
  } finally {
    await orm.close()
    await stop()
  }
}

/** The one that is set, or the embedded one, running already or started for this. */
async function openDatabase({
  databaseUrl,
  dataDir,
}: Config): Promise<{ connection: ClientConfig; stop(): Promise<void> }> {
  const nothing = async () => {}
  if (databaseUrl !== null) return { connection: { connectionString: databaseUrl }, stop: nothing }
  const running = await findRunningDatabase(dataDir)
  if (running !== null) return { connection: running.connection, stop: nothing }
  return startEmbeddedDatabase({ dataDir, log: say })
}
