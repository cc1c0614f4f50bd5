import type { Conversion } from '../attribution/conversion.js'
import { maxPerClick } from '../attribution/decide-from-browser.js'
import type { Rows } from '../database/rows.js'
import type { AdvertiserId, ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import { money } from '../kernel/money.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'
import type { In, Wanted } from './read-batch.js'
import type { BookedConversion, CarriedTraffic } from './records.js'

/** The conversions that a batch's requests may be about. See `readClicks` for the `offset 0`. */
const conversionColumns = `c.workspace_id, c.id, c.advertiser_id, c.campaign_id, c.affiliate_id, c.link_id, c.click_id,
  c.receipt_id, c.event, c.goal_number, c.transaction_id, c.line, c.counts_each, c.status, c.test, c.amount::text,
  c.currency, c.rate::text, c.sale_amount::text, c.revenue::text, c.payout::text, c.contents, c.refund_ids,
  c.source, c.creative, c.keyword, c.placement, c.subs, c.country, c.device,
  (extract(epoch from c.occurred_at) * 1000)::float8 as occurred_at_ms,
  (extract(epoch from c.received_at) * 1000)::float8 as received_at_ms,
  (extract(epoch from c.clicked_at) * 1000)::float8 as clicked_at_ms,
  (extract(epoch from c.changed_at) * 1000)::float8 as changed_at_ms`

export async function readByTransaction(rows: Rows, wanted: Wanted['transactions']): Promise<In<BookedConversion>[]> {
  if (wanted.length === 0) return []
  const found = await rows<ConversionRow>(
    `select ${conversionColumns}
       from unnest($1::uuid[], $2::text[]) as w (workspace_id, transaction_id)
      cross join lateral (
        select * from conversion v
         where v.workspace_id = w.workspace_id and v.transaction_id = w.transaction_id offset 0
      ) c`,
    [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ id }) => id)],
  )
  return found.map(toConversion)
}

export async function readByClick(rows: Rows, wanted: Wanted['clicks']): Promise<In<BookedConversion>[]> {
  if (wanted.length === 0) return []
  const found = await rows<ConversionRow>(
    `select ${conversionColumns}
       from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, click_id)
      cross join lateral (
        select * from conversion v
         where v.workspace_id = w.workspace_id and v.click_id = w.click_id
           and v.transaction_id is null and not v.counts_each offset 0
      ) c`,
    [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ id }) => id)],
  )
  return found.map(toConversion)
}

/** The conversions that each click has brought, no more of them than anyone asks. */
export async function readBrought(
  rows: Rows,
  wanted: Wanted['browserClicks'],
): Promise<In<{ clickId: ClickId; id: ConversionId }>[]> {
  if (wanted.length === 0) return []
  return rows<In<{ clickId: ClickId; id: ConversionId }>>(
    `select w.workspace_id as "workspaceId", w.click_id as "clickId", c.id
       from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, click_id)
      cross join lateral (
        select id from conversion v
         where v.workspace_id = w.workspace_id and v.click_id = w.click_id limit ${maxPerClick}
      ) c`,
    [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ id }) => id)],
  )
}

export async function readConversions(rows: Rows, wanted: Wanted['conversions']): Promise<In<BookedConversion>[]> {
  if (wanted.length === 0) return []
  const found = await rows<ConversionRow>(
    `select ${conversionColumns} from unnest($1::uuid[], $2::uuid[]) as w (workspace_id, id)
       join conversion c on c.workspace_id = w.workspace_id and c.id = w.id`,
    [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ id }) => id)],
  )
  return found.map(toConversion)
}

interface ConversionRow extends CarriedTraffic {
  workspace_id: WorkspaceId
  id: ConversionId
  advertiser_id: AdvertiserId
  campaign_id: Conversion['campaignId']
  affiliate_id: Conversion['affiliateId']
  link_id: Conversion['linkId']
  click_id: Conversion['clickId']
  receipt_id: ReceiptId
  event: string
  goal_number: number
  transaction_id: string | null
  line: string
  counts_each: boolean
  status: ConversionStatus
  test: boolean
  amount: string | null
  currency: string
  rate: string
  sale_amount: string
  revenue: string
  payout: string
  contents: string[]
  refund_ids: string[] | null
  occurred_at_ms: number
  received_at_ms: number
  clicked_at_ms: number | null
  changed_at_ms: number
}

const toConversion = (row: ConversionRow): In<BookedConversion> => ({
  workspaceId: row.workspace_id,
  id: row.id,
  advertiserId: row.advertiser_id,
  campaignId: row.campaign_id,
  affiliateId: row.affiliate_id,
  linkId: row.link_id,
  clickId: row.click_id,
  receiptId: row.receipt_id,
  event: row.event,
  goalNumber: row.goal_number,
  transactionId: row.transaction_id,
  line: row.line,
  countsEach: row.counts_each,
  status: row.status,
  test: row.test,
  amount: row.amount === null ? null : money(row.amount),
  currency: row.currency,
  rate: money(row.rate),
  saleAmount: money(row.sale_amount),
  revenue: money(row.revenue),
  payout: money(row.payout),
  occurredAtMs: row.occurred_at_ms,
  receivedAtMs: row.received_at_ms,
  clickedAtMs: row.clicked_at_ms,
  changedAtMs: row.changed_at_ms,
  contents: row.contents,
  refundIds: row.refund_ids ?? [],
  traffic: {
    source: row.source,
    creative: row.creative,
    keyword: row.keyword,
    placement: row.placement,
    subs: row.subs,
    country: row.country,
    device: row.device,
  },
})
