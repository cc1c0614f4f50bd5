import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import cors from '@fastify/cors'
import Fastify, { LogController } from 'fastify'
import type pg from 'pg'
import { Registry } from 'prom-client'
import { migrations } from '../migrations/all.js'
import { createAuthenticator } from './access/authenticate.js'
import { createCursors } from './access/cursor.js'
import type { Scope } from './access/scope.js'
import { createSeal, type Seal } from './access/seal.js'
import { readSecret } from './access/secret.js'
import { sessionRoute } from './access/session-route.js'
import { createSessions } from './access/sessions.js'
import { createSigningKeys } from './access/signing-keys.js'
import { createTokens } from './access/tokens.js'
import { createCatalogCache } from './catalog/catalog-cache.js'
import { catalogEntities } from './catalog/entities.js'
import { createCatalogLoaders, type RememberedRecords } from './catalog/loaders.js'
import { answerUnreadable, checkAddress } from './check-address.js'
import { prepareClosing } from './close-server.js'
import type { Config } from './config.js'
import { checkServer } from './database/check-server.js'
import { migrate } from './database/migrate.js'
import { createOrm } from './database/orm.js'
import { openPipeline } from './database/pipeline.js'
import { ormPoolUse } from './database/pool-use.js'
import { createPresence } from './database/presence.js'
import { probeDatabase } from './database/probe.js'
import { createShortReads } from './database/short-reads.js'
import { createSnapshots, type Snapshot } from './database/snapshot.js'
import { inTransaction, rowsOf } from './database/transaction.js'
import { createDemoAccess } from './demo/demo-access.js'
import { createAdmission } from './exports/admission.js'
import { openExportConnections } from './exports/connections.js'
import { exportRoutes } from './exports/export-route.js'
import { type ExportLimits, exportConnections, exportLimits } from './exports/limits.js'
import { createConnections } from './graph/connections.js'
import { corsFor } from './graph/cors.js'
import { graphqlHttp } from './graph/http.js'
import { maskError } from './graph/mask-error.js'
import { createOperations } from './graph/operations.js'
import { graphqlWebSocket, wantsWebSocket } from './graph/websocket.js'
import { createIntakeCounts } from './intake/intake-counts.js'
import { createIntakeLimits } from './intake/intake-limits.js'
import { presetTable } from './intake/presets/tables.js'
import { createSampledLog } from './intake/sampled-log.js'
import { intakeRoutes } from './intake-routes.js'
import { type Clock, systemClock } from './kernel/clock.js'
import { dayMs } from './kernel/day.js'
import type { Explained } from './kernel/explained.js'
import { createLedger, type LedgerLimits, ledgerLimits } from './ledger/append.js'
import { createVisitorEraser } from './ledger/erase-visitor.js'
import { createFolding, type Transact } from './ledger/fold.js'
import { createActivityFolding } from './ledger/fold-activity.js'
import { readProgress } from './ledger/read-progress.js'
import { shortenAddresses } from './ledger/shorten-addresses.js'
import { createUpkeep } from './ledger/upkeep.js'
import { noBus, type OpenBus } from './live/bus.js'
import type { LiveContext } from './live/context.js'
import { type LiveLimits, liveLimits } from './live/limits.js'
import { createLive } from './live/live.js'
import { natsBus } from './live/nats-bus.js'
import { postgresBus } from './live/postgres-bus.js'
import { measureWork } from './metrics/measure-work.js'
import { metricsRoute } from './metrics/metrics-route.js'
import type { Reading } from './metrics/show-state.js'
import { createOrigins } from './origins.js'
import { addProbes } from './probes.js'
import { followRates } from './rates/follow-rates.js'
import { readVersion } from './read-version.js'
import { biSchema } from './reporting/bi/views.js'
import { watchReaders } from './reporting/bi/watch-readers.js'
import { createReportingLoaders } from './reporting/loaders.js'
import { reconcileRoute } from './reporting/reconcile/reconcile-route.js'
import { createRequestIds } from './request-ids.js'
import { schema, schemaText } from './schema.js'
import { servePage } from './serve-page.js'
import { drainBatch } from './spool/drain.js'
import { createQueueingLedger } from './spool/queueing-ledger.js'
import { openSpool } from './spool/spool.js'

