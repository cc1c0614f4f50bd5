import { type Cleanup, createCleanup } from './cleanup.js'

/** What goes on, beside the table. */
export const say = (line: string) => void process.stderr.write(`${line}\n`)

/** Runs a benchmark to its end, its failure or an interruption, and puts everything away. Gives whether it succeeded. */
export async function runBench(bench: (cleanup: Cleanup) => Promise<void>): Promise<boolean> {
  const cleanup = createCleanup()
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted) return
      interrupted = true
      say('putting everything away…')
      void cleanup.run().finally(() => process.exit(130))
    })
  }
  try {
    await bench(cleanup)
    return true
  } catch (error) {
    process.exitCode = 1
    // What was cut short by the clean-up itself is no news.
    if (!interrupted) say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return false
  } finally {
    await cleanup.run()
  }
}
