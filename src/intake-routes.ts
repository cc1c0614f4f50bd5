import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { deriveKey } from './access/secret.js'
import type { SigningKeys } from './access/signing-keys.js'
import type { Tokens } from './access/tokens.js'
import type { CatalogCache } from './catalog/catalog-cache.js'
import { createAdvertiserFinder } from './catalog/find-advertiser.js'
import { createLinkFinder } from './catalog/find-link.js'
import type { Config } from './config.js'
import type { Presence } from './database/presence.js'
import type { Rows } from './database/rows.js'
import { createClickRoute } from './intake/click-route.js'
import { createDirectClickRoute } from './intake/direct-click-route.js'
import { createGeoLookup } from './intake/geo-lookup.js'
import type { IntakeCounts } from './intake/intake-counts.js'
import type { IntakeLimits } from './intake/intake-limits.js'
import { createClickKeeper } from './intake/keep-click.js'
import { createBurstNotice } from './intake/notice-burst.js'
import { createPixelRoute } from './intake/pixel-route.js'
import { createPostbackRoute } from './intake/postback-route.js'
import { createScriptRoute } from './intake/script-route.js'
import type { Clock } from './kernel/clock.js'
import { unavailable } from './kernel/errors.js'
import type { AdvertiserId, WorkspaceId } from './kernel/ids.js'
import type { Ledger } from './ledger/entries.js'

export interface IntakeOptions {
  readonly config: Config
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  readonly ledger: Ledger
  readonly limits: IntakeLimits
  readonly counts: IntakeCounts
  readonly tokens: Tokens
  readonly signingKeys: SigningKeys
  readonly catalogs: CatalogCache
  /** Looks up what the caches do not know; nobody may wait long for it. */
  readonly rows: Rows
  readonly presence: Presence
  readonly secret: Uint8Array
}

const maxLinks = 100_000
const maxAdvertisers = 20_000

/** What the outside world sends events to. */
export async function intakeRoutes(
  server: FastifyInstance,
  { config, clock, log, ledger, limits, counts, tokens, signingKeys, catalogs, rows, presence, secret }: IntakeOptions,
): Promise<void> {
  const forgetsAddresses = config.clickIpDays === 0
  const limited = { limits, clock, log }
  // A line for each postback only where it is asked for.
  const tell = ['trace', 'debug', 'info'].includes(config.logLevel) ? log.info.bind(log) : undefined
  await server.register(
    createPostbackRoute({
      ...limited,
      ...{ counts, tell },
      ledger,
      forgetsAddresses,
      findToken: tokens.findToken,
      findSigner: signingKeys.findSigner,
      findAdvertiser: (workspaceId, advertiserId) => findTerms(catalogs, workspaceId, advertiserId),
    }),
  )
  const keepClick = createClickKeeper({
    ledger,
    clock,
    findLink: createLinkFinder(rows, maxLinks, clock, presence),
    geo: await createGeoLookup(config.geoipDb ?? undefined),
    visitorSecret: deriveKey(secret, 'visitor').export().toString('base64url'),
    noticeBurst: createBurstNotice(config.intakeRates.clickBurst),
    forgetsAddresses,
    counts,
  })
  await server.register(createClickRoute({ ...limited, keepClick, setsCookie: config.clickCookie }))
  await server.register(createDirectClickRoute({ ...limited, keepClick }))
  const findAdvertiser = createAdvertiserFinder(rows, maxAdvertisers, clock, presence)
  await server.register(createPixelRoute({ ...limited, ...{ counts, tell }, ledger, findAdvertiser }))
  await server.register(createScriptRoute())
}

async function findTerms(catalogs: CatalogCache, workspaceId: WorkspaceId, advertiserId: AdvertiserId) {
  const advertiser = (await catalogs.recent(workspaceId)).advertisers.get(advertiserId)
  if (advertiser !== undefined) return advertiser
  // Its token is younger than the catalog that was remembered.
  catalogs.expire(workspaceId)
  const found = (await catalogs.recent(workspaceId)).advertisers.get(advertiserId)
  // It is in a catalog that the database did not give.
  if (found === undefined) throw unavailable()
  return found
}
