import { subNames } from '../kernel/vocabulary.js'
import { type Grain, grainColumn, grains } from '../ledger/rollup.js'

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

/** Dimensions that every grain has, by the column that holds them. */
const commonColumns: Partial<Record<Dimension, string>> = {
  CAMPAIGN: 'campaign_id',
  AFFILIATE: 'affiliate_id',
  LINK: 'link_id',
  EVENT: 'event',
}

/** Dimensions of conversions alone: a click has no event and no status. */
export const isConversionsOwn = (dimension: Dimension): boolean => dimension === 'EVENT' || dimension === 'STATUS'

/** The column of click and conversion that a dimension of traffic is in; null for those that every grain has. */
export function trafficColumn(dimension: Dimension): string | null {
  if (dimension in commonColumns || dimension === 'ADVERTISER' || dimension === 'STATUS') return null
  return dimension.toLowerCase()
}

export const commonColumn = (dimension: Dimension): string | null => commonColumns[dimension] ?? null

/** Where a report reads its figures: the coarsest grain that has all its dimensions, or else the raw rows. */
export type Source = { readonly kind: 'grain'; readonly grain: Grain } | { readonly kind: 'raw' }

export function chooseSource(trafficColumns: readonly string[]): Source {
  const order: readonly Grain[] = ['base', 'traffic', 'place', 'device']
  const grain = order.find((candidate) =>
    trafficColumns.every((column) => (grains[candidate] as readonly string[]).includes(column)),
  )
  return grain === undefined ? { kind: 'raw' } : { kind: 'grain', grain }
}

/** How a traffic column is read from a grain's roll-up. */
export function rollupColumn(grain: Grain, column: string): string {
  const found = grainColumn(grain, column)
  if (found === null) throw new Error(`grain ${grain} has no ${column}`)
  return found
}

/** How a traffic column is read from raw clicks and conversions, whose sub-ids are one JSON object. */
export const rawColumn = (alias: string, column: string): string =>
  (subNames as readonly string[]).includes(column)
    ? `coalesce(${alias}.subs ->> '${column}', '')`
    : `${alias}.${column}`
