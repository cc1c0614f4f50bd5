import { realpath } from 'node:fs/promises'
import pg from 'pg'
import { adminName } from './cluster.js'

/** What `pg` takes. */
export interface Connection {
  host: string
  user: string
  password: string
  database: string
  port: number
}

export const databaseName = 'pulseback'
const maintenanceDatabase = 'postgres'

export const wrongPassword = '28P01'

export const connectionTo = (host: string, port: number, password: string): Connection => ({
  host,
  port,
  user: adminName,
  password,
  database: databaseName,
})

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const withClient = async <T>(connection: Connection, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  // `ssl` said, or PGSSLMODE of the operator's shell would apply.
  const client = new pg.Client({ ...connection, ssl: false, connectionTimeoutMillis: 5_000, query_timeout: 30_000 })
  // The server may die under us at any moment; the query in hand fails then, and that is where it is dealt with.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The data folder that the server at the other end serves. */
export const askDataFolder = (connection: Connection): Promise<string> =>
  withClient({ ...connection, database: maintenanceDatabase }, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return await realpath(rows[0]?.data_directory ?? '')
  })

/** Makes the database if it is not there yet, and proves that it answers. */
export const ensureDatabase = async (connection: Connection): Promise<void> => {
  // Looked up, not tried: a refused trial is an alarming line in the server's log.
  await withClient({ ...connection, database: maintenanceDatabase }, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (!rowCount) await client.query(`create database ${databaseName}`)
  })
  await withClient(connection, (client) => client.query('select 1'))
}
