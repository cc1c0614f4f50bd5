import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Rows } from '../../../src/database/rows.js'
import { encodeId, type WorkspaceId } from '../../../src/kernel/ids.js'
import { grantReader, type NewReader, revokeReader } from '../../../src/reporting/bi/readers.js'

/** A connection of one's own, whose statements are sent as they stand. */
export interface Connection {
  readonly rows: Rows
  /** What the server said beside its answers. */
  readonly notices: string[]
  /** The SQLSTATE that a statement is refused with. */
  refusal(sql: string): Promise<string>
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

export async function connect(config: pg.ClientConfig): Promise<Connection> {
  const client = new pg.Client(config)
  const ended = Promise.withResolvers<void>()
  const notices: string[] = []
  client.on('error', () => undefined)
  client.on('end', () => ended.resolve())
  client.on('notice', ({ message }) => void notices.push(message ?? ''))
  await client.connect()
  return {
    rows: async (sql, values = []) => (await client.query(sql, [...values])).rows,
    notices,
    async refusal(sql) {
      try {
        await client.query(sql)
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
      return assert.fail(`not refused: ${sql}`)
    },
    ended: ended.promise,
    close: () => client.end(),
  }
}

/** Roles are the whole server's, so tests that run beside each other name theirs apart. */
export const readerName = (): string => `t_${randomBytes(6).toString('hex')}`

/** The same database for another user. */
export function loginOf({ connectionString }: pg.ClientConfig, user: string, password: string): pg.ClientConfig {
  const url = new URL(connectionString ?? '')
  return { connectionString: Object.assign(url, { username: user, password }).href }
}

/** Makes readers of a database and forgets none of them. */
export function createReaders(connection: pg.ClientConfig) {
  const names: string[] = []
  const connections: Connection[] = []
  const administer = async <Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> => {
    const admin = await connect(connection)
    try {
      return await work(admin.rows)
    } finally {
      await admin.close()
    }
  }
  return {
    administer,
    async grant(workspaceId: WorkspaceId): Promise<NewReader & { readonly name: string }> {
      const name = readerName()
      const reader = await administer((rows) => grantReader(rows, name, encodeId('wsp', workspaceId)))
      names.push(name)
      return { ...reader, name }
    },
    async login({ role, password }: NewReader): Promise<Connection> {
      const opened = await connect(loginOf(connection, role, password))
      connections.push(opened)
      return opened
    },
    async removeAll(): Promise<void> {
      for (const opened of connections) await opened.close().catch(() => undefined)
      for (const name of names) await administer((rows) => revokeReader(rows, name)).catch(() => undefined)
    },
  }
}

export type Readers = ReturnType<typeof createReaders>
