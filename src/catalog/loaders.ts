import DataLoader, { type CacheMap } from 'dataloader'
import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import type { SigningKey, SigningKeys } from '../access/signing-keys.js'
import type { Tokens } from '../access/tokens.js'
import type { Page, PageRequest } from '../database/page.js'
import type { Snapshot } from '../database/snapshot.js'
import type { AdvertiserId, AffiliateId, CampaignId, LinkId } from '../kernel/ids.js'
import type { AdvertiserType } from './advertiser.type.js'
import type { AffiliateType } from './affiliate.type.js'
import type { CampaignType } from './campaign.type.js'
import type { GoalType, GoalVersionType } from './goal.type.js'
import type { LinkType } from './link.type.js'
import { readGoals, readGoalVersions } from './read-goals.js'
import {
  type CatalogRecords,
  listNestedRecords,
  type ParentColumn,
  readRecords,
  readVisibleRecords,
} from './read-records.js'
import type { CatalogKind } from './visibility.js'

type RememberedKind = Exclude<CatalogKind, 'key'>
type Cache<Id, Value> = CacheMap<Id, Promise<Value>>

/** Records that outlive an operation, for those who know when they change. They are the same whoever asks. */
export type RememberedRecords = { readonly [Kind in RememberedKind]: Cache<string, CatalogRecords[Kind]> }

/**
 * One operation's reads of the catalog: whatever is asked for in one tick is asked of the database at once, so a list
 * costs one statement per level, however long it is.
 */
export interface CatalogLoaders {
  readonly advertiser: DataLoader<AdvertiserId, AdvertiserType>
  readonly affiliate: DataLoader<AffiliateId, AffiliateType>
  readonly campaign: DataLoader<CampaignId, CampaignType>
  readonly link: DataLoader<LinkId, LinkType>
  /** The goals in force, in the campaign's order, with the money that the scope sees. */
  readonly goals: DataLoader<CampaignId, GoalType[]>
  /** As `goals`, all versions, newest first, at most so many; the caller has made sure that the scope sees all money. */
  goalVersions(campaignId: CampaignId, first: number): Promise<GoalVersionType[]>
  /** An advertiser's newest postback token; the caller has made sure that the scope may see it. */
  readonly postbackToken: DataLoader<AdvertiserId, string | null>
  /** The keys that an advertiser's signatures are taken of now; the same. */
  readonly signingKeys: DataLoader<AdvertiserId, SigningKey[]>
  /** A record by id, or null where it is unknown or not for this scope's eyes. */
  visible<Kind extends CatalogKind>(kind: Kind, id: string): Promise<CatalogRecords[Kind] | null>
  /** A page of the records of a kind that hang on a parent. */
  nested<Kind extends CatalogKind>(
    kind: Kind,
    parent: ParentColumn,
    parentId: string,
    page: PageRequest,
  ): Promise<Page<CatalogRecords[Kind]>>
  /** Forgets what was read: to be called when something was written. */
  clear(): void
}

const maxBatchSize = 1_000

export function createCatalogLoaders(
  { rows }: Snapshot,
  scope: Scope,
  { tokens, signingKeys }: { readonly tokens: Tokens; readonly signingKeys: SigningKeys },
  remembered: RememberedRecords | null = null,
): CatalogLoaders {
  const { workspaceId } = scope
  const made: DataLoader<string, unknown>[] = []

  function loader<Id extends string, Value>(
    load: (ids: readonly Id[]) => Promise<readonly (Value | Error)[]>,
    cacheMap: Cache<Id, Value> | null = null,
  ) {
    const created = new DataLoader<Id, Value>(load, { maxBatchSize, cacheMap: cacheMap ?? new Map() })
    // All that is done with it here is to clear it, whatever its keys.
    made.push(created as unknown as DataLoader<string, unknown>)
    return created
  }

  const related = <Id extends string, Kind extends RememberedKind>(kind: Kind) =>
    loader<Id, CatalogRecords[Kind]>(async (ids) => {
      const byId = indexById(await readRecords(rows, workspaceId, kind, ids))
      return ids.map((id) => byId.get(id) ?? new Error(`${kind} ${id} is not in the catalog`))
    }, remembered?.[kind])

  const loaders = {
    advertiser: related<AdvertiserId, 'advertiser'>('advertiser'),
    affiliate: related<AffiliateId, 'affiliate'>('affiliate'),
    campaign: related<CampaignId, 'campaign'>('campaign'),
    link: related<LinkId, 'link'>('link'),

    goals: loader<CampaignId, GoalType[]>(async (ids) => {
      const goals = await readGoals(rows, workspaceId, ids, { revenue: seesRevenue(scope), payout: seesPayout(scope) })
      return ids.map((id) => goals.get(id) ?? [])
    }),

    postbackToken: loader<AdvertiserId, string | null>(async (ids) => {
      const texts = await tokens.readTokens(rows, workspaceId, ids)
      return ids.map((id) => texts.get(id) ?? null)
    }),

    signingKeys: loader<AdvertiserId, SigningKey[]>(async (ids) => {
      const keys = await signingKeys.readKeys(rows, workspaceId, ids)
      return ids.map((id) => keys.get(id) ?? [])
    }),
  }

  const byKind = createTable((kind: CatalogKind) =>
    loader<string, CatalogRecords[CatalogKind] | null>(async (ids) => {
      const byId = indexById(await readVisibleRecords(rows, scope, kind, ids))
      return ids.map((id) => byId.get(id) ?? null)
    }),
  )

  const versionsUpTo = createTable((first: number) =>
    loader<CampaignId, GoalVersionType[]>(async (ids) => {
      const versions = await readGoalVersions(rows, workspaceId, ids, first)
      return ids.map((id) => versions.get(id) ?? [])
    }),
  )

  const byParent = createTable((question: string) => {
    const [kind, parent, page] = JSON.parse(question) as [CatalogKind, ParentColumn, PageRequest]
    return loader<string, Page<CatalogRecords[CatalogKind]>>((ids) =>
      listNestedRecords(rows, scope, kind, parent, ids, page),
    )
  })

  return {
    ...loaders,
    goalVersions: (campaignId, first) => versionsUpTo(first).load(campaignId),
    // Each kind's loader gives records of that kind.
    visible: <Kind extends CatalogKind>(kind: Kind, id: string) =>
      byKind(kind).load(id) as Promise<CatalogRecords[Kind] | null>,
    nested: <Kind extends CatalogKind>(kind: Kind, parent: ParentColumn, parentId: string, page: PageRequest) =>
      byParent(JSON.stringify([kind, parent, page])).load(parentId) as Promise<Page<CatalogRecords[Kind]>>,
    clear() {
      for (const each of made) each.clearAll()
    },
  }
}

function indexById<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]))
}

/** A function that makes one value for each key. */
function createTable<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<Key, Value>()
  return (key) => {
    const value = values.get(key) ?? make(key)
    values.set(key, value)
    return value
  }
}
