import { randomBytes } from 'node:crypto'
import type { PostgreSqlConnection } from '@mikro-orm/postgresql'
import { unavailable } from '../kernel/errors.js'
import type { Orm } from './orm.js'
import type { Rows } from './rows.js'
import { createTogether } from './send-together.js'
import { rowsOf } from './transaction.js'

/**
 * What one operation reads with. A query's snapshot is one transaction that sees the database at one moment, so that
 * all of an answer agrees with itself. It begins with the first read, so who reads nothing costs no connection.
 */
export interface Snapshot {
  /** Raw SQL in the snapshot's transaction; see `rowsIn` for what rows contain. */
  readonly rows: Rows
  /** Ends the transaction and gives the connection back. May be called again, and whatever happened before. */
  end(): Promise<void>
  /** Stops the statement that is running, because nobody waits for its answer any more. */
  cancel(): Promise<void>
}

export interface Snapshots {
  /** For a query: repeatable read, read only. */
  open(): Snapshot
  /** For a mutation: each read in a snapshot of its own, so that it sees what was just written. */
  autocommit(): Snapshot
}

export interface SnapshotLimits {
  /**
   * How long a statement, and a pause between two, may last: a snapshot that stays open keeps the server from clearing up
   * behind the ledger's hot rows.
   */
  readonly timeoutMs?: number
  /** How much longer an answer is waited for, as a server that hangs does not keep its own time-out either. */
  readonly graceMs?: number
  /** Whether the database is known to be away: then nobody waits for it. */
  readonly isAway?: () => boolean
}

export function createSnapshots(
  orm: Orm,
  { timeoutMs = 2_000, graceMs = 2_000, isAway = () => false }: SnapshotLimits = {},
): Snapshots {
  const query_timeout = timeoutMs + graceMs
  const beginning = [
    'begin isolation level repeatable read, read only',
    `set local statement_timeout = ${timeoutMs}`,
    `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
  ].join('; ')
  const process = randomBytes(6).toString('hex')
  let names = 0

  /** On a connection of the ORM's pool, past what would wait for each answer before it sends what comes next. */
  async function begin(name: string): Promise<Pick<Snapshot, 'rows' | 'end'>> {
    if (isAway()) throw unavailable()
    const pool = await (orm.em.getConnection() as PostgreSqlConnection).getNativeClient() // it is one of PostgreSQL's
    const client = await pool.connect()
    // The pool takes back what arrives as late as that.
    if (pool.ending) throw new Error('the database is being let go')
    const together = createTogether(client)
    together()
    // Whatever exceeds it, the connection is cut, and all that waits on it fails.
    const ask = <Row extends object>(text: string, values?: unknown[]) => {
      const query = { text, values, query_timeout }
      return client.query<Row>(query)
    }
    const begun = ask(`${beginning}; set local application_name = '${name}'`)
    begun.catch(() => undefined)
    return {
      async rows<Row extends object>(sql: string, values: readonly unknown[] = []) {
        together()
        const [{ rows }] = await Promise.all([ask<Row>(sql, [...values]), begun])
        return rows
      },
      async end() {
        together()
        try {
          await ask('commit')
          client.release()
        } catch (error) {
          // Whoever read from a broken transaction met the error there; nothing was written, so its end has none.
          client.release(error instanceof Error ? error : true)
        }
      },
    }
  }

  return {
    open() {
      let transaction: ReturnType<typeof begin> | undefined
      let ended: Promise<void> | undefined
      names += 1
      // By this the server's process is found that works for us.
      const name = `pulseback ${process} ${names}`
      return {
        async rows(sql, values) {
          if (ended !== undefined) throw new Error('read after the end of its snapshot')
          transaction ??= begin(name)
          return (await transaction).rows(sql, values)
        },
        end() {
          ended ??= Promise.resolve(transaction).then(
            (begun) => begun?.end(),
            () => undefined,
          )
          return ended
        },
        async cancel() {
          if (transaction === undefined || ended !== undefined) return
          await rowsOf(orm.em.fork())(
            `select pg_cancel_backend(pid) from pg_stat_activity where application_name = $1`,
            [name],
          )
        },
      }
    },

    autocommit: () => ({
      async rows(sql, values) {
        names += 1
        const read = await begin(`pulseback ${process} ${names}`)
        try {
          return await read.rows(sql, values)
        } finally {
          // Not awaited, as with a query's.
          void read.end()
        }
      },
      end: async () => {},
      cancel: async () => {},
    }),
  }
}
