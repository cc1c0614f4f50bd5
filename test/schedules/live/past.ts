import type { Row, Tables } from '../memory/tables.js'
import { namedId, type Shop } from '../shop.js'

/** Lines that were there before anyone looked. */
export function bookPast(tables: Tables, shop: Shop, count: number): void {
  const head = tables.heads.get(shop.workspaceId)
  if (head === undefined || count === 0) return
  const changes = tables.changes.get(shop.workspaceId) ?? []
  while (past.length < count) past.push(lineOf(shop, past.length + 1))
  for (const { conversion, change } of past.slice(0, count)) {
    tables.conversions.set(String(conversion.id), conversion)
    changes.push(change)
  }
  head.position = count
  head.revision = count
}

/** The same in every run. */
const past: { readonly conversion: Row; readonly change: Row }[] = []

function lineOf(shop: Shop, position: number): { conversion: Row; change: Row } {
  const id = namedId<'cnv'>(`past ${position}`)
  const at = new Date(Date.UTC(2026, 1, 1) + position * 1_000).toISOString()
  const isLead = position % 3 === 0
  const shared = {
    ...{ workspace_id: shop.workspaceId, advertiser_id: shop.advertiserId, status: 'PENDING', amount: null },
    ...{ campaign_id: isLead ? shop.leads : shop.sales, affiliate_id: shop.affiliates[position % 2] },
    ...{ sale_amount: '0', revenue: '10', payout: '5' },
  }
  const traffic = { source: '', creative: '', keyword: '', placement: '', subs: {}, country: '', device: '' }
  return {
    conversion: {
      ...{ ...shared, ...traffic, id, link_id: null, click_id: null, receipt_id: namedId<'rcp'>(`past ${position}`) },
      ...{ event: isLead ? 'lead' : 'sale', goal_number: 1, transaction_id: `past ${position}`, line: '' },
      ...{ counts_each: isLead, test: false, currency: 'EUR', rate: '1', contents: [], refund_ids: null },
      ...{
        occurred_at: at,
        received_at: at,
        clicked_at: null,
        changed_at: at,
        region: '',
        language: '',
        os: '',
        browser: '',
      },
    },
    change: {
      ...{ ...shared, position, conversion_id: id, receipt_id: null, kind: 'CREATED', at, reason: null },
      ...{ previous_status: null, sale_amount_delta: '0', revenue_delta: '10', payout_delta: '5' },
    },
  }
}
