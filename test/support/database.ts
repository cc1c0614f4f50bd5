import { randomBytes } from 'node:crypto'
import type { ClientConfig } from 'pg'
import { migrations } from '../../migrations/all.js'
import { catalogEntities } from '../../src/catalog/entities.js'
import { migrate } from '../../src/database/migrate.js'
import { createOrm, type Orm } from '../../src/database/orm.js'
import type { Rows } from '../../src/database/rows.js'
import { rowsOf } from '../../src/database/transaction.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { queryOnce } from './query-once.js'

export interface TestDatabase {
  readonly orm: Orm
  readonly connection: ClientConfig
  readonly rows: Rows
  /** Closes the ORM and removes the database; other connections to it are cut. */
  drop(): Promise<void>
}

/** A database of one's own, migrated, on the server that TEST_DATABASE_URL names. */
export async function createTestDatabase({ poolMax = 5 } = {}): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (server === undefined) throw new Error('TEST_DATABASE_URL names no PostgreSQL server')
  const name = `test_${randomBytes(8).toString('hex')}`
  const execute = (sql: string) => queryOnce({ connectionString: server }, sql)
  await execute(`create database ${name}`)

  const url = new URL(server)
  url.pathname = `/${name}`
  const connection = { connectionString: url.href }
  const orm = createOrm({ connection, poolMax, entities: catalogEntities, migrations })
  await migrate(orm, biSchema)
  return {
    orm,
    connection,
    rows: rowsOf(orm.em.fork()),
    async drop() {
      await orm.close()
      await execute(`drop database ${name} with (force)`)
    },
  }
}
