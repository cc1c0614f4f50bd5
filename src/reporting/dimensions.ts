import { subNames } from '../kernel/vocabulary.js'

export const dimensions = [
  'CAMPAIGN',
  'ADVERTISER',
  'AFFILIATE',
  'LINK',
  'EVENT',
  'STATUS',
  'SOURCE',
  'CREATIVE',
  'KEYWORD',
  'PLACEMENT',
  'COUNTRY',
  'REGION',
  'LANGUAGE',
  'DEVICE',
  'OS',
  'BROWSER',
  'SUB1',
  'SUB2',
  'SUB3',
  'SUB4',
  'SUB5',
  'SUB6',
  'SUB7',
  'SUB8',
  'SUB9',
  'SUB10',
] as const
export type Dimension = (typeof dimensions)[number]

/** Who brought the visitor, to whom, for what: by the column of roll-ups and raw rows that a dimension is read from. */
const whoColumns: Partial<Record<Dimension, string>> = {
  CAMPAIGN: 'campaign_id',
  // An advertiser is found by its campaigns.
  ADVERTISER: 'campaign_id',
  AFFILIATE: 'affiliate_id',
  LINK: 'link_id',
  EVENT: 'event',
}

/** Dimensions of conversions alone: a click has no event and no status. */
export const isConversionsOwn = (dimension: Dimension): boolean => dimension === 'EVENT' || dimension === 'STATUS'

export const whoColumn = (dimension: Dimension): string | null => whoColumns[dimension] ?? null

/** The column of click and conversion that a dimension of traffic is in; null for who and for status. */
export function trafficColumn(dimension: Dimension): string | null {
  if (dimension in whoColumns || dimension === 'STATUS') return null
  return dimension.toLowerCase()
}

export const isSub = (column: string): boolean => (subNames as readonly string[]).includes(column)

/** How a traffic column is read from raw clicks and conversions, whose sub-ids are one JSON object. */
export const rawColumn = (alias: string, column: string): string =>
  isSub(column) ? `coalesce(${alias}.subs ->> '${column}', '')` : `${alias}.${column}`
