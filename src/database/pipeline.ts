import { createHash } from 'node:crypto'
import pg from 'pg'
import { type ColumnTypes, encodeCopy } from './copy-encoding.js'
import type { Rows } from './rows.js'
import { streamOf } from './send-together.js'

/**
 * One connection that sends statements without waiting for the answers of those before (the protocol's pipeline). Each
 * distinct SQL text is prepared once. It is for transactions: BEGIN, several statements and COMMIT make one round trip.
 */
export interface Pipeline {
  readonly rows: Rows
  /** Appends rows to a table. They are read at once, and may be changed after. */
  copy(table: string, types: ColumnTypes, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void>
  /** Whatever `send` sends, in one write to the socket. */
  together<Sent>(send: () => Sent): Sent
  /** A statement without parameters, such as BEGIN; resolves to its command tag. */
  command(sql: string): Promise<string>
  close(): Promise<void>
  /** Cuts the connection, and with it whatever waits for an answer on it. */
  destroy(): void
}

const session = [
  'set synchronous_commit = on',
  'set lock_timeout = 2000',
  'set idle_in_transaction_session_timeout = 2000',
  'set timezone = UTC',
  // Planned once: what is sent is always of the same shape. When a table has grown, ANALYZE has its plans made anew.
  'set plan_cache_mode = force_generic_plan',
].join('; ')

export async function openPipeline(connection: pg.ClientConfig, queryTimeoutMs: number): Promise<Pipeline> {
  const client = new pg.Client({
    ...connection,
    pipeline: true,
    query_timeout: queryTimeoutMs,
    connectionTimeoutMillis: queryTimeoutMs,
    application_name: 'pulseback ledger',
  })
  // A connection that dies between two batches is found out by the next statement on it.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(session)
  const stream = streamOf(client)
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    let name = names.get(sql)
    if (name === undefined) {
      name = createHash('sha256').update(sql).digest('base64url').slice(0, 32)
      names.set(sql, name)
    }
    return name
  }
  return {
    rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const result = await client.query<Row>({ name: nameOf(sql), text: sql, values: values as unknown[] })
      return result.rows
    },
    copy: (table, types, rows) =>
      copyIn(
        client,
        `copy ${table} (${Object.keys(types).join(', ')}) from stdin (format binary)`,
        encodeCopy(types, rows),
      ),
    together(send) {
      stream.cork()
      try {
        return send()
      } finally {
        stream.uncork()
      }
    },
    command: async (sql) => (await client.query(sql)).command,
    close: () => client.end(),
    destroy: () => void stream.destroy(),
  }
}

/** Its data follows the statement without a wait: where that fails, the server passes over what it did not ask for. */
function copyIn(client: pg.Client, sql: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      // By this name, so that the client's own time-out can take its place.
      callback: (error: Error | null) => (error === null ? resolve() : reject(error)),
      submit(connection: pg.Connection) {
        connection.query(sql)
        connection.stream.write(data)
      },
      handleCopyInResponse() {},
      handleCommandComplete() {},
      handleReadyForQuery: () => query.callback(null),
      handleError: (error: Error) => query.callback(error),
    }
    client.query(query)
  })
}
