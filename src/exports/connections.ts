import pg from 'pg'
import { type PoolUse, poolUse } from '../database/pool-use.js'
import type { Rows } from '../database/rows.js'
import { CopyOut, type TakePiece } from './copy-out.js'

/**
 * Connections of the exports' own, so that these never wait for the API's or take them. All that is read here is read in
 * snapshots that end within `snapshotMs`, whatever a client does: nothing that is read in one waits for anybody.
 */
export interface ExportConnections {
  /** Runs reads that all see the database at one moment. */
  inSnapshot<Result>(work: (session: ExportSession) => Promise<Result>): Promise<Result>
  /** At this moment. */
  use(): PoolUse
  close(): Promise<void>
}

export interface ExportSession {
  readonly rows: Rows
  /** Takes what the query gives, in COPY's binary format, and says how many rows it was. */
  copy(query: string, take: TakePiece): Promise<number>
}

/** A snapshot that lasts keeps the server from clearing up behind the ledger's hot rows. */
export const snapshotMs = 2_000
/** A little less, so that a statement that takes too long ends with an error of its own, and not with its connection. */
const statementMs = 1_900
const patienceMs = 5_000

const begin = [
  'begin isolation level repeatable read, read only',
  `set local statement_timeout = ${statementMs}`,
  `set local idle_in_transaction_session_timeout = ${snapshotMs}`,
  // Of PostgreSQL 17 and later: what the two above bound one by one, in all.
  `select set_config('transaction_timeout', '${snapshotMs}', true) where current_setting('server_version_num')::int >= 170000`,
  // Statements here are many and short: compiling them would take longer than they do.
  'set local jit = off',
].join('; ')

export function openExportConnections(connection: pg.ClientConfig, max: number): ExportConnections {
  const pool = new pg.Pool({
    ...connection,
    max,
    connectionTimeoutMillis: patienceMs,
    application_name: 'pulseback exports',
  })
  // One that dies is met by whoever reads through it, and else replaced when it is needed.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))

  return {
    async inSnapshot(work) {
      const client = await pool.connect()
      let failed = true
      try {
        await client.query(begin)
        const result = await work(sessionOf(client))
        // What was read is read, even if the end of the reading does not arrive.
        failed = await client.query('commit').then(
          () => false,
          () => true,
        )
        return result
      } finally {
        // Whatever state it was left in, in the midst of a COPY perhaps, nobody else is to meet it.
        client.release(failed)
      }
    },
    use: () => poolUse(pool),
    close: () => pool.end(),
  }
}

const sessionOf = (client: pg.PoolClient): ExportSession => ({
  rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(sql, [...values])).rows,
  copy: (query, take) => client.query(new CopyOut(query, take)).rows,
})
