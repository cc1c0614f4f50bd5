import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import cors from '@fastify/cors'
import Fastify, { LogController } from 'fastify'
import type pg from 'pg'
import { migrations } from '../migrations/all.js'
import { createAuthenticator } from './access/authenticate.js'
import { createCursors } from './access/cursor.js'
import type { Scope } from './access/scope.js'
import { createSeal, type Seal } from './access/seal.js'
import { deriveKey, readSecret } from './access/secret.js'
import { sessionRoute } from './access/session-route.js'
import { createSessions } from './access/sessions.js'
import { createSigningKeys } from './access/signing-keys.js'
import { createTokens } from './access/tokens.js'
import { createCatalogCache } from './catalog/catalog-cache.js'
import { catalogEntities } from './catalog/entities.js'
import { createAdvertiserFinder } from './catalog/find-advertiser.js'
import { createLinkFinder } from './catalog/find-link.js'
import { createCatalogLoaders, type RememberedRecords } from './catalog/loaders.js'
import { prepareClosing } from './close-server.js'
import type { Config } from './config.js'
import { checkServer } from './database/check-server.js'
import { migrate } from './database/migrate.js'
import { createOrm } from './database/orm.js'
import { openPipeline } from './database/pipeline.js'
import { createPresence } from './database/presence.js'
import { probeDatabase } from './database/probe.js'
import { createShortReads } from './database/short-reads.js'
import { createSnapshots, type Snapshot } from './database/snapshot.js'
import { inTransaction, rowsOf } from './database/transaction.js'
import { openExportConnections } from './exports/connections.js'
import { exportRoutes } from './exports/export-route.js'
import { type ExportLimits, exportConnections, exportLimits } from './exports/limits.js'
import { createConnections } from './graph/connections.js'
import { corsFor } from './graph/cors.js'
import { graphqlHttp } from './graph/http.js'
import { maskError } from './graph/mask-error.js'
import { createOperations } from './graph/operations.js'
import { graphqlWebSocket } from './graph/websocket.js'
import { createClickRoute } from './intake/click-route.js'
import { createDirectClickRoute } from './intake/direct-click-route.js'
import { createGeoLookup } from './intake/geo-lookup.js'
import { createIntakeLimits } from './intake/intake-limits.js'
import { createClickKeeper } from './intake/keep-click.js'
import { createBurstNotice } from './intake/notice-burst.js'
import { createPixelRoute } from './intake/pixel-route.js'
import { createPostbackRoute } from './intake/postback-route.js'
import { presetTable } from './intake/presets/tables.js'
import { createSampledLog } from './intake/sampled-log.js'
import { createScriptRoute } from './intake/script-route.js'
import { type Clock, systemClock } from './kernel/clock.js'
import { dayMs } from './kernel/day.js'
import { unavailable } from './kernel/errors.js'
import type { Explained } from './kernel/explained.js'
import { createLedger, type LedgerLimits, ledgerLimits } from './ledger/append.js'
import { createVisitorEraser } from './ledger/erase-visitor.js'
import { createFolding, type Transact } from './ledger/fold.js'
import { createActivityFolding } from './ledger/fold-activity.js'
import { shortenAddresses } from './ledger/shorten-addresses.js'
import { createUpkeep } from './ledger/upkeep.js'
import { noBus, type OpenBus } from './live/bus.js'
import type { LiveContext } from './live/context.js'
import { type LiveLimits, liveLimits } from './live/limits.js'
import { createLive } from './live/live.js'
import { natsBus } from './live/nats-bus.js'
import { postgresBus } from './live/postgres-bus.js'
import { metricsRoute } from './metrics.js'
import { createOrigins } from './origins.js'
import { addProbes } from './probes.js'
import { followRates } from './rates/follow-rates.js'
import { biSchema } from './reporting/bi/views.js'
import { watchReaders } from './reporting/bi/watch-readers.js'
import { createReportingLoaders } from './reporting/loaders.js'
import { reconcileRoute } from './reporting/reconcile/reconcile-route.js'
import { schema, schemaText } from './schema.js'
import { drainBatch } from './spool/drain.js'
import { createQueueingLedger } from './spool/queueing-ledger.js'
import { openSpool } from './spool/spool.js'

export type App = Awaited<ReturnType<typeof createApp>>

