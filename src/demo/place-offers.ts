import type { Scope } from '../access/scope.js'
import type { CatalogWrites } from '../catalog/context.js'
import { createAdvertiser } from '../catalog/write-advertiser.js'
import { createAffiliate } from '../catalog/write-affiliate.js'
import { createCampaign } from '../catalog/write-campaign.js'
import { createLink } from '../catalog/write-link.js'
import type { Rows } from '../database/rows.js'
import { type AdvertiserId, type AffiliateId, type CampaignId, encodeId, type LinkId } from '../kernel/ids.js'
import type { DemoLink } from './demo-link.js'
import { affiliates, links } from './links.js'
import { advertisers, campaigns, type DemoAdvertiser, type DemoCampaign } from './offers.js'

/** One of the demo's links as the catalog has it. */
export interface PlacedLink extends DemoLink {
  readonly id: LinkId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly advertiserId: AdvertiserId
}

/**
 * The demo's catalog: what is there from an earlier start is known by its name or ref, what is missing is made, so that
 * a start that was broken off half way is carried on by the next.
 */
export async function placeOffers(writes: CatalogWrites, scope: Scope, rows: Rows): Promise<PlacedLink[]> {
  const advertiserIds = await placeAdvertisers(writes, scope, rows)
  const campaignIds = await placeCampaigns(writes, scope, rows, advertiserIds)
  const affiliateIds = await placeAffiliates(writes, scope, rows)
  const known = await rows<{ key: string; id: LinkId }>(
    `select concat_ws(' ', campaign_id, affiliate_id, source) as key, id from link
      where workspace_id = $1 order by id desc`,
    [scope.workspaceId],
  )
  const ids = new Map(known.map(({ key, id }) => [key, id]))

  const placed: PlacedLink[] = []
  for (const link of links) {
    const campaignId = got(campaignIds, link.campaign)
    const affiliateId = got(affiliateIds, link.affiliate.ref)
    const input = {
      campaignId: encodeId('cmp', campaignId),
      affiliateId: encodeId('aff', affiliateId),
      source: link.source,
      placement: link.placement,
      subs: link.subs,
    }
    const id = ids.get(`${campaignId} ${affiliateId} ${link.source}`) ?? (await createLink(writes, scope, input))
    placed.push({ ...link, id, campaignId, affiliateId, advertiserId: got(advertiserIds, link.campaign.advertiser) })
  }
  return placed
}

async function placeAdvertisers(
  writes: CatalogWrites,
  scope: Scope,
  rows: Rows,
): Promise<Map<DemoAdvertiser, AdvertiserId>> {
  const known = await rows<{ name: string; id: AdvertiserId }>(
    `select name, id from advertiser where workspace_id = $1 order by id desc`,
    [scope.workspaceId],
  )
  const ids = new Map(known.map(({ name, id }) => [name, id]))
  const placed = new Map<DemoAdvertiser, AdvertiserId>()
  for (const advertiser of advertisers) {
    const { name } = advertiser
    placed.set(advertiser, ids.get(name) ?? (await createAdvertiser(writes, scope, { name })))
  }
  return placed
}

async function placeCampaigns(
  writes: CatalogWrites,
  scope: Scope,
  rows: Rows,
  advertiserIds: ReadonlyMap<DemoAdvertiser, AdvertiserId>,
): Promise<Map<DemoCampaign, CampaignId>> {
  const known = await rows<{ advertiser_id: AdvertiserId; name: string; id: CampaignId }>(
    `select advertiser_id, name, id from campaign where workspace_id = $1 order by id desc`,
    [scope.workspaceId],
  )
  const ids = new Map(known.map(({ advertiser_id, name, id }) => [`${advertiser_id} ${name}`, id]))
  const placed = new Map<DemoCampaign, CampaignId>()
  for (const campaign of Object.values(campaigns)) {
    const { advertiser, name, destinationUrl, attributionWindowDays, goals } = campaign
    const advertiserId = got(advertiserIds, advertiser)
    const input = {
      advertiserId: encodeId('adv', advertiserId),
      name,
      destinationUrl,
      attributionWindowDays,
      goals: [...goals],
    }
    placed.set(campaign, ids.get(`${advertiserId} ${name}`) ?? (await createCampaign(writes, scope, input)))
  }
  return placed
}

async function placeAffiliates(writes: CatalogWrites, scope: Scope, rows: Rows): Promise<Map<string, AffiliateId>> {
  const known = await rows<{ ref: string; id: AffiliateId }>(`select ref, id from affiliate where workspace_id = $1`, [
    scope.workspaceId,
  ])
  const placed = new Map(known.map(({ ref, id }) => [ref, id]))
  for (const { name, ref } of affiliates) {
    if (!placed.has(ref)) placed.set(ref, await createAffiliate(writes, scope, { name, ref }))
  }
  return placed
}

function got<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key)
  if (value === undefined) throw new Error('the demo names something that it does not have')
  return value
}
