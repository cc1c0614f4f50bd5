import { createApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { ensureWorkspace } from '../../src/first-start.js'
import { systemClock } from '../../src/kernel/clock.js'
import { liveLimits } from '../../src/live/limits.js'
import { answerCommands, measureMemory } from './answer-commands.js'
import { drive, type Pace, watchWrites } from './drive.js'
import { createInjector, type LiveCatalog } from './inject-changes.js'

/** The product, put together as its own main does, and driven from inside. */
interface DriveInput {
  readonly pace: Pace
  readonly catalog: LiveCatalog
  readonly perCommit: number
  /** By the campaign of a change: some of the clients that get it. */
  readonly watch: readonly (readonly number[])[]
}

const config = readConfig(process.env, [])
const database = await startEmbeddedDatabase({ dataDir: config.dataDir, log: () => {} })
// How fast changes go out is what is measured: none waits for those behind it.
const app = await createApp(config, database.connection, systemClock, { ...liveLimits, paceMs: 0 })
await ensureWorkspace(app, config)
const writes = watchWrites(app.server.server)

answerCommands(
  await app.server.listen({ port: 0, host: config.host }),
  {
    async drive({ pace, catalog, perCommit, watch }: DriveInput) {
      const injector = await createInjector(app, catalog)
      const driving = await drive(pace, async (number) => {
        await writes.untilWritten(watch[number % watch.length] ?? [], () => injector.hear(number, perCommit))
        return perCommit
      })
      await injector.settle()
      return driving
    },
    watch: writes.start,
    memory: measureMemory,
    cpu: () => process.cpuUsage(),
  },
  async () => {
    await app.close()
    await database.stop()
  },
)
