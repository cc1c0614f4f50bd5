import type { LiveCatalog } from './inject-changes.js'
import type { Ask } from './pulseback.js'
import { campaignCount } from './questions.js'
import { createMake, percent } from './traffic.js'

const affiliateCount = 10

/** An advertiser's hundred campaigns, and ten who promote them. */
export async function makeLiveCatalog(ask: Ask): Promise<LiveCatalog> {
  const make = createMake(ask)
  const { id: advertiserId } = await make('Advertiser', 'id', { name: 'Shop' })
  const affiliateIds: string[] = []
  for (let index = 0; index < affiliateCount; index += 1) {
    affiliateIds.push((await make('Affiliate', 'id', { name: `Affiliate ${index}` })).id)
  }
  const campaignIds: string[] = []
  for (let index = 0; index < campaignCount; index += 1) {
    const { id } = await make('Campaign', 'id', {
      advertiserId,
      name: `Campaign ${index}`,
      destinationUrl: 'https://shop.example/landing?click_id={click_id}',
      goals: [{ event: 'sale', revenue: percent('10'), payout: percent('7.5') }],
    })
    campaignIds.push(id)
  }
  return { advertiserId, affiliateIds, campaignIds }
}
