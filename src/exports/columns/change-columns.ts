import { type Column, cursor, value } from './column.js'
import { conversionColumns } from './conversion-columns.js'

/** Line `c` of the ledger, whether it `m.matches` the filter, and conversion `v` with its state as of that line. */
export const changeColumns: readonly Column[] = [
  cursor('cursor', 'c.position', 'This place in the ledger; hand it back as after to go on behind it.'),
  value('kind', 'word', 'c.kind', 'CREATED, UPDATED, APPROVED, REJECTED or REVERSED.'),
  value('reason', 'text', 'c.reason', 'Why, where somebody said so.'),
  value('previous_status', 'word', 'c.previous_status', 'Empty for the first change of a conversion.'),
  value('sale_amount_delta', 'decimal', 'c.sale_amount_delta', 'What the change added to sale_amount.', 'revenue'),
  value('revenue_delta', 'decimal', 'c.revenue_delta', 'What the change added to revenue.', 'revenue'),
  value('payout_delta', 'decimal', 'c.payout_delta', 'What the change added to payout.', 'payout'),
  value('matches', 'boolean', 'm.matches', 'false: the conversion passed the filter before this, and no longer does.'),
  ...conversionColumns,
]
