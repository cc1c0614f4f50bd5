import type { Scope } from '../access/scope.js'
import { cutPage, type Page, type PageRequest } from '../database/page.js'
import type { Rows } from '../database/rows.js'
import { badInput } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { AdvertiserType } from './advertiser.type.js'
import type { AffiliateType } from './affiliate.type.js'
import type { CampaignType } from './campaign.type.js'
import type { KeyType } from './key.type.js'
import type { LinkType } from './link.type.js'
import { type CatalogKind, viewerValues, visible } from './visibility.js'

export interface CatalogRecords {
  advertiser: AdvertiserType
  affiliate: AffiliateType
  campaign: CampaignType
  link: LinkType
  key: KeyType
}

const tables: Record<CatalogKind, string> = {
  advertiser: 'advertiser',
  affiliate: 'affiliate',
  campaign: 'campaign',
  link: 'link',
  key: 'access_key',
}

const columns: Record<CatalogKind, string> = {
  advertiser: `r.id, r.name, r.preset, r.allowed_ips as "allowedIps",
    r.require_signature as "requireSignature"`,
  affiliate: `r.id, r.name, r.ref, r.status`,
  campaign: `r.id, r.advertiser_id as "advertiserId", r.name, r.status, r.destination_url as "destinationUrl",
    r.fallback_url as "fallbackUrl", r.attribution_window_days as "attributionWindowDays", r.client_side as "clientSide"`,
  link: `r.id, r.campaign_id as "campaignId", r.affiliate_id as "affiliateId", nullif(r.source, '') as source,
    nullif(r.creative, '') as creative, nullif(r.keyword, '') as keyword, nullif(r.placement, '') as placement,
    r.subs, r.destination_url as "destinationUrl"`,
  key: `r.id, r.advertiser_id as "advertiserId", r.affiliate_id as "affiliateId", r.name, r.role,
    r.created_at as "createdAt", r.last_used_at as "lastUsedAt", r.revoked_at as "revokedAt"`,
}

/** A condition on row `r`; the question mark stands for its value. */
export interface Filter {
  readonly sql: string
  readonly value: unknown
}

/** The records of these ids, in any order, whoever asks: for what is reached from something visible. */
export function readRecords<Kind extends CatalogKind>(
  rows: Rows,
  workspaceId: WorkspaceId,
  kind: Kind,
  ids: readonly string[],
): Promise<CatalogRecords[Kind][]> {
  return rows(`select ${columns[kind]} from ${tables[kind]} r where r.workspace_id = $1 and r.id = any($2)`, [
    workspaceId,
    ids,
  ])
}

/** Those of these records that the scope sees, in any order. */
export function readVisibleRecords<Kind extends CatalogKind>(
  rows: Rows,
  scope: Scope,
  kind: Kind,
  ids: readonly string[],
): Promise<CatalogRecords[Kind][]> {
  return rows(
    `select ${columns[kind]} from ${tables[kind]} r
      where r.workspace_id = $1 and r.id = any($3) and (${visible(scope, kind)})`,
    [...viewerValues(scope), ids],
  )
}

/** A page of what the scope sees, oldest first. */
export async function listRecords<Kind extends CatalogKind>(
  rows: Rows,
  scope: Scope,
  kind: Kind,
  { first, afterId }: PageRequest,
  filters: readonly Filter[] = [],
): Promise<Page<CatalogRecords[Kind]>> {
  const conditions = filters.map(({ sql }, index) => `and ${sql.replaceAll('?', `$${index + 5}`)}`)
  const records = await rows<CatalogRecords[Kind]>(
    `select ${columns[kind]} from ${tables[kind]} r
      where r.workspace_id = $1 and (${visible(scope, kind)}) and ($3::uuid is null or r.id > $3)
        ${conditions.join(' ')}
      order by r.id limit $4`,
    [...viewerValues(scope), afterId, first + 1, ...filters.map(({ value }) => value)],
  )
  return cutPage(records, first)
}

/** The column by which records of a kind hang on a parent. */
export type ParentColumn = 'advertiser_id' | 'affiliate_id' | 'campaign_id'

/** The first page of each parent's records, in the order of the parents, by one statement. */
export async function listNestedRecords<Kind extends CatalogKind>(
  rows: Rows,
  scope: Scope,
  kind: Kind,
  parent: ParentColumn,
  parentIds: readonly string[],
  { first, afterId }: PageRequest,
): Promise<Page<CatalogRecords[Kind]>[]> {
  const records = await rows<CatalogRecords[Kind] & { nestedIn: string }>(
    `select nested.*, parent.id as "nestedIn"
       from unnest($3::uuid[]) parent (id)
      cross join lateral (
        select ${columns[kind]} from ${tables[kind]} r
         where r.workspace_id = $1 and r.${parent} = parent.id and (${visible(scope, kind)})
           and ($4::uuid is null or r.id > $4)
         order by r.id limit $5) nested
      order by nested.id`,
    [...viewerValues(scope), parentIds, afterId, first + 1],
  )
  const byParent = Map.groupBy(records, (record) => record.nestedIn)
  return parentIds.map((id) => cutPage(byParent.get(id) ?? [], first))
}

const maxSearchCharacters = 100

/** Those with `search` in one of these columns, in any case, its wildcards taken as they are. */
export function searchFilter(search: string | null | undefined, ...names: readonly string[]): Filter[] {
  if (search == null || search === '') return []
  if (search.length > maxSearchCharacters)
    throw badInput(`search may have ${maxSearchCharacters} characters.`, 'search')
  const sql = names.map((name) => `r.${name} ilike ?`).join(' or ')
  return [{ sql: `(${sql})`, value: `%${search.replaceAll(/[\\%_]/g, '\\$&')}%` }]
}
