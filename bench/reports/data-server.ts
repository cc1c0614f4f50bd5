import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from '../../src/database/embedded/client.js'
import { readPidFile } from '../../src/database/embedded/postmaster.js'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import type { Cleanup } from '../support/cleanup.js'

/** The embedded server as the product starts it, on data of the benchmark's own. */
export interface DataServer {
  readonly postmasterPid: number
  connectionTo(database: string): Connection
  /** Waits until nobody asks it anything: what a load left behind must not slow what comes next. */
  settle(): Promise<void>
  /** Of all its data, on disk. */
  countBytes(databases: readonly string[]): Promise<number>
}

const settleTimeoutMs = 300_000
const lookEveryMs = 50
const quietLooks = 5

export async function startDataServer(
  folder: string,
  cleanup: Cleanup,
  say: (line: string) => void,
): Promise<DataServer> {
  const server = await startEmbeddedDatabase({ dataDir: folder, log: say })
  cleanup.add(server.stop)
  const pidFile = await readPidFile(server.folder)
  if (pidFile === undefined) throw new Error(`the server of ${server.folder} does not run`)
  const connectionTo = (database: string) => ({ ...server.connection, database })
  return {
    postmasterPid: pidFile.pid,
    connectionTo,
    settle: () => withClient(connectionTo('postgres'), settle),
    countBytes: (databases) =>
      withClient(connectionTo('postgres'), async (client) => {
        const sizes = 'select sum(pg_database_size(name))::bigint as bytes from unnest($1::text[]) as name'
        const { rows } = await client.query<{ bytes: string }>(sizes, [databases])
        return Number(rows[0]?.bytes)
      }),
  }
}

async function settle(client: pg.Client): Promise<void> {
  const untilMs = performance.now() + settleTimeoutMs
  const isBusy = `select from pg_stat_activity
    where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()`
  // A server that has requests waiting sends the next one at once.
  for (let quiet = 0; quiet < quietLooks; ) {
    if (performance.now() > untilMs) throw new Error('the database does not come to rest')
    quiet = (await client.query(isBusy)).rowCount === 0 ? quiet + 1 : 0
    await sleep(lookEveryMs)
  }
}

/** What the product takes as DATABASE_URL. */
export function urlOf({ host, port, user, password, database }: Connection): string {
  const url = new URL(`postgres://localhost:${port}/${database}`)
  url.username = user
  url.password = encodeURIComponent(password)
  url.searchParams.set('host', host)
  return url.href
}

export async function withClient<Result>(
  connection: Connection,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  // The query in hand fails when the server does, and that is where it is dealt with.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
