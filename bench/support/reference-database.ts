import pg from 'pg'
import type { Connection } from '../../src/database/embedded/client.js'

/** A database of the reference's own, on the same server with the same settings. */
export interface ReferenceDatabase {
  readonly connection: Connection
  countRows(): Promise<number>
}

const name = 'bench_reference'

export async function makeReferenceDatabase(server: Connection): Promise<ReferenceDatabase> {
  const connection = { ...server, database: name }
  await query(server, `create database ${name}`)
  return {
    connection,
    async countRows() {
      const [row] = await query<{ count: string }>(connection, 'select count(*) from conversion')
      return Number(row?.count)
    },
  }
}

async function query<Row extends object>(connection: Connection, sql: string): Promise<Row[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
