import { type RateSeries, type Rates, withChanges } from '../attribution/rates.js'
import type { AdvertiserTerms, CampaignTerms, Catalog, GoalVersion, Price } from '../attribution/terms.js'
import type { Rows } from '../database/rows.js'
import type { AdvertiserId, AffiliateId, CampaignId, WorkspaceId } from '../kernel/ids.js'
import { money } from '../kernel/money.js'
import type {
  AffiliateStatus,
  CampaignStatus,
  ConversionStatus,
  DuplicatePolicy,
  Preset,
  PriceKind,
} from '../kernel/vocabulary.js'

/**
 * The catalog at its newest committed version, reading through `rows` only what changed since `known`.
 *
 * Whoever changes the catalog holds the lock of `workspace_head`, raises `catalog_version` there and stamps the rows
 * it touched with it. So whoever holds that lock and sees the version it has in memory has today's catalog, and who
 * sees a higher one need read only the rows stamped since.
 */
export async function readCatalog(rows: Rows, workspaceId: WorkspaceId, known?: Catalog): Promise<Catalog> {
  const since = known?.version ?? -1
  const [workspace] = await rows<WorkspaceRow>(
    `select w.currency, w.time_zone, w.erasure_key, h.catalog_version
       from workspace w join workspace_head h on h.workspace_id = w.id where w.id = $1`,
    [workspaceId],
  )
  if (workspace === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  const version = Number(workspace.catalog_version)
  if (known !== undefined && known.version === version) return known

  const changed = `workspace_id = $1 and catalog_version > $2 and catalog_version <= $3`
  const values = [workspaceId, since, version]
  const advertisers = await rows<AdvertiserRow>(
    `select id, preset, allowed_ips, require_signature from advertiser where ${changed}`,
    values,
  )
  const affiliates = await rows<AffiliateRow>(`select id, ref, status from affiliate where ${changed}`, values)
  const campaigns = await rows<CampaignRow>(
    `select id, advertiser_id, status, destination_url, fallback_url, attribution_window_days, client_side
       from campaign where ${changed}`,
    values,
  )
  const goals = await rows<GoalRow>(
    `select campaign_id, event, number, active, revenue_kind, revenue_value::text, payout_kind, payout_value::text,
            starts_as, duplicates, (extract(epoch from in_force_from) * 1000)::float8 as in_force_from_ms
       from goal_version where ${changed} order by ordinal, number`,
    values,
  )
  const rates = await rows<RateRow>(
    `select currency, day - date '1970-01-01' as day, rate::text from currency_rate where ${changed}`,
    values,
  )

  const affiliateById = new Map(known?.affiliates)
  const affiliateIdByRef = new Map(known?.affiliateIdByRef)
  for (const row of affiliates) {
    const before = affiliateById.get(row.id)
    if (before !== undefined) affiliateIdByRef.delete(before.ref)
    affiliateById.set(row.id, row)
    affiliateIdByRef.set(row.ref, row.id)
  }
  return {
    workspaceId,
    version,
    currency: workspace.currency,
    timeZone: workspace.time_zone,
    erasureKey: workspace.erasure_key,
    advertisers: withRows(known?.advertisers, advertisers, toAdvertiser),
    affiliates: affiliateById,
    affiliateIdByRef,
    campaigns: withGoals(
      withRows(known?.campaigns, campaigns, (row) => toCampaign(row, known)),
      goals,
    ),
    rates: withRates(known?.rates, rates),
  }
}

function withRates(known: Rates | undefined, rows: readonly RateRow[]): Rates {
  if (known !== undefined && rows.length === 0) return known
  const all = new Map<string, RateSeries>(known)
  for (const [currency, changes] of Map.groupBy(rows, (row) => row.currency)) {
    all.set(currency, withChanges(all.get(currency), changes))
  }
  return all
}

function withRows<Row extends { id: Key }, Key, Value>(
  known: ReadonlyMap<Key, Value> | undefined,
  rows: readonly Row[],
  toValue: (row: Row) => Value,
): Map<Key, Value> {
  const all = new Map(known)
  for (const row of rows) all.set(row.id, toValue(row))
  return all
}

function withGoals(
  campaigns: Map<CampaignId, CampaignTerms>,
  rows: readonly GoalRow[],
): Map<CampaignId, CampaignTerms> {
  for (const row of rows) {
    const campaign = campaigns.get(row.campaign_id)
    if (campaign === undefined) continue
    const goals = new Map(campaign.goals)
    goals.set(row.event, [...(goals.get(row.event) ?? []), toGoal(row)])
    campaigns.set(campaign.id, { ...campaign, goals })
  }
  return campaigns
}

const toAdvertiser = (row: AdvertiserRow): AdvertiserTerms => ({
  id: row.id,
  preset: row.preset,
  allowedIps: row.allowed_ips,
  requireSignature: row.require_signature,
})

const toCampaign = (row: CampaignRow, known: Catalog | undefined): CampaignTerms => ({
  id: row.id,
  advertiserId: row.advertiser_id,
  status: row.status,
  destinationUrl: row.destination_url,
  fallbackUrl: row.fallback_url,
  attributionWindowDays: row.attribution_window_days,
  clientSide: row.client_side,
  goals: known?.campaigns.get(row.id)?.goals ?? new Map(),
})

const toPrice = (kind: PriceKind, value: string | null): Price => ({
  kind,
  value: value === null ? null : money(value),
})

const toGoal = (row: GoalRow): GoalVersion => ({
  event: row.event,
  number: row.number,
  active: row.active,
  revenue: toPrice(row.revenue_kind, row.revenue_value),
  payout: toPrice(row.payout_kind, row.payout_value),
  startsAs: row.starts_as,
  duplicates: row.duplicates,
  inForceFromMs: row.in_force_from_ms,
})

interface WorkspaceRow {
  currency: string
  time_zone: string
  erasure_key: Buffer | null
  catalog_version: string
}
interface AdvertiserRow {
  id: AdvertiserId
  preset: Preset
  allowed_ips: string[]
  require_signature: boolean
}
interface AffiliateRow {
  id: AffiliateId
  ref: string
  status: AffiliateStatus
}
interface CampaignRow {
  id: CampaignId
  advertiser_id: AdvertiserId
  status: CampaignStatus
  destination_url: string
  fallback_url: string | null
  attribution_window_days: number
  client_side: boolean
}
interface GoalRow {
  campaign_id: CampaignId
  event: string
  number: number
  active: boolean
  revenue_kind: PriceKind
  revenue_value: string | null
  payout_kind: PriceKind
  payout_value: string | null
  starts_as: ConversionStatus
  duplicates: DuplicatePolicy
  in_force_from_ms: number
}
interface RateRow {
  currency: string
  day: number
  rate: string | null
}
