import 'reflect-metadata'
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import type { NonEmptyArray } from 'type-graphql'
import { createAuthenticator } from '../../src/access/authenticate.js'
import { createCursors } from '../../src/access/cursor.js'
import type { Scope } from '../../src/access/scope.js'
import { readSecret } from '../../src/access/secret.js'
import { sessionRoute } from '../../src/access/session-route.js'
import { createSessions } from '../../src/access/sessions.js'
import { createSigningKeys } from '../../src/access/signing-keys.js'
import { createTokens } from '../../src/access/tokens.js'
import type { CatalogContext } from '../../src/catalog/context.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { createCatalogLoaders } from '../../src/catalog/loaders.js'
import { catalogResolvers } from '../../src/catalog/resolvers.js'
import type { Rows } from '../../src/database/rows.js'
import { createSnapshots, type Snapshot } from '../../src/database/snapshot.js'
import { buildSchema } from '../../src/graph/build-schema.js'
import { createConnections } from '../../src/graph/connections.js'
import { corsFor } from '../../src/graph/cors.js'
import { graphqlHttp } from '../../src/graph/http.js'
import { operationLimits } from '../../src/graph/limits.js'
import { createOperations } from '../../src/graph/operations.js'
import { graphqlWebSocket } from '../../src/graph/websocket.js'
import { presetTable } from '../../src/intake/presets/tables.js'
import { createTestDatabase } from './database.js'

export interface Answer<Data> {
  readonly status: number
  readonly data: Data
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: { readonly code: string; readonly field?: string; readonly errorId?: string }
  }[]
}

export interface TestApiOptions {
  readonly resolvers?: readonly (new () => object)[]
  readonly introspection?: boolean
  readonly heartbeatMs?: number
  readonly maxPerKey?: number
  readonly maxPerAddress?: number
}

export const publicUrl = 'https://track.example'

/** The API over the catalog and whatever `resolvers` add, on a database of its own, with a clock that stands still. */
export async function createTestApi({
  resolvers = [],
  introspection = true,
  heartbeatMs = 60_000,
  maxPerKey = 1_000,
  maxPerAddress = 1_000,
}: TestApiOptions = {}) {
  const database = await createTestDatabase()
  const { orm, rows } = database
  const time = { nowMs: Date.parse('2026-03-01T12:00:00Z') }
  const clock = () => time.nowMs
  const logged: unknown[] = []
  const logError = (error: unknown) => void logged.push(error)
  const statements: string[] = []

  const secret = await readSecret(rows)
  const sessions = createSessions(secret, clock, rows)
  const tokens = createTokens({ orm, secret, clock })
  const signingKeys = createSigningKeys({ orm, secret, clock })
  const notes: Promise<unknown>[] = []
  const notingRows: Rows = (sql, values) => {
    const answer = rows<never>(sql, values)
    notes.push(answer)
    return answer
  }
  const authenticator = createAuthenticator({ rows: notingRows, sessions, clock, logError })
  const snapshots = createSnapshots(orm)
  const cursors = createCursors(secret)
  const catalogWrites = { orm, tokens, signingKeys, authenticator, clock }
  const workspace = await createWorkspace(orm, clock, { name: 'Shop', currency: 'EUR' })

  function createContext(scope: Scope, opened: Snapshot, url: string): CatalogContext {
    const snapshot: Snapshot = {
      ...opened,
      rows: (sql, values) => {
        statements.push(sql)
        return opened.rows(sql, values)
      },
    }
    return {
      scope,
      snapshot,
      catalogLoaders: createCatalogLoaders(snapshot, scope, catalogWrites),
      catalogWrites,
      cursors,
      explained: { told: null },
      publicUrl: url,
      presetWords: presetTable,
    }
  }

  const all: NonEmptyArray<new () => object> = [...catalogResolvers, ...resolvers]
  const schema = buildSchema(all)
  const isAllowedOrigin = (origin: string) => origin === 'https://board.example'
  const connections = createConnections({
    authenticator,
    logError,
    limits: { maxConnections: 1_000, maxPerAddress, maxPerKey, initMs: 3_000 },
    heartbeatMs,
    accessEveryMs: 100,
  })
  const executing = {
    schema,
    snapshots,
    createContext,
    createEventContext: createContext,
    introspection,
    operationLimits,
    logError,
  }
  const shared = {
    ...executing,
    authenticator,
    connections,
    operations: createOperations<CatalogContext>(executing),
    maxOperations: 100,
    maxBodyBytes: 256 * 1024,
    maxMessageBytes: 64 * 1024,
    publicUrl: () => publicUrl,
    clientAddress: ({ socket }: IncomingMessage) => socket.remoteAddress ?? '',
  }
  const app = Fastify()
  await app.register(cors, () => corsFor(isAllowedOrigin))
  await app.register(sessionRoute, { rows, authenticator, sessions, demo: null })
  await app.register(graphqlHttp<CatalogContext>, shared)

  /** One operation over HTTP. */
  async function ask<Data = Record<string, unknown>>(
    key: string,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<Answer<Data>> {
    const headers = { authorization: `Bearer ${key}` }
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } })
    return { status: response.statusCode, ...response.json() }
  }

  /** The data of an operation that must succeed. */
  async function get<Data>(key: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await ask<Data>(key, query, variables)
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data
  }

  /** The first error of an operation that must fail, as `CODE` or `CODE field`. */
  async function refusal(key: string, query: string, variables: Record<string, unknown> = {}): Promise<string> {
    const { errors } = await ask(key, query, variables)
    assert.ok(errors?.[0], 'it was not refused')
    const { code, field } = errors[0].extensions
    return field === undefined ? code : `${code} ${field}`
  }

  return {
    ...database,
    ...workspace,
    time,
    clock,
    secret,
    logged,
    statements,
    tokens,
    sessions,
    authenticator,
    app,
    ask,
    get,
    refusal,
    /** When all that the authenticator has asked of the database is done, what nobody waits for too. */
    noted: () => Promise.all(notes),
    async listen(): Promise<{ url: string }> {
      graphqlWebSocket(app.server, { ...shared, isAllowedOrigin })
      await app.listen({ port: 0, host: '127.0.0.1' })
      const address = app.server.address()
      assert.ok(typeof address === 'object' && address !== null)
      return { url: `ws://127.0.0.1:${address.port}/graphql` }
    },
    drain: () => connections.drain(0),
    async close() {
      await connections.drain(0)
      await app.close()
      await database.drop()
    },
  }
}

export type TestApi = Awaited<ReturnType<typeof createTestApi>>
