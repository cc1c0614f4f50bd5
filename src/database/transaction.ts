import type { EntityManager } from '@mikro-orm/postgresql'
import { CompiledQuery, type Kysely } from 'kysely'
import type { Orm } from './orm.js'
import type { Rows } from './rows.js'

/**
 * Runs `work` in one transaction and flushes and commits what it did; an error rolls back.
 *
 * Not `em.transactional`: when the server drops the connection, its rollback fails and the pool never gets that
 * connection back, so a database that restarts a few times would leave the pool empty. Kysely's own form, which MikroORM
 * stands on, gives the connection back whatever happens.
 */
export function inTransaction<Result>(orm: Orm, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  return orm.em
    .getConnection()
    .getClient()
    .transaction()
    .execute(async (transaction) => {
      const em = orm.em.fork()
      em.setTransactionContext(transaction)
      const result = await work(em)
      await em.flush()
      return result
    })
}

/** Where SQL is sent: the pool, or one connection of it. */
export type Database = Kysely<unknown>

/**
 * Raw SQL. What arrives: boolean, smallint, integer and double as themselves; bigint and numeric as text (exact); uuid,
 * text and inet as text; timestamptz as Date; date as `YYYY-MM-DD`; jsonb parsed; bytea as Buffer; arrays as arrays, of
 * text for timestamptz[].
 */
export function rowsIn(database: Database): Rows {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const { rows } = await database.executeQuery<Row>(CompiledQuery.raw(sql, [...values]))
    return rows
  }
}

/** Raw SQL in the transaction that `em` is in; outside of one, on any connection of the pool. */
export function rowsOf(em: EntityManager): Rows {
  return rowsIn(em.getTransactionContext<Database>() ?? em.getConnection().getClient())
}
