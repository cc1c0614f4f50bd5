import { randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { CompiledQuery } from 'kysely'
import type { Orm } from './orm.js'
import type { Rows } from './rows.js'
import { type Database, rowsIn, rowsOf } from './transaction.js'

/**
 * What one operation reads with. A query's snapshot is one transaction that sees the database at one moment, so that
 * all of an answer agrees with itself. It begins with the first read, so who reads nothing costs no connection.
 */
export interface Snapshot {
  /** Raw SQL in the snapshot's transaction; see `rowsIn` for what rows contain. */
  readonly rows: Rows
  /** A fresh EntityManager of MikroORM, in the same transaction. */
  em(): Promise<EntityManager>
  /** Ends the transaction and gives the connection back. May be called again, and whatever happened before. */
  end(): Promise<void>
  /** Stops the statement that is running, because nobody waits for its answer any more. */
  cancel(): Promise<void>
}

export interface Snapshots {
  /** For a query: repeatable read, read only. */
  open(): Snapshot
  /** For a mutation: no transaction of its own, so that it reads what it has just written. */
  autocommit(): Snapshot
}

/**
 * A snapshot that stays open keeps the server from clearing up behind the ledger's hot rows, so no statement in one and
 * no pause between two may last longer than `timeoutMs`.
 */
export function createSnapshots(orm: Orm, { timeoutMs = 2_000 }: { timeoutMs?: number } = {}): Snapshots {
  const beginning = [
    'begin isolation level repeatable read, read only',
    `set local statement_timeout = ${timeoutMs}`,
    `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
  ].join('; ')
  const process = randomBytes(6).toString('hex')
  let begun = 0

  /** Begins a transaction that goes on until `ended`; `done` settles, always without an error, when it is over. */
  function begin(ended: Promise<void>, name: string) {
    const ready = Promise.withResolvers<Database>()
    // Not Kysely's own transaction: so all that comes before the first read is one round trip.
    const done = orm.em
      .getConnection()
      .getClient()
      .connection()
      .execute(async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(`${beginning}; set local application_name = '${name}'`))
        ready.resolve(connection)
        await ended
        await connection.executeQuery(CompiledQuery.raw('commit'))
      })
      // Whoever reads from a broken transaction meets the error there; nothing was written, so its end has none.
      .catch(ready.reject)
    return { connection: ready.promise, done }
  }

  return {
    open() {
      const ended = Promise.withResolvers<void>()
      let isEnded = false
      let transaction: ReturnType<typeof begin> | undefined
      begun += 1
      // By this the server's process is found that works for us.
      const name = `pulseback ${process} ${begun}`
      const connect = () => {
        if (isEnded) throw new Error('read after the end of its snapshot')
        transaction ??= begin(ended.promise, name)
        return transaction.connection
      }
      return {
        rows: async (sql, values) => rowsIn(await connect())(sql, values),
        async em() {
          const em = orm.em.fork()
          em.setTransactionContext(await connect())
          return em
        },
        async end() {
          isEnded = true
          ended.resolve()
          await transaction?.done
        },
        async cancel() {
          if (transaction === undefined || isEnded) return
          await rowsOf(orm.em.fork())(
            `select pg_cancel_backend(pid) from pg_stat_activity where application_name = $1`,
            [name],
          )
        },
      }
    },

    autocommit() {
      const em = orm.em.fork()
      return { rows: rowsOf(em), em: async () => em, end: async () => {}, cancel: async () => {} }
    },
  }
}
