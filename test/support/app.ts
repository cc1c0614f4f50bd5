import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { createApp } from '../../src/app.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { readConfig } from '../../src/config.js'
import { type ExportLimits, exportLimits } from '../../src/exports/limits.js'
import { type LiveLimits, liveLimits } from '../../src/live/limits.js'
import { createTestDatabase } from './database.js'
import { withoutLimits } from './without-limits.js'

export interface Message<Data> {
  readonly data: Data
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: { readonly code: string; readonly field?: string }
  }[]
}

export interface TestAppOptions {
  readonly startMs?: number
  readonly env?: Readonly<Record<string, string>>
  readonly argv?: readonly string[]
  readonly limits?: Partial<LiveLimits>
  readonly exportLimits?: Partial<ExportLimits>
}

/** All of the program, in this process, on a database of its own, with a clock that moves only when it is set. */
export async function createTestApp({
  startMs = Date.parse('2026-06-01T12:00:00Z'),
  env = {},
  argv = [],
  limits = {},
  exportLimits: ofExports = {},
}: TestAppOptions = {}) {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-app-'))
  const time = { nowMs: startMs }
  const clock = () => time.nowMs
  const app = await createApp(
    readConfig({ LOG_LEVEL: 'fatal', DATA_DIR: dataDir, ...withoutLimits, ...env }, argv),
    database.connection,
    clock,
    { ...liveLimits, ...limits },
    { ...exportLimits, ...ofExports },
  )
  const { workspaceId, adminKey } = await createWorkspace(app.orm, clock, { name: 'Shop', currency: 'EUR' })
  const url = await app.server.listen({ port: 0, host: '127.0.0.1' })
  const clients: ReturnType<typeof createClient>[] = []

  async function post<Data>(key: string, query: string, variables: object = {}): Promise<Message<Data>> {
    const headers = { authorization: `Bearer ${key}` }
    const asked = app.server.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } })
    const response = await within(asked, `an answer to ${query}`)
    return response.json()
  }

  /** Asks again where it is told to: on a machine that is busy enough, the database seems to be away. */
  async function get<Data>(key: string, query: string, variables: object = {}): Promise<Data> {
    let answer = await post<Data>(key, query, variables)
    for (let again = 0; again < 10 && answer.errors?.[0]?.extensions?.code === 'UNAVAILABLE'; again += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      answer = await post(key, query, variables)
    }
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
    return answer.data
  }

  return {
    ...app,
    time,
    workspaceId,
    adminKey,
    url,
    connection: database.connection,
    rows: database.rows,
    post,
    get,
    /** The place that the books are at, as a cursor of this key's. */
    async head(key = adminKey): Promise<string> {
      type Viewer = { viewer: { workspace: { head: string } } }
      return (await get<Viewer>(key, '{ viewer { workspace { head } } }')).viewer.workspace.head
    },
    /** What a subscription is sent, by the stock client. */
    subscribe<Data>(key: string, query: string, variables: Record<string, unknown> = {}) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${key}` },
        retryAttempts: 0,
      })
      clients.push(client)
      return client.iterate({ query, variables }) as AsyncIterableIterator<Message<Data>>
    },
    async close() {
      for (const client of clients) await client.dispose()
      await within(app.close(), 'the end of the program')
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestApp = Awaited<ReturnType<typeof createTestApp>>

/** The next so many messages, without errors, as data. */
export async function take<Data>(messages: AsyncIterator<Message<Data>>, count: number): Promise<Data[]> {
  const taken: Data[] = []
  while (taken.length < count) {
    const { value, done } = await within(messages.next(), `message ${taken.length + 1} of ${count}`)
    assert.ok(!done, `ended after ${taken.length} of ${count}`)
    assert.equal(value.errors, undefined, JSON.stringify(value.errors))
    taken.push(value.data)
  }
  return taken
}

/** So that a test that waits in vain says for what. */
export function within<T>(promise: PromiseLike<T>, what: string, boundMs = 30_000): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not within ${boundMs} ms: ${what}`)), boundMs)
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer))
}

/** Waits until `isSo`, looking again and again, for at most `boundMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, boundMs = 30_000): Promise<void> {
  const dueMs = Date.now() + boundMs
  while (!(await isSo())) {
    if (Date.now() > dueMs) throw new Error(`not within ${boundMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
