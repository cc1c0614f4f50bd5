import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { isRunning, readPidFile } from '../../src/database/embedded/postmaster.js'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { until } from './app.js'
import { freePort } from './free-port.js'
import { readProcesses, sendSignal } from './processes.js'
import { queryOnce } from './query-once.js'

/**
 * A real server of one's own that can be killed and frozen. Its folder must be one that other users may enter. `through`
 * puts something between it and those who use `url`.
 */
export async function openBreakableDatabase(dataDir: string, through?: (port: number) => Promise<number>) {
  const port = await freePort()
  const database = await startEmbeddedDatabase({
    dataDir,
    port,
    log: () => undefined,
    settings: { min_wal_size: '32MB', max_wal_size: '64MB', autovacuum: 'off' },
  })
  const { connection, folder } = database
  const reached = through === undefined ? port : await through(port)

  const findPostmaster = async () => (await readPidFile(folder))?.pid
  const childrenOf = (postmaster: number) =>
    readProcesses()
      .filter(({ parent }) => parent === postmaster)
      .map(({ pid }) => pid)

  /** To every process of the server. */
  async function signal(name: NodeJS.Signals): Promise<void> {
    const postmaster = await findPostmaster()
    if (postmaster === undefined) return
    // First, so that one that is stopped has no more children than are found then.
    sendSignal(postmaster, name)
    for (const pid of childrenOf(postmaster)) sendSignal(pid, name)
  }

  return {
    connection,
    url: `postgres://${connection.user}:${connection.password}@127.0.0.1:${reached}/${connection.database}`,
    folder,
    signal,
    /** In the product's own database. */
    query: <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      queryOnce<Row>(connection, sql, values),
    /** As its owner, beside the product: in the database that nobody else uses. */
    async administer(...statements: string[]): Promise<void> {
      const client = new pg.Client({ ...connection, database: 'postgres' })
      await client.connect()
      for (const sql of statements) await client.query(sql)
      await client.end()
    },
    /** Killed at once, and kept from coming back until the function that it gives is called. */
    async kill(): Promise<() => Promise<void>> {
      const needed = join(folder, 'global', 'pg_control')
      const postmaster = await findPostmaster()
      assert.ok(postmaster !== undefined, 'the server runs')
      await rename(needed, `${needed}.away`)
      process.kill(postmaster, 'SIGKILL')
      await until(() => !isRunning(postmaster), 'the end of the server')
      return () => rename(`${needed}.away`, needed)
    },
    /** Until the function that it gives is called. */
    async freeze(): Promise<() => Promise<void>> {
      await signal('SIGSTOP')
      return () => signal('SIGCONT')
    },
    async close(): Promise<void> {
      // One that is still frozen could not stop.
      await signal('SIGCONT')
      await database.stop()
    },
  }
}

export type BreakableDatabase = Awaited<ReturnType<typeof openBreakableDatabase>>
