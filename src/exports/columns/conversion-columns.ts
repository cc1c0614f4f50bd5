import { type Column, id, value } from './column.js'
import { partyColumns, trafficColumns } from './traffic-columns.js'

/** What of a conversion never changes comes from `v`; its state from `c`, the line of the ledger that it is shown at. */
export const conversionColumns: readonly Column[] = [
  id('id', 'cnv', 'v.id', 'The conversion.'),
  value('event', 'text', 'v.event', 'The goal that was reached: sale, lead, …'),
  value('status', 'word', 'c.status', 'PENDING, APPROVED, REJECTED or REVERSED.'),
  value('transaction_id', 'text', 'v.transaction_id', "The advertiser's order id, the postback's txid."),
  value('line', 'text', 'v.line', 'The line of the order.'),
  value('test', 'boolean', 'v.test', 'A test, which stays out of all figures.'),
  ...partyColumns('v'),
  id('link_id', 'lnk', 'v.link_id', 'The link that was clicked; empty where it was credited without a click.'),
  id('click_id', 'clk', 'v.click_id', 'The click; empty where it was credited without one.'),
  id('receipt_id', 'rcp', 'v.receipt_id', 'The request that made it.', 'receipts'),
  value('amount', 'decimal', 'c.amount', 'As the postback said, in currency.', 'revenue'),
  value('currency', 'text', 'v.currency', 'ISO 4217 code of amount.'),
  value('rate', 'decimal', 'v.rate', "From currency to the workspace's currency.", 'revenue'),
  value('sale_amount', 'decimal', 'c.sale_amount', "The amount in the workspace's currency.", 'revenue'),
  value('revenue', 'decimal', 'c.revenue', "What the advertiser pays, in the workspace's currency.", 'revenue'),
  value('payout', 'decimal', 'c.payout', "What the affiliate earns, in the workspace's currency.", 'payout'),
  value('occurred_at', 'time', 'v.occurred_at', 'When it happened, as the postback says.'),
  value('received_at', 'time', 'v.received_at', 'When its postback arrived.'),
  value('clicked_at', 'time', 'v.clicked_at', 'When its visitor clicked.'),
  value('changed_at', 'time', 'c.at', 'When the change that led to this state was booked.'),
  ...trafficColumns('v'),
]
