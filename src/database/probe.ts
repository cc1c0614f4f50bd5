import pg from 'pg'

/** Asks the database for a sign of life on a connection of its own, as any newcomer would. */
export async function probeDatabase(connection: pg.ClientConfig, patienceMs: number): Promise<void> {
  const client = new pg.Client({
    ...connection,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
    application_name: 'pulseback probe',
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
  } finally {
    void client.end().catch(() => undefined)
  }
}
