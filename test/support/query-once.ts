import pg from 'pg'

/** Over a connection of its own, which is closed whatever comes of it. */
export async function queryOnce<Row extends object>(
  connection: pg.ClientConfig,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(connection)
  // What ends it is told by the query.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
