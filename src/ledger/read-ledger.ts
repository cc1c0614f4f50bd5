import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { LedgerChange } from './ledger-change.js'

/** An instant as Unix milliseconds. */
export function ms(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`
}

/** What of conversion `v` never changes. */
export const fixedColumns = `v.id, v.advertiser_id as "advertiserId", v.campaign_id as "campaignId",
  v.affiliate_id as "affiliateId", v.link_id as "linkId", v.click_id as "clickId", v.receipt_id as "receiptId", v.event,
  v.transaction_id as "transactionId", v.line, v.test, v.currency, trim_scale(v.rate) as rate,
  ${ms('v.occurred_at')} as "occurredAt", ${ms('v.received_at')} as "receivedAt", ${ms('v.clicked_at')} as "clickedAt",
  nullif(v.source, '') as source, nullif(v.creative, '') as creative, nullif(v.keyword, '') as keyword,
  nullif(v.placement, '') as placement, nullif(v.country, '') as country, nullif(v.device, '') as device, v.subs`

/** A `LedgerChange` of change `c` and its conversion `v`, but for its position, which arrives as text. */
export const changeColumns = `c.position, c.kind, ${ms('c.at')} as "changedAt", c.reason, c.status,
  c.previous_status as "previousStatus", trim_scale(c.amount) as amount, trim_scale(c.sale_amount) as "saleAmount",
  trim_scale(c.revenue) as revenue, trim_scale(c.payout) as payout, trim_scale(c.sale_amount_delta) as "saleAmountDelta",
  trim_scale(c.revenue_delta) as "revenueDelta", trim_scale(c.payout_delta) as "payoutDelta", ${fixedColumns}`

export type ChangeRow = Omit<LedgerChange, 'position'> & { readonly position: string }

/** The ledger behind `after`, up to and including `upTo`, oldest first, at most `limit` lines. */
export async function readLedger(
  rows: Rows,
  workspaceId: WorkspaceId,
  after: number,
  upTo: number,
  limit: number,
): Promise<LedgerChange[]> {
  const found = await rows<ChangeRow>(
    `select ${changeColumns}
       from conversion_change c join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
      where c.workspace_id = $1 and c.position > $2 and c.position <= $3 order by c.position limit $4`,
    [workspaceId, after, upTo, limit],
  )
  return found.map((row) => ({ ...row, position: Number(row.position) }))
}
