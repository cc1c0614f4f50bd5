import 'reflect-metadata'
import pg from 'pg'
import { createAuthenticator } from '../../src/access/authenticate.js'
import type { CatalogWrites } from '../../src/catalog/context.js'
import { createCatalogLoaders } from '../../src/catalog/loaders.js'
import type { Snapshot } from '../../src/database/snapshot.js'
import { createConnections } from '../../src/graph/connections.js'
import { graphqlHttp } from '../../src/graph/http.js'
import { operationLimits } from '../../src/graph/limits.js'
import { createOperations } from '../../src/graph/operations.js'
import { systemClock } from '../../src/kernel/clock.js'
import type { LiveContext } from '../../src/live/context.js'
import { schema } from '../../src/schema.js'
import { createOpen, type ListSetting } from './list.js'
import { createServer } from './reference-server.js'

/** The product's whole way from the request to the answer, but for the database: what was read once is read again. */
const { database }: ListSetting = JSON.parse(process.env.BENCH_LIST ?? '{}')
const { rows } = createOpen(new pg.Pool({ ...database, max: 1 }), 'memory')()
const clock = systemClock
const logError = (error: unknown) => console.error(error)
const server = createServer()

const snapshot: Snapshot = {
  rows,
  end: async () => {},
  cancel: async () => {},
}
const snapshots = { open: () => snapshot, autocommit: () => snapshot }
const noSessions = { read: async () => null, ended: async () => [], issue: () => Promise.reject(new Error('none')) }
const authenticator = createAuthenticator({ rows, sessions: noSessions, clock, logError })

/** What a list needs of a context. */
const createContext: Parameters<typeof createOperations<LiveContext>>[0]['createContext'] = (
  scope,
  opened,
  publicUrl,
) => {
  const context: Partial<LiveContext> = {
    scope,
    snapshot: opened,
    publicUrl,
    clock,
    explained: { told: null },
    catalogLoaders: createCatalogLoaders(opened, scope, {} as CatalogWrites), // which it does not ask for
  }
  return context as LiveContext
}

const executing = {
  schema,
  snapshots,
  createContext,
  createEventContext: createContext,
  introspection: true,
  operationLimits,
  logError,
}
await server.register(graphqlHttp<LiveContext>, {
  ...executing,
  operations: createOperations<LiveContext>(executing),
  authenticator,
  connections: createConnections({
    authenticator,
    logError,
    limits: { maxConnections: 10, maxPerAddress: 10, maxPerKey: 10, initMs: 3_000 },
    heartbeatMs: 60_000,
    accessEveryMs: 60_000,
  }),
  publicUrl: () => 'http://127.0.0.1',
  maxBodyBytes: 256 * 1024,
})

await server.start()
