import type { TestApi } from './api.js'
import { recordMaker } from './make-record.js'

/** Makes records over the API, as an admin does, with everything defaulted that a test does not care for. */
export function createCatalogMaker({ get, adminKey }: Pick<TestApi, 'get' | 'adminKey'>) {
  const make = recordMaker((query, variables) => get(adminKey, query, variables))
  const fixed = (value: string) => ({ kind: 'FIXED', value })
  const makeRecord = async (field: string, input: object) => (await make<{ id: string }>(field, input, 'id')).id

  return {
    advertiser: (name = 'Advertiser') => makeRecord('createAdvertiser', { name }),
    affiliate: (name = 'Affiliate') => makeRecord('createAffiliate', { name }),
    campaign: (advertiserId: string, input: object = {}) =>
      makeRecord('createCampaign', {
        advertiserId,
        name: 'Campaign',
        destinationUrl: 'https://shop.example/?c={click_id}',
        goals: [{ event: 'sale', revenue: fixed('10'), payout: fixed('5') }],
        ...input,
      }),
    link: (campaignId: string, affiliateId: string, input: object = {}) =>
      makeRecord('createLink', { campaignId, affiliateId, ...input }),
    key: async (role: string, owner: object = {}) =>
      (await make<{ secret: string }>('createKey', { name: role, role, ...owner }, 'secret')).secret,
  }
}

export type CatalogMaker = ReturnType<typeof createCatalogMaker>

/**
 * Two advertisers with a campaign each, two affiliates with a link each, a link of the first affiliate to either
 * campaign, and a key for each role.
 */
export async function createTwoOfEach(api: TestApi) {
  const make = createCatalogMaker(api)
  const advertisers = [await make.advertiser('Acme'), await make.advertiser('Bolt')] as const
  const affiliates = [await make.affiliate('Ann'), await make.affiliate('Ben')] as const
  const campaigns = [
    await make.campaign(advertisers[0], { name: 'Acme shoes' }),
    await make.campaign(advertisers[1], { name: 'Bolt bikes' }),
  ] as const
  const links = [
    await make.link(campaigns[0], affiliates[0], { source: 'mail' }),
    await make.link(campaigns[0], affiliates[1]),
  ] as const
  const keys = {
    admin: api.adminKey,
    analyst: await make.key('ANALYST'),
    advertiser: await make.key('ADVERTISER', { advertiserId: advertisers[0] }),
    otherAdvertiser: await make.key('ADVERTISER', { advertiserId: advertisers[1] }),
    affiliate: await make.key('AFFILIATE', { affiliateId: affiliates[0] }),
    otherAffiliate: await make.key('AFFILIATE', { affiliateId: affiliates[1] }),
  }
  return { make, advertisers, affiliates, campaigns, links, keys }
}
