import { subNames } from '../../kernel/vocabulary.js'
import { type Column, catalogName, id, sub, value } from './column.js'

/** Whose a click or a conversion is; `alias` is the table that has it. */
export const partyColumns = (alias: string): readonly Column[] => [
  id('campaign_id', 'cmp', `${alias}.campaign_id`, 'The campaign.'),
  catalogName('campaign', 'campaign', `${alias}.campaign_id`, "The campaign's name."),
  id('advertiser_id', 'adv', `${alias}.advertiser_id`, 'The advertiser, whose campaign it is.'),
  catalogName('advertiser', 'advertiser', `${alias}.advertiser_id`, "The advertiser's name."),
  id('affiliate_id', 'aff', `${alias}.affiliate_id`, 'The affiliate that sent the visitor.'),
  catalogName('affiliate', 'affiliate', `${alias}.affiliate_id`, "The affiliate's name."),
  catalogName('affiliate_ref', 'affiliateRef', `${alias}.affiliate_id`, "The affiliate's own short name, its ref."),
]

/** Where a click, or a conversion's click, came from. */
export const trafficColumns = (alias: string): readonly Column[] => [
  value('source', 'text', `${alias}.source`, 'Where the link stands, as the link or the click says.'),
  value('creative', 'text', `${alias}.creative`, 'Which advertisement.'),
  value('keyword', 'text', `${alias}.keyword`, 'Which keyword.'),
  value('placement', 'text', `${alias}.placement`, 'Which place on the page or in the app.'),
  value('country', 'text', `${alias}.country`, "ISO 3166 code of the visitor's country, by its address."),
  value('region', 'text', `${alias}.region`, "The visitor's region, by its address."),
  value('language', 'text', `${alias}.language`, "The first of the browser's languages: de-CH."),
  value('device', 'text', `${alias}.device`, 'desktop, mobile, tablet, …'),
  value('os', 'text', `${alias}.os`, 'The operating system.'),
  value('browser', 'text', `${alias}.browser`, 'The browser.'),
  ...subNames.map((name) => sub(name, `${alias}.subs`)),
]
