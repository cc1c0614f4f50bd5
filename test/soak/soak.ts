import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedServer, startServer } from '../support/server.js'

export type Say = (line: string) => void

/** A run against a server of its own, told of line by line; the exit code says whether all was well. */
export async function soak(
  options: object,
  run: (server: StartedServer, say: Say) => Promise<{ readonly problems: readonly string[]; readonly verdict: string }>,
): Promise<void> {
  const startedMs = performance.now()
  const say = (line: string) => {
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    process.stdout.write(`${String(seconds).padStart(5)} s  ${line}\n`)
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-soak-'))
  const server = await startServer(dataDir)
  say(`${JSON.stringify(options)}, the server is process ${server.child.pid}`)
  try {
    const { problems, verdict } = await run(server, say)
    for (const problem of problems.slice(0, 20)) say(problem)
    say(verdict)
    process.exitCode = problems.length === 0 ? 0 : 1
  } finally {
    await server.stop('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  }
}
