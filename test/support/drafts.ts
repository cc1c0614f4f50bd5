import type { Scope } from '../../src/access/scope.js'
import type { PostbackRequest } from '../../src/attribution/request.js'
import type { CreateCampaignInput } from '../../src/catalog/campaign.input.js'
import { createAdvertiser } from '../../src/catalog/write-advertiser.js'
import { createAffiliate } from '../../src/catalog/write-affiliate.js'
import { createCampaign } from '../../src/catalog/write-campaign.js'
import { createLink } from '../../src/catalog/write-link.js'
import {
  type AdvertiserId,
  type AffiliateId,
  type CampaignId,
  encodeId,
  type LinkId,
  newId,
} from '../../src/kernel/ids.js'
import { money } from '../../src/kernel/money.js'
import type { ClickDraft, ReceiptDraft } from '../../src/ledger/entries.js'
import type { TestBooks } from './books.js'

/** An affiliate's way to a campaign: all that a click or a postback has to name. */
export interface Way {
  readonly scope: Scope
  readonly advertiserId: AdvertiserId
  readonly affiliateId: AffiliateId
  readonly campaignId: CampaignId
  readonly linkId: LinkId
}

export const fixed = (value: string) => ({ kind: 'FIXED' as const, value })
export const sale = { event: 'sale', revenue: fixed('10'), payout: fixed('5') }

export async function makeWay(
  { catalogWrites }: Pick<TestBooks, 'catalogWrites'>,
  scope: Scope,
  campaign: Partial<CreateCampaignInput> = {},
  known: Partial<Way> = {},
): Promise<Way> {
  const advertiserId = known.advertiserId ?? (await createAdvertiser(catalogWrites, scope, { name: 'Acme' }))
  const affiliateId = known.affiliateId ?? (await createAffiliate(catalogWrites, scope, { name: 'Ann' }))
  const campaignId =
    known.campaignId ??
    (await createCampaign(catalogWrites, scope, {
      advertiserId: encodeId('adv', advertiserId),
      name: 'Shoes',
      destinationUrl: 'https://shop.example/',
      goals: [sale],
      ...campaign,
    }))
  const linkId = await createLink(catalogWrites, scope, {
    campaignId: encodeId('cmp', campaignId),
    affiliateId: encodeId('aff', affiliateId),
  })
  return { scope, advertiserId, affiliateId, campaignId, linkId }
}

export function clickDraft(way: Way, atMs: number, more: Partial<ClickDraft> = {}): ClickDraft {
  return {
    id: newId<'clk'>(atMs),
    workspaceId: way.scope.workspaceId,
    atMs,
    linkId: way.linkId,
    campaignId: way.campaignId,
    affiliateId: way.affiliateId,
    test: false,
    bot: false,
    visitor: '1',
    source: '',
    creative: '',
    keyword: '',
    placement: '',
    subs: {},
    country: '',
    region: '',
    language: '',
    device: '',
    os: '',
    browser: '',
    cost: '0',
    externalId: null,
    externalKind: null,
    ip: null,
    userAgent: null,
    ...more,
  }
}

export function receiptDraft(way: Way, atMs: number, more: Partial<ReceiptDraft> = {}): ReceiptDraft {
  return {
    id: newId<'rcp'>(atMs),
    idempotencyKey: null,
    workspaceId: way.scope.workspaceId,
    advertiserId: way.advertiserId,
    atMs,
    method: 'GET',
    url: '/postback',
    body: null,
    ip: null,
    transactionId: null,
    clickId: null,
    ...more,
  }
}

export function request({ amount, ...more }: Partial<Omit<PostbackRequest, 'amount'>> & { amount?: string | null }) {
  return {
    via: 'server',
    clickId: null,
    affiliate: null,
    campaignId: null,
    transactionId: null,
    line: null,
    event: null,
    currency: null,
    status: null,
    refund: null,
    refundId: null,
    occurredAtMs: null,
    test: false,
    amount: amount == null ? null : money(amount),
    ...more,
  } satisfies PostbackRequest
}

/** A request that credits `way`'s affiliate without a click. */
export const named = (way: Way, more: Parameters<typeof request>[0]): PostbackRequest =>
  request({ affiliate: encodeId('aff', way.affiliateId), campaignId: way.campaignId, ...more })
