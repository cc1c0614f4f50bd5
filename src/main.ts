import { createApp } from './app.js'
import { readConfig } from './config.js'
import { startEmbeddedDatabase } from './database/embedded/start.js'
import { type Demo, startDemo } from './demo/start-demo.js'
import { fail } from './fail.js'
import { ensureWorkspace } from './first-start.js'
import { welcome } from './welcome.js'

/** Start, signals, ordered shutdown: nothing else. */
async function main(): Promise<void> {
  const config = readConfig()
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedDatabase({ dataDir: config.dataDir, port: config.databasePort, log: say })
      : null
  const app = await createApp(config, embedded?.connection ?? { connectionString: config.databaseUrl ?? '' }).catch(
    async (error) => {
      await embedded?.stop()
      throw error
    },
  )

  let stopping = false
  let demo: Demo | null = null
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    say(`${signal}: draining…`)
    await demo?.stop()
    await app.close()
    await embedded?.stop()
    say('Stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal).catch(fail))

  const first = await ensureWorkspace(app, config)
  app.rates?.start()
  const listening = await app.server.listen({ port: config.port, host: config.host })
  if (config.demo) {
    demo = startDemo({ ...app, scope: first.scope, say })
    await demo.filled
  }
  if (!stopping) say(await welcome(app, first, config.publicUrl ?? listening, config.demo))
}

main().catch(fail)
