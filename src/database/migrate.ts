import { CompiledQuery } from 'kysely'
import type { Orm } from './orm.js'
import { inTransaction, rowsIn, rowsOf } from './transaction.js'
import { createViews, dropViews, type ViewSchema, viewsAreCurrent } from './view-schema.js'

const migrationLock = 7_245_883

/**
 * Brings the database up to date, its tables and then its views, and names the migrations that it took. Several nodes
 * may start at once: one migrates, the others wait for it.
 */
export function migrate(orm: Orm, views: ViewSchema): Promise<string[]> {
  return orm.em
    .getConnection()
    .getClient()
    .connection()
    .execute(async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('select pg_advisory_lock($1)', [migrationLock]))
      try {
        const isDue =
          (await orm.migrator.getPending()).length > 0 || !(await viewsAreCurrent(rowsIn(connection), views))
        if (!isDue) return []
        await inTransaction(orm, (em) => dropViews(rowsOf(em), views))
        const done = await orm.migrator.up()
        await inTransaction(orm, (em) => createViews(rowsOf(em), views))
        return done.map(({ name }) => name)
      } finally {
        await connection.executeQuery(CompiledQuery.raw('select pg_advisory_unlock($1)', [migrationLock]))
      }
    })
}
