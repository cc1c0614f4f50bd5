import type { EntityManager } from '@mikro-orm/postgresql'
import { CompiledQuery, type IsolationLevel, type Kysely } from 'kysely'
import type { Orm } from './orm.js'
import type { Rows } from './rows.js'

export interface TransactionOptions {
  readonly isolationLevel?: IsolationLevel
  readonly accessMode?: 'read only' | 'read write'
}

/**
 * Runs `work` in one transaction and flushes and commits what it did; an error rolls back.
 *
 * Not `em.transactional`: when the server drops the connection, its rollback fails and the pool never gets that
 * connection back, so a database that restarts a few times would leave the pool empty. Kysely's own form, which MikroORM
 * stands on, gives the connection back whatever happens.
 */
export function inTransaction<Result>(
  orm: Orm,
  work: (em: EntityManager) => Promise<Result>,
  { isolationLevel, accessMode }: TransactionOptions = {},
): Promise<Result> {
  let transaction = orm.em.getConnection().getClient().transaction()
  if (isolationLevel !== undefined) transaction = transaction.setIsolationLevel(isolationLevel)
  if (accessMode !== undefined) transaction = transaction.setAccessMode(accessMode)
  return transaction.execute(async (context) => {
    const em = orm.em.fork()
    em.setTransactionContext(context)
    const result = await work(em)
    await em.flush()
    return result
  })
}

/**
 * Raw SQL on the connection that `em` is on: its transaction's, if it is in one, else any of the pool.
 *
 * What arrives: boolean, smallint, integer and double as themselves; bigint and numeric as text (exact); uuid, text and
 * inet as text; timestamptz as Date; date as `YYYY-MM-DD`; jsonb parsed; bytea as Buffer; arrays as arrays, of text for
 * timestamptz[].
 */
export function rowsOf(em: EntityManager): Rows {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const kysely = em.getTransactionContext<Kysely<unknown>>() ?? em.getConnection().getClient()
    const { rows } = await kysely.executeQuery<Row>(CompiledQuery.raw(sql, [...values]))
    return rows
  }
}
