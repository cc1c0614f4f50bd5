import { execFileSync } from 'node:child_process'
import { freePort } from '../support/free-port.js'
import { type StartedServer, startServer } from '../support/server.js'

/** A node that comes back at the same address, over the same folder. */
export interface ChaosNode {
  readonly url: string
  readonly dataDir: string
  /** As it runs now. */
  readonly server: StartedServer
  /** How long each start took, until it said that it is ready. */
  readonly startsMs: readonly number[]
  start(more?: NodeJS.ProcessEnv): Promise<void>
  /** What it takes of the machine's memory. */
  residentBytes(): number
}

export interface NodeOptions {
  readonly dataDir: string
  readonly environment: NodeJS.ProcessEnv
  readonly program: string | undefined
}

export async function startNode({ dataDir, environment, program }: NodeOptions): Promise<ChaosNode> {
  const port = await freePort()
  const startsMs: number[] = []
  const start = async (more: NodeJS.ProcessEnv = {}) => {
    const sinceMs = performance.now()
    const started = await startServer(dataDir, { ...environment, PORT: String(port), ...more }, program)
    startsMs.push(performance.now() - sinceMs)
    return started
  }
  let server = await start()

  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    get server() {
      return server
    },
    startsMs,
    async start(more) {
      server = await start(more)
    },
    residentBytes: () =>
      1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.child.pid)], { encoding: 'utf8' })),
  }
}
