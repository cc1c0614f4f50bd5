import { encodeId } from '../../src/kernel/ids.js'
import { type BookedLine, linkedOf, moneyOf } from './expected-changes.js'
import type { Tenant, Viewer } from './tenants.js'

const money = `kind saleAmount revenue payout saleAmountDelta revenueDelta payoutDelta
  conversion { transactionId amount rate saleAmount revenue payout }`
const linked = `conversion {
  transactionId campaign { name } affiliate { name } advertiser { name } link { id } click { id cost } receipt { id }
}`

/** A question that each viewer asks, and what of its rows may answer it. */
export interface Question {
  readonly filter: object
  readonly select: string
  passes(line: BookedLine): boolean
  /** As the viewer is to be shown it. */
  show(line: BookedLine, viewer: Viewer): object
}

/** What each viewer of a tenant asks, much of it about another tenant or about others of its own. */
export function questionsOf(own: Tenant, other: Tenant): Record<string, Question> {
  const idsOf = (tenant: Tenant, index: number) => {
    const { campaignId, advertiserId, affiliateId } = tenant.ways[index] as Tenant['ways'][number] // there are four
    return {
      ...{ campaignId, advertiserId, affiliateId },
      campaign: encodeId('cmp', campaignId),
      advertiser: encodeId('adv', advertiserId),
      affiliate: encodeId('aff', affiliateId),
    }
  }
  const [first, last] = [idsOf(own, 0), idsOf(own, 3)]
  const foreign = [idsOf(other, 0), idsOf(other, 3)]
  const foreignIds = {
    campaignIds: foreign.map(({ campaign }) => campaign),
    advertiserIds: foreign.map(({ advertiser }) => advertiser),
    affiliateIds: foreign.map(({ affiliate }) => affiliate),
  }
  const shown = { select: money, show: moneyOf }
  const nothing = { ...shown, passes: () => false }
  return {
    all: { ...shown, filter: {}, passes: () => true },
    foreignCampaigns: { ...nothing, filter: { campaignIds: foreignIds.campaignIds } },
    foreignAdvertisers: { ...nothing, filter: { advertiserIds: foreignIds.advertiserIds } },
    foreignAffiliates: { ...nothing, filter: { affiliateIds: foreignIds.affiliateIds } },
    // For one of the two advertisers, and of the two affiliates, this names the other one.
    advertiser: {
      ...shown,
      filter: { advertiserIds: [last.advertiser, ...foreignIds.advertiserIds], statuses: ['APPROVED'] },
      passes: ({ advertiserId, kind }) => advertiserId === last.advertiserId && kind === 'APPROVED',
    },
    way: {
      ...shown,
      filter: { campaignIds: [first.campaign], affiliateIds: [first.affiliate, ...foreignIds.affiliateIds] },
      passes: ({ campaignId, affiliateId }) => campaignId === first.campaignId && affiliateId === first.affiliateId,
    },
    leads: { select: linked, show: linkedOf, filter: { events: ['lead'] }, passes: ({ event }) => event === 'lead' },
  }
}
