import { createHash } from 'node:crypto'
import type { Scope } from '../../src/access/scope.js'
import type { PostbackRequest } from '../../src/attribution/request.js'
import {
  type AdvertiserId,
  type AffiliateId,
  type CampaignId,
  type ClickId,
  encodeId,
  type Id,
  type IdPrefix,
  type KeyId,
  type LinkId,
  type ReceiptId,
  type WorkspaceId,
} from '../../src/kernel/ids.js'
import type { ClickDraft, ReceiptDraft } from '../../src/ledger/entries.js'
import { clickDraft, receiptDraft, request } from '../support/drafts.js'
import type { HeadRow, Tables } from './memory/tables.js'

/** An id that is the same in every run. */
export function namedId<Prefix extends IdPrefix>(name: string): Id<Prefix> {
  const hex = createHash('md5').update(name).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `7${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)]
  return parts.join('-') as Id<Prefix> // a UUIDv7 by its form
}

/** A workspace with two affiliates and two campaigns: one whose orders are told apart, and one where each lead counts. */
export interface Shop {
  readonly scope: Scope
  readonly workspaceId: WorkspaceId
  readonly advertiserId: AdvertiserId
  readonly affiliates: readonly AffiliateId[]
  readonly sales: CampaignId
  readonly leads: CampaignId
  readonly links: readonly LinkId[]
}

export function createShop(name: string): Shop {
  const workspaceId = namedId<'wsp'>(name)
  return {
    scope: {
      workspaceId,
      keyId: namedId<'key'>(`${name} key`) as KeyId,
      role: 'ADMIN',
      advertiserId: null,
      affiliateId: null,
    },
    workspaceId,
    advertiserId: namedId<'adv'>(`${name} advertiser`),
    affiliates: ['ann', 'ben'].map((affiliate) => namedId<'aff'>(`${name} ${affiliate}`)),
    sales: namedId<'cmp'>(`${name} sales`),
    leads: namedId<'cmp'>(`${name} leads`),
    links: ['ann', 'ben'].map((affiliate) => namedId<'lnk'>(`${name} ${affiliate} link`)),
  }
}

const at = Date.parse('2026-01-01')

export function openShop({ catalog, heads, changes }: Tables, shop: Shop): void {
  const { workspaceId, advertiserId } = shop
  const stamped = { workspace_id: workspaceId, catalog_version: 1 }
  heads.set(workspaceId, {
    ...{ workspace_id: workspaceId, epoch: 1, position: 0, revision: 0, receipt_sequence: 0, catalog_version: 1 },
    ...{ booked_at: new Date(at).toISOString(), stamp: 0 },
  })
  changes.set(workspaceId, [])
  catalog.advertiser.push({
    ...stamped,
    id: advertiserId,
    preset: 'canonical',
    allowed_ips: [],
    require_signature: false,
  })
  for (const [index, id] of shop.affiliates.entries()) {
    catalog.affiliate.push({ ...stamped, id, ref: `ref${index}`, status: 'ACTIVE' })
  }
  for (const [id, event, duplicates] of [
    [shop.sales, 'sale', 'KEEP_FIRST'],
    [shop.leads, 'lead', 'COUNT_EACH'],
  ] as const) {
    catalog.campaign.push({
      ...{ ...stamped, id, advertiser_id: advertiserId, status: 'ACTIVE', destination_url: 'https://shop.example/' },
      ...{ fallback_url: null, attribution_window_days: 30, client_side: false },
    })
    catalog.goal_version.push({
      ...{ ...stamped, campaign_id: id, event, number: 1, active: true, revenue_kind: 'FIXED', revenue_value: '10' },
      ...{ payout_kind: 'FIXED', payout_value: '5', starts_as: 'PENDING', duplicates, in_force_from_ms: at },
    })
  }
}

/** Pauses the first campaign, or goes on with it, as whoever holds the lock of this head may. */
export function toggleSales({ catalog }: Tables, { sales }: Shop, head: HeadRow): void {
  head.catalog_version += 1
  const at = catalog.campaign.findIndex(({ id }) => id === sales)
  const before = catalog.campaign[at]
  if (before === undefined) return
  const status = before.status === 'ACTIVE' ? 'PAUSED' : 'ACTIVE'
  catalog.campaign[at] = { ...before, status, catalog_version: head.catalog_version }
}

const wayOf = (shop: Shop, affiliate: number) => ({
  scope: shop.scope,
  advertiserId: shop.advertiserId,
  affiliateId: shop.affiliates[affiliate] as AffiliateId, // there are two
  campaignId: shop.sales,
  linkId: shop.links[affiliate] as LinkId,
})

export const draftClick = (shop: Shop, id: ClickId, atMs: number, visitor: string): ClickDraft =>
  clickDraft(wayOf(shop, 0), atMs, { id, visitor })
export const draftReceipt = (shop: Shop, id: ReceiptId, atMs: number, idempotencyKey: string | null): ReceiptDraft =>
  receiptDraft(wayOf(shop, 0), atMs, { id, idempotencyKey })

/** An order of the first campaign, or a lead of the other, credited by name. */
export const orderOf = (shop: Shop, affiliate: number, transactionId: string | null): PostbackRequest =>
  request({
    affiliate: encodeId('aff', shop.affiliates[affiliate] as AffiliateId),
    campaignId: transactionId === null ? shop.leads : shop.sales,
    transactionId,
  })
export const approvalOf = (transactionId: string): PostbackRequest => request({ transactionId, status: 'APPROVED' })
export const saleOfClick = (clickId: ClickId): PostbackRequest => request({ clickId })