const poolMax = 20
const statementTimeoutMs = 5_000
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
  const server = Fastify({
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    logger: { level: config.logLevel, stream: process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { querystringParser: () => ({}), maxParamLength: 100 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
  })
  const closeServer = prepareClosing(server)
  const log = server.log
  const logError = (error: unknown, doing: string, context: object = {}) => log.error({ err: error, ...context }, doing)
  // Of what fails ten times a second for as long as the database has trouble.
  const troubles = createSampledLog({ warn: log.error.bind(log), error: log.error.bind(log) }, clock)
  const warn = (message: string, error?: unknown) => log.warn(error === undefined ? {} : { err: error }, message)

  const orm = createOrm({ connection, poolMax, entities: catalogEntities, migrations })
  const rows = rowsOf(orm.em.fork())
  await checkServer(rows, config.allowUnsafeDatabase)
  await migrate(orm, biSchema)
  const transact: Transact = (work) => inTransaction(orm, (em) => work(rowsOf(em)))
  const upkeep = createUpkeep({
    rows,
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
  const sessions = createSessions(secret, clock, rows)
  const shortReads = createShortReads(() => openPipeline(connection, statementTimeoutMs))
  const presence = createPresence({
    probe: (patienceMs) => probeDatabase(connection, patienceMs),
    onAway: shortReads.drop,
    log: warn,
  })
  const tokens = createTokens({ orm, secret, clock, rows: shortReads.rows, presence })
  const signingKeys = createSigningKeys({ orm, secret, clock, rows: shortReads.rows, presence })
  const authenticator = createAuthenticator({ rows, sessions, clock, logError })
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
      log: (message, error) => troubles({ err: error }, message),
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
  const catalogWrites = { orm, tokens, signingKeys, authenticator, clock }
  const origins = createOrigins(config)
  const intakeLimits = createIntakeLimits(config.intakeRates, clock)

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
    postbackParameters: (preset) => presetTable(preset).postbackParameters,
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
    },
    heartbeatMs: config.heartbeatMs,
    accessEveryMs,
  })
  const executing = {
    schema,
    snapshots: createSnapshots(orm),
    createContext,
    createEventContext: (scope: Scope, snapshot: Snapshot, publicUrl: string) =>
      createContext(scope, snapshot, publicUrl, live.catalog.of(scope.workspaceId)),
    introspection: config.introspection,
    logError,
  }
  const graph = {
    ...executing,
    authenticator,
    connections,
    operations: createOperations<LiveContext>(executing),
    maxOperations: config.maxOperationsPerSocket,
    publicUrl: origins.publicUrl,
    isAllowedOrigin: origins.isAllowed,
    clientAddress: origins.clientAddress,
  }

  await server.register(
    createPostbackRoute({
      ledger,
      clock,
      log,
      limits: intakeLimits,
      forgetsAddresses: config.clickIpDays === 0,
      findToken: tokens.findToken,
      findSigner: signingKeys.findSigner,
      async findAdvertiser(workspaceId, advertiserId) {
        const advertiser = (await catalogs.recent(workspaceId)).advertisers.get(advertiserId)
        if (advertiser !== undefined) return advertiser
        // Its token is younger than the catalog that was remembered.
        catalogs.expire(workspaceId)
        const found = (await catalogs.recent(workspaceId)).advertisers.get(advertiserId)
        // It is in a catalog that the database did not give.
        if (found === undefined) throw unavailable()
        return found
      },
    }),
  )
  const forgetsAddresses = config.clickIpDays === 0
  const limited = { limits: intakeLimits, clock, log }
  const keepClick = createClickKeeper({
    ledger,
    clock,
    findLink: createLinkFinder(shortReads.rows, 100_000, clock, presence),
    geo: await createGeoLookup(config.geoipDb ?? undefined),
    visitorSecret: deriveKey(secret, 'visitor').export().toString('base64url'),
    noticeBurst: createBurstNotice(config.intakeRates.clickBurst),
    forgetsAddresses,
  })
  await server.register(createClickRoute({ ...limited, keepClick, setsCookie: config.clickCookie }))
  await server.register(createDirectClickRoute({ ...limited, keepClick }))
  const findAdvertiserById = createAdvertiserFinder(shortReads.rows, 20_000, clock, presence)
  await server.register(createPixelRoute({ ...limited, ledger, findAdvertiser: findAdvertiserById }))
  await server.register(createScriptRoute())
  await server.register(async (api) => {
    await api.register(cors, () => corsFor(origins.isAllowed))
    await api.register((instance) => sessionRoute(instance, { rows, authenticator, sessions }))
    await api.register((instance) => graphqlHttp(instance, graph))
    await api.register((instance) =>
      reconcileRoute(instance, { ...graph, cursors, maskError: (error) => maskError(error, logError) }),
    )
    await api.register((instance) =>
      exportRoutes(instance, {
        ...{ authenticator, cursors, clock, limits: ofExports, stallMs: config.slowReaderMs },
        ...{ connections: exports, logError },
        mask: (error) => maskError(error, logError, 'answering an export'),
      }),
    )
    api.get('/schema.graphql', (_request, reply) => reply.type('text/plain; charset=utf-8').send(schemaText))
  })
  graphqlWebSocket(server.server, graph)
  const isReady = addProbes(server, { spool, ledger, presence })
  await server.register(metricsRoute({ spool, ledger, presence, clock }))
  upkeep.start(ledger)
  const rates = config.currencyRates === null ? null : followRates({ source: config.currencyRates, orm, clock, log })
  const readerWatch = watchReaders(rows, logError)
  readerWatch.start()

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
    },
  }
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