export type App = Awaited<ReturnType<typeof createApp>>

const poolMax = 20
/** How often it is looked which requests take too long to arrive. */
const lookAtRequestsMs = 5_000
const statementTimeoutMs = 5_000
const metricsPatienceMs = 2_000
/** What `SPOOL_MB` allows comes first, unless they are very small. */
const maxSpooled = 4_000_000
/** What was queued is booked by one lane, and is never given up. */
const drainLimits: LedgerLimits = {
  ...ledgerLimits,
  maxBatch: drainBatch,
  secondLaneFrom: Number.POSITIVE_INFINITY,
  giveUpAfterMs: Number.POSITIVE_INFINITY,
}
/** A key that was revoked at another node, or a session that has ended, keeps its sockets no longer than this and a moment. */
const accessEveryMs = 2_000

/** The composition root: everything is made here, from the database up, and handed to what needs it. */
export async function createApp(
  config: Config,
  connection: pg.ClientConfig,
  clock: Clock = systemClock,
  limits: LiveLimits = liveLimits,
  ofExports: ExportLimits = exportLimits,
) {
  const version = readVersion()
  const origins = createOrigins(config)
  const server = Fastify({
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    // What a connection has said that is no HTTP is not for the log.
    logger: { level: config.logLevel, stream: process.stderr, redact: { paths: ['err.rawPacket'], remove: true } },
    frameworkErrors: answerUnreadable,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: createRequestIds(origins.isFromProxy),
    routerOptions: { querystringParser: () => ({}), maxParamLength: 100 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: config.requestMs,
    http: {
      shouldUpgradeCallback: wantsWebSocket,
      connectionsCheckingInterval: Math.min(config.headMs, lookAtRequestsMs),
    },
  })
  // Fastify has no option for it, and its own time for all of a request would hold for the head too.
  server.server.headersTimeout = Math.min(config.headMs, config.requestMs)
  const closeServer = prepareClosing(server)
  const log = server.log
  server.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id)
    next()
  })
  const registry = new Registry()
  const work = measureWork(registry)
  const logError = (error: unknown, doing: string, context: object = {}) => {
    work.onError(doing)
    log.error({ err: error, ...context }, doing)
  }
  // Of what fails ten times a second for as long as the database has trouble.
  const troubles = createSampledLog({ warn: log.error.bind(log), error: log.error.bind(log) }, clock)
  const warn = (message: string, error?: unknown, about: object = {}) =>
    log.warn(error === undefined ? about : { err: error, ...about }, message)
  const tracing = await openTraces(config, version, (error) => troubles({ err: error }, 'sending traces'))
  tracing?.traceRequests(server)

  const orm = createOrm({ connection, poolMax, entities: catalogEntities, migrations })
  const rows = rowsOf(orm.em.fork())
  await checkServer(rows, config.allowUnsafeDatabase)
  await migrate(orm, biSchema)
  const transact: Transact = (work) => inTransaction(orm, (em) => work(rowsOf(em)))
  const upkeep = createUpkeep({
    rows,
    transact,
    folding: createFolding({ rows, transact }),
    activityFolding: createActivityFolding({ rows, transact }),
    retention: { clickDays: config.clickDays, receiptDays: config.receiptDays },
    shorten: () => shortenAddresses(rows, transact, clock() - config.clickIpDays * dayMs),
    clock,
    logError,
  })
  const spool = openSpool({
    folder: join(config.dataDir, 'spool'),
    maxBytes: config.spoolBytes,
    maxEntries: maxSpooled,
    log: warn,
  })
  await upkeep.prepare(spool.oldestAtMs ?? undefined)

  const secret = await readSecret(rows)
  const cursors = createCursors(secret)
  const demo = config.demo ? createDemoAccess(rows) : null
  const shortReads = createShortReads(() => openPipeline(connection, statementTimeoutMs))
  const sessions = createSessions(secret, clock, shortReads.rows)
  const presence = createPresence({
    probe: (patienceMs) => probeDatabase(connection, patienceMs),
    onAway: shortReads.drop,
    log: warn,
  })
  const tokens = createTokens({ orm, secret, clock, rows: shortReads.rows, presence })
  const signingKeys = createSigningKeys({ orm, secret, clock, rows: shortReads.rows, presence })
  const authenticator = createAuthenticator({ rows: shortReads.rows, sessions, clock, presence, logError })
  const catalogs = createCatalogCache({
    rows: shortReads.rows,
    maxWorkspaces: 1_000,
    maxAgeMs: 2_000,
    now: clock,
    presence,
  })
  const live = await createLive({
    rows,
    cursors,
    clock,
    openBus: chooseBus(config, connection, createSeal(secret), logError),
    watch: tracing?.watchLive,
    limits: {
      ...limits,
      softBytes: config.socketBufferBytes,
      // Always below, or one who took too little would never be found wanting.
      lowBytes: Math.min(limits.lowBytes, config.socketBufferBytes / 4),
      stallMs: config.slowReaderMs,
    },
    onError: logError,
  })
  /** A writer of the books; on another clock than ours for what happened at another time. */
  const openLedger = (bookingClock: Clock, limits = ledgerLimits) =>
    createLedger({
      open: () => openPipeline(connection, statementTimeoutMs),
      catalogs,
      clock: bookingClock,
      onCommit: live.announce,
      onBatch(run) {
        work.onBatch(run)
        return tracing?.onBatch(run)
      },
      log: (message, error, about = {}) => troubles({ err: error, ...about }, message),
      limits,
    })
  const straight = openLedger(clock)
  const ledger = createQueueingLedger({
    ledger: straight,
    spool,
    presence,
    openBooking: () => openLedger(clock, drainLimits),
    remembered: catalogs.remembered,
    log: warn,
  })
  const eraseVisitor = createVisitorEraser(rows, transact)
  const exports = openExportConnections(connection, exportConnections)
  const admission = createAdmission(ofExports)
  const catalogWrites = { orm, tokens, signingKeys, authenticator, clock }
  const intakeLimits = createIntakeLimits(config.intakeRates, clock)
  const intakeCounts = createIntakeCounts()

  const createContext = (
    scope: Scope,
    snapshot: Snapshot,
    publicUrl: string,
    remembered: RememberedRecords | null = null,
    explained: Explained = { told: null },
  ): LiveContext => ({
    scope,
    snapshot,
    publicUrl,
    presetWords: presetTable,
    cursors,
    clock,
    ledger,
    spool,
    eraseVisitor,
    catalogWrites,
    catalogLoaders: createCatalogLoaders(snapshot, scope, catalogWrites, remembered),
    reportingLoaders: createReportingLoaders(snapshot, scope, cursors, clock, explained),
    explained,
    live,
  })
  const connections = createConnections({
    authenticator,
    logError,
    limits: {
      maxConnections: config.maxSockets,
      maxPerAddress: config.maxSocketsPerAddress,
      maxPerKey: config.maxSocketsPerKey,
      initMs: config.initMs,
    },
    heartbeatMs: config.heartbeatMs,
    accessEveryMs,
  })
  const executing = {
    schema,
    snapshots: createSnapshots(orm, { timeoutMs: config.statementMs, isAway: () => presence.isAway }),
    createContext,
    createEventContext: (scope: Scope, snapshot: Snapshot, publicUrl: string) =>
      createContext(scope, snapshot, publicUrl, live.catalog.of(scope.workspaceId)),
    introspection: config.introspection,
    operationLimits: config.operationLimits,
    onOperation: work.onOperation,
    logError,
  }
  const graph = {
    ...executing,
    authenticator,
    connections,
    operations: createOperations<LiveContext>(executing),
    maxOperations: config.maxOperationsPerSocket,
    maxBodyBytes: config.maxBodyBytes,
    maxMessageBytes: config.maxMessageBytes,
    publicUrl: origins.publicUrl,
    isAllowedOrigin: origins.isAllowed,
    clientAddress: origins.clientAddress,
  }

  await servePage(server)
  await server.register((instance) =>
    intakeRoutes(instance, {
      ...{ config, clock, log, ledger, limits: intakeLimits, counts: intakeCounts },
      ...{ tokens, signingKeys, catalogs, rows: shortReads.rows, presence, secret },
    }),
  )
  await server.register(async (api) => {
    api.addHook('onRequest', checkAddress)
    await api.register(cors, () => corsFor(origins.isAllowed))
    await api.register((instance) => sessionRoute(instance, { rows, authenticator, sessions, demo }))
    await api.register((instance) => graphqlHttp(instance, graph))
    await api.register((instance) =>
      reconcileRoute(instance, { ...graph, cursors, maskError: (error) => maskError(error, logError) }),
    )
    await api.register((instance) =>
      exportRoutes(instance, {
        ...{ authenticator, cursors, clock, limits: ofExports, stallMs: config.slowReaderMs },
        ...{ connections: exports, admission, logError },
        mask: (error) => maskError(error, logError, 'answering an export'),
      }),
    )
    api.get('/schema.graphql', (_request, reply) => reply.type('text/plain; charset=utf-8').send(schemaText))
  })
  graphqlWebSocket(server.server, graph)
  const isReady = addProbes(server, { spool, ledger, presence })
  await server.register(
    metricsRoute({
      ...{ registry, read: readForMetrics, version, clock, spool, ledger, straight, presence, live, connections },
      intake: { counts: intakeCounts, limits: intakeLimits, rates: config.intakeRates },
      maxQueued: ledgerLimits.maxQueued,
      maxSpooled: { entries: maxSpooled, bytes: config.spoolBytes },
      maxConnections: config.maxSockets,
      subscriptions: graph.operations.subscriptions,
      exports: admission,
      maxExports: ofExports.maxOfNode,
    }),
  )
  upkeep.start(ledger)
  const rates = config.currencyRates === null ? null : followRates({ source: config.currencyRates, orm, clock, log })
  const readerWatch = watchReaders(rows, logError)
  readerWatch.start()

  /** The books' own figures, unless the database leaves them out for longer than a scrape may take. */
  async function readForMetrics(): Promise<Reading> {
    const pools = [
      { name: 'requests', max: poolMax, use: await ormPoolUse(orm) },
      { name: 'exports', max: exportConnections, use: exports.use() },
    ]
    const asked = presence.ask(() => readProgress(rows)).catch(() => null)
    return { pools, progress: await Promise.race([asked, sleep(metricsPatienceMs, null, { ref: false })]) }
  }

  /** Everything in here may wait for the database. */
  async function letGo(): Promise<void> {
    await rates?.stop()
    await upkeep.stop()
    await readerWatch.stop()
    await live.close()
    await exports.close()
    await shortReads.close()
    await orm.close()
  }

  return {
    server,
    orm,
    rows,
    tokens,
    ledger,
    intakeLimits,
    openLedger,
    clock,
    catalogWrites,
    live,
    /** To be started when there is a workspace to load rates for; null where none are to be loaded. */
    rates,
    /** Answers what was accepted, sends subscribers elsewhere, and lets go of the database, if that is there. */
    async close() {
      isReady.draining = true
      // Where there may be other nodes, those who send requests here get the time to notice.
      const noticed = config.databaseUrl === null ? null : sleep(config.drainMs)
      await connections.drain(config.drainMs)
      await noticed
      await closeServer()
      await ledger.close(config.drainMs)
      await straight.close()
      await presence.ask(letGo).catch((error) => {
        if (!presence.isAway) throw error
      })
      presence.close()
      await tracing?.close()
    },
  }
}

/** What traces is loaded only where it is asked for. */
async function openTraces({ tracesUrl, serviceName }: Config, version: string, onError: (error: unknown) => void) {
  if (tracesUrl === null) return null
  const { openTracing } = await import('./tracing/open-tracing.js')
  return openTracing({ url: tracesUrl, serviceName, version, onError })
}

/** How this node tells others of its commits. An embedded database has no other nodes. */
function chooseBus(
  { natsUrls, databaseUrl }: Config,
  connection: pg.ClientConfig,
  seal: Seal,
  onError: (error: unknown, doing: string) => void,
): OpenBus {
  if (natsUrls.length > 0) return natsBus(natsUrls, onError)
  return databaseUrl === null ? noBus : postgresBus(connection, seal, onError)
}
