import { type Dimension, dimensions } from '../../reporting/dimensions.js'
import { keyName } from '../../reporting/performance-sql.js'
import { type Column, catalogName, id, metric, value } from './column.js'

/** Where the bucket of row `r` begins. */
export const bucketColumn = value(
  'bucket',
  'time',
  'to_timestamp(r.bucket::float8 / 1000)',
  'Where the bucket of time begins; with interval.',
)

const keyOf = (dimension: Dimension): string => `r.${keyName(dimension)}`
const idOf = (dimension: Dimension): string =>
  `nullif(${keyOf(dimension)}, '00000000-0000-0000-0000-000000000000')::uuid`

const recordColumns: Partial<Record<Dimension, readonly Column[]>> = {
  CAMPAIGN: [
    id('campaign_id', 'cmp', idOf('CAMPAIGN'), 'The campaign.'),
    catalogName('campaign', 'campaign', idOf('CAMPAIGN'), "The campaign's name."),
  ],
  ADVERTISER: [
    id('advertiser_id', 'adv', idOf('ADVERTISER'), 'The advertiser.'),
    catalogName('advertiser', 'advertiser', idOf('ADVERTISER'), "The advertiser's name."),
  ],
  AFFILIATE: [
    id('affiliate_id', 'aff', idOf('AFFILIATE'), 'The affiliate.'),
    catalogName('affiliate', 'affiliate', idOf('AFFILIATE'), "The affiliate's name."),
    catalogName('affiliate_ref', 'affiliateRef', idOf('AFFILIATE'), "The affiliate's own short name, its ref."),
  ],
  LINK: [id('link_id', 'lnk', idOf('LINK'), 'The link; empty for what was credited without one.')],
}

/** The columns of each dimension that a report is broken down by. */
export const dimensionColumns: ReadonlyMap<Dimension, readonly Column[]> = new Map(
  dimensions.map((dimension) => [
    dimension,
    recordColumns[dimension] ?? [
      value(dimension.toLowerCase(), 'text', keyOf(dimension), `Of groupBy=${dimension}; empty where unset.`),
    ],
  ]),
)

/** The figures, in this order, of every report. Money is in the workspace's currency. */
export const metricColumns: readonly Column[] = [
  metric('clicks', 'count', 'clicks', "People's clicks."),
  metric('unique_clicks', 'count', 'uniqueClicks', "People's clicks, one per visitor, link and day (UTC)."),
  metric('bot_clicks', 'count', 'botClicks', "Machines' clicks."),
  metric('conversions', 'count', 'conversions', 'pending + approved'),
  metric('pending', 'count', 'pending', 'Conversions that are PENDING.'),
  metric('approved', 'count', 'approved', 'Conversions that are APPROVED.'),
  metric('rejected', 'count', 'rejected', 'Conversions that are REJECTED.'),
  metric('reversed', 'count', 'reversed', 'Conversions that are REVERSED.'),
  metric('sale_amount', 'decimal', 'saleAmount', 'Of pending and approved conversions.', 'revenue'),
  metric('revenue', 'decimal', 'revenue', 'Of pending and approved conversions.', 'revenue'),
  metric('payout', 'decimal', 'payout', 'Of pending and approved conversions.', 'payout'),
  metric('cost', 'decimal', 'cost', 'What the clicks cost.', 'payout'),
  metric('profit', 'decimal', 'profit', 'revenue − payout − cost; for an AFFILIATE payout − cost.', 'payout'),
  metric('approved_revenue', 'decimal', 'approvedRevenue', 'Of approved conversions.', 'revenue'),
  metric('approved_payout', 'decimal', 'approvedPayout', 'Of approved conversions.', 'payout'),
  metric('conversion_rate', 'ratio', 'conversionRate', 'conversions / clicks'),
  metric('approval_rate', 'ratio', 'approvalRate', 'approved / (approved + rejected + reversed)'),
  metric('earnings_per_click', 'decimal', 'earningsPerClick', 'revenue / clicks; for an AFFILIATE payout / clicks.'),
  metric('cost_per_action', 'decimal', 'costPerAction', 'cost / conversions', 'payout'),
  metric('average_order_value', 'decimal', 'averageOrderValue', 'sale_amount / conversions', 'revenue'),
  metric('return_on_investment', 'ratio', 'returnOnInvestment', 'profit / cost', 'payout'),
  metric('return_on_ad_spend', 'ratio', 'returnOnAdSpend', 'revenue / cost; for an AFFILIATE payout / cost.', 'payout'),
]
