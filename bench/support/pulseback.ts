import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Connection, connectionTo } from '../../src/database/embedded/client.js'
import { readPassword } from '../../src/database/embedded/cluster.js'
import { isRunning, readPidFile, stopPostmaster } from '../../src/database/embedded/postmaster.js'
import { type Child, startChild } from './child.js'
import type { Cleanup } from './cleanup.js'

/** The built program as anyone starts it, with its embedded database, in a folder of its own. */
export interface Pulseback extends Child {
  readonly database: Connection
  readonly postmasterPid: number
  readonly ask: Ask
}

/** One GraphQL operation, as the workspace's admin; throws what it is refused with. */
export type Ask = <Data>(query: string, variables?: object) => Promise<Data>

/** As `npm start` does: what is short-lived needs no more room, and an export of a million rows grew by 120 MB in it. */
const asStarted = ['--max-semi-space-size=16']

const main = new URL('../../src/main.js', import.meta.url)
export const adminKey = randomBytes(24).toString('base64url')
const postmasterTimeoutMs = 10_000

export async function startPulseback(
  dataDir: string,
  cleanup: Cleanup,
  nodeOptions: readonly string[] = [],
): Promise<Pulseback> {
  const folder = join(dataDir, 'postgres')
  // Told before there is anything to put away: a start may fail half-way and leave a database behind.
  cleanup.add(() => stopDatabase(folder))
  const child = await startChild(main, environmentFor(dataDir), [...asStarted, ...nodeOptions])
  cleanup.add(child.stop)
  const pidFile = await readPidFile(folder)
  if (pidFile === undefined) throw new Error(`the server's database is not in ${folder}`)
  return {
    ...child,
    postmasterPid: pidFile.pid,
    database: connectionTo(pidFile.socketFolder, pidFile.port, await readPassword(folder)),
    ask: createAsk(child.url),
  }
}

/** The built program on a database that is there, and stays when it ends. */
export async function startOnDatabase(databaseUrl: string, cleanup: Cleanup): Promise<Child> {
  const env = { ...environmentFor(''), DATABASE_URL: databaseUrl, DRAIN_SECONDS: '0' }
  const child = await startChild(main, env, asStarted)
  cleanup.add(child.stop)
  return child
}

/** How the product is set up for a benchmark. */
export const environmentFor = (dataDir: string): NodeJS.ProcessEnv => ({
  DATA_DIR: dataDir,
  HOST: '127.0.0.1',
  PORT: '0',
  ADMIN_KEY: adminKey,
  LOG_LEVEL: 'error',
  // Clicks come from many addresses: the load generator names them as a proxy would.
  TRUST_PROXY: '127.0.0.1',
  // All load is one sender's, and would be too much of anyone's.
  POSTBACK_RATE: '0',
  POSTBACK_ADDRESS_RATE: '0',
  BAD_TOKEN_RATE: '0',
  CLICK_RATE: '0',
  CLICK_BURST: '0',
})

/** A server that was killed leaves its database running; ours must not outlive the benchmark. */
export async function stopDatabase(folder: string): Promise<void> {
  const pidFile = await readPidFile(folder)
  if (pidFile !== undefined && isRunning(pidFile.pid)) await stopPostmaster(pidFile.pid, postmasterTimeoutMs)
}

export function createAsk(url: string): Ask {
  return async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: object[] } // GraphQL's form of an answer
    if (errors !== undefined) throw new Error(`GraphQL refused: ${JSON.stringify(errors)}`)
    return data
  }
}
