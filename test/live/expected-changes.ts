import type { Rows } from '../../src/database/rows.js'
import { type ClickId, encodeId, type LinkId, type ReceiptId } from '../../src/kernel/ids.js'
import type { Viewer } from './tenants.js'

/** A line of the ledger as the tables have it, with the names around it: read without any of the program's own reads. */
export interface BookedLine {
  readonly kind: string
  readonly event: string
  readonly transactionId: string
  readonly advertiserId: string
  readonly affiliateId: string
  readonly campaignId: string
  readonly amount: string
  readonly rate: string
  readonly saleAmount: string
  readonly revenue: string
  readonly payout: string
  readonly saleAmountDelta: string
  readonly revenueDelta: string
  readonly payoutDelta: string
  readonly advertiser: string
  readonly affiliate: string
  readonly campaign: string
  readonly linkId: LinkId
  readonly clickId: ClickId
  readonly receiptId: ReceiptId
  readonly cost: string
}

export const readBooks = (rows: Rows, workspaceId: string): Promise<BookedLine[]> =>
  rows<BookedLine>(
    `select c.kind, v.event, v.transaction_id as "transactionId", v.advertiser_id as "advertiserId",
            v.affiliate_id as "affiliateId", v.campaign_id as "campaignId", trim_scale(c.amount) as amount,
            trim_scale(v.rate) as rate, trim_scale(c.sale_amount) as "saleAmount", trim_scale(c.revenue) as revenue,
            trim_scale(c.payout) as payout, trim_scale(c.sale_amount_delta) as "saleAmountDelta",
            trim_scale(c.revenue_delta) as "revenueDelta", trim_scale(c.payout_delta) as "payoutDelta",
            a.name as advertiser, f.name as affiliate, p.name as campaign, v.link_id as "linkId",
            v.click_id as "clickId", v.receipt_id as "receiptId", trim_scale(k.cost) as cost
       from conversion_change c
       join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
       join advertiser a on a.id = v.advertiser_id join affiliate f on f.id = v.affiliate_id
       join campaign p on p.id = v.campaign_id left join click k on k.id = v.click_id
      where c.workspace_id = $1 order by c.position`,
    [workspaceId],
  )

export const sees = ({ advertiserId, affiliateId }: Viewer, line: BookedLine): boolean =>
  (advertiserId === null || line.advertiserId === advertiserId) &&
  (affiliateId === null || line.affiliateId === affiliateId)

/** The fields are in the order in which they are asked for. */
export function moneyOf(line: BookedLine, { role }: Viewer): object {
  const paid = (value: string) => (role === 'AFFILIATE' ? null : value)
  const earned = (value: string) => (role === 'ADVERTISER' ? null : value)
  return {
    kind: line.kind,
    saleAmount: paid(line.saleAmount),
    revenue: paid(line.revenue),
    payout: earned(line.payout),
    saleAmountDelta: paid(line.saleAmountDelta),
    revenueDelta: paid(line.revenueDelta),
    payoutDelta: earned(line.payoutDelta),
    conversion: {
      transactionId: line.transactionId,
      amount: paid(line.amount),
      rate: paid(line.rate),
      saleAmount: paid(line.saleAmount),
      revenue: paid(line.revenue),
      payout: earned(line.payout),
    },
  }
}

export function linkedOf(line: BookedLine, { role }: Viewer): object {
  const { transactionId, campaign, affiliate, advertiser } = line
  return {
    conversion: {
      transactionId,
      campaign: { name: campaign },
      affiliate: { name: affiliate },
      advertiser: { name: advertiser },
      link: { id: encodeId('lnk', line.linkId) },
      click: { id: encodeId('clk', line.clickId), cost: role === 'ADVERTISER' ? null : line.cost },
      receipt: role === 'AFFILIATE' ? null : { id: encodeId('rcp', line.receiptId) },
    },
  }
}
