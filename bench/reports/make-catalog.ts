import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.js'
import type { CatalogWrites } from '../../src/catalog/context.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { createAdvertiser } from '../../src/catalog/write-advertiser.js'
import { createAffiliate } from '../../src/catalog/write-affiliate.js'
import { createCampaign } from '../../src/catalog/write-campaign.js'
import { createLink } from '../../src/catalog/write-link.js'
import { readConfig } from '../../src/config.js'
import type { Connection } from '../../src/database/embedded/client.js'
import { encodeId, newId, type WorkspaceId } from '../../src/kernel/ids.js'
import { ensurePartitions } from '../../src/ledger/partitions.js'
import { events, leadPrice, type OfferedCampaign, type Offers } from './offers.js'
import type { CatalogIds } from './write-lines.js'

/** Days with their borders at summer time, as most workspaces have them. */
export const zone = 'Europe/Berlin'

/** A workspace with all that is offered, by the product's own hand, and room for clicks from `fromMs` on. */
export async function makeCatalog(
  connection: Connection,
  offers: Offers,
  fromMs: number,
  nowMs: number,
): Promise<CatalogIds> {
  const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-bench-'))
  const config = readConfig({ LOG_LEVEL: 'error', DATA_DIR: dataDir }, [])
  const app = await createApp(config, connection, () => fromMs)
  try {
    await ensurePartitions(app.rows, fromMs, nowMs)
    const { workspaceId } = await createWorkspace(app.orm, app.clock, { name: 'Benchmark', timeZone: zone })
    return await makeOffers(app.catalogWrites, workspaceId, offers)
  } finally {
    await app.close()
    await rm(dataDir, { recursive: true })
  }
}

async function makeOffers(writes: CatalogWrites, workspaceId: WorkspaceId, offers: Offers): Promise<CatalogIds> {
  const scope = { workspaceId, keyId: newId<'key'>(), role: 'ADMIN', advertiserId: null, affiliateId: null } as const
  const makeAll = async <Item, Id extends string>(items: readonly Item[], make: (item: Item) => Promise<Id>) => {
    const ids: Id[] = []
    for (const item of items) ids.push(await make(item))
    return ids
  }
  const at = <Id extends string>(ids: readonly Id[], index: number) => ids[index] as Id // the offers refer to each other

  const advertisers = await makeAll(offers.advertisers, (name) => createAdvertiser(writes, scope, { name }))
  const affiliates = await makeAll(offers.affiliates, (name) => createAffiliate(writes, scope, { name }))
  const campaigns = await makeAll(offers.campaigns, (campaign) =>
    createCampaign(writes, scope, {
      advertiserId: encodeId('adv', at(advertisers, campaign.advertiser)),
      name: campaign.name,
      destinationUrl: 'https://shop.example/landing?click_id={click_id}',
      goals: goalsOf(campaign),
    }),
  )
  const links = await makeAll(offers.links, ({ campaign, affiliate, source }) =>
    createLink(writes, scope, {
      campaignId: encodeId('cmp', at(campaigns, campaign)),
      affiliateId: encodeId('aff', at(affiliates, affiliate)),
      source,
    }),
  )
  return { workspaceId, advertisers, affiliates, campaigns, links }
}

function goalsOf({ revenuePercent, payoutPercent, salesStartAs }: OfferedCampaign) {
  const percent = (value: number) => ({ kind: 'PERCENT' as const, value: String(value) })
  const fixed = (tenThousandths: number) => ({ kind: 'FIXED' as const, value: String(tenThousandths / 10_000) })
  return [
    {
      event: events.sale,
      revenue: percent(revenuePercent),
      payout: percent(payoutPercent),
      startsAs: salesStartAs,
      duplicates: 'UPDATE' as const,
    },
    { event: events.lead, revenue: fixed(leadPrice.revenue), payout: fixed(leadPrice.payout) },
  ]
}
