import { type Column, id, value } from './column.js'
import { partyColumns, trafficColumns } from './traffic-columns.js'

/** Of click `k`. */
export const clickColumns: readonly Column[] = [
  id('id', 'clk', 'k.id', 'The click: what travels to the advertiser and comes back in the postback.'),
  value('at', 'time', 'k.at', 'When the visitor clicked.'),
  value('test', 'boolean', 'k.test', 'A test, which stays out of all figures.'),
  value('bot', 'boolean', 'k.bot', 'Looks like a machine; counted apart.'),
  ...partyColumns('k'),
  id('link_id', 'lnk', 'k.link_id', 'The link.'),
  value('cost', 'decimal', 'k.cost', "What the visit cost, in the workspace's currency.", 'payout'),
  value('external_id', 'text', 'k.external_id', "The ad platform's own click id."),
  value('external_kind', 'word', 'k.external_kind', 'Whose id that is: GCLID, FBCLID, TTCLID, MSCLKID or OTHER.'),
  ...trafficColumns('k'),
]
