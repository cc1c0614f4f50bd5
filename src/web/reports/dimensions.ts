import type { Role } from '../figures/metrics'
import type { Dimension } from '../generated/reports/reports'

export type { Dimension }

interface Described {
  readonly name: string
  /** Under which name it is filtered by, in the API and in addresses. */
  readonly field: string
  /** What one goes on to ask, within one of its values. */
  readonly next: readonly Dimension[]
}

const traffic: readonly Dimension[] = ['SOURCE', 'CREATIVE', 'KEYWORD', 'PLACEMENT']
/** What roll-ups have together follows on each other, so that going into things stays quick. */
const behind = (one: Dimension) => traffic.slice(traffic.indexOf(one) + 1)

const sub = (number: number): Described => ({
  name: `Sub ${number}`,
  field: `sub${number}`,
  next: ['CAMPAIGN', 'AFFILIATE', 'EVENT'],
})

/** What figures can be broken down by, in the order in which it is offered. */
export const dimensions: Readonly<Record<Dimension, Described>> = {
  CAMPAIGN: { name: 'Campaign', field: 'campaignIds', next: ['AFFILIATE', 'SOURCE', 'EVENT', 'LINK'] },
  ADVERTISER: { name: 'Advertiser', field: 'advertiserIds', next: ['CAMPAIGN', 'AFFILIATE', 'SOURCE'] },
  AFFILIATE: { name: 'Affiliate', field: 'affiliateIds', next: ['CAMPAIGN', 'SOURCE', 'LINK'] },
  LINK: { name: 'Link', field: 'linkIds', next: ['SOURCE', ...behind('SOURCE'), 'EVENT'] },
  EVENT: { name: 'Event', field: 'events', next: ['STATUS', 'CAMPAIGN', 'AFFILIATE'] },
  STATUS: { name: 'Status', field: 'statuses', next: ['EVENT', 'CAMPAIGN', 'AFFILIATE'] },
  SOURCE: { name: 'Source', field: 'sources', next: [...behind('SOURCE'), 'CAMPAIGN', 'AFFILIATE'] },
  CREATIVE: { name: 'Creative', field: 'creatives', next: [...behind('CREATIVE'), 'CAMPAIGN', 'AFFILIATE'] },
  KEYWORD: { name: 'Keyword', field: 'keywords', next: [...behind('KEYWORD'), 'CAMPAIGN', 'AFFILIATE'] },
  PLACEMENT: { name: 'Placement', field: 'placements', next: ['CAMPAIGN', 'AFFILIATE', 'LINK'] },
  COUNTRY: { name: 'Country', field: 'countries', next: ['REGION', 'LANGUAGE', 'CAMPAIGN'] },
  REGION: { name: 'Region', field: 'regions', next: ['LANGUAGE', 'CAMPAIGN', 'AFFILIATE'] },
  LANGUAGE: { name: 'Language', field: 'languages', next: ['COUNTRY', 'CAMPAIGN', 'AFFILIATE'] },
  DEVICE: { name: 'Device', field: 'devices', next: ['OS', 'BROWSER', 'CAMPAIGN'] },
  OS: { name: 'Operating system', field: 'operatingSystems', next: ['BROWSER', 'DEVICE', 'CAMPAIGN'] },
  BROWSER: { name: 'Browser', field: 'browsers', next: ['OS', 'DEVICE', 'CAMPAIGN'] },
  SUB1: sub(1),
  SUB2: sub(2),
  SUB3: sub(3),
  SUB4: sub(4),
  SUB5: sub(5),
  SUB6: sub(6),
  SUB7: sub(7),
  SUB8: sub(8),
  SUB9: sub(9),
  SUB10: sub(10),
}

export const allDimensions = Object.keys(dimensions) as readonly Dimension[] // its keys are just these

export const maxDimensions = 4

/** A filter by a sub-id takes one value; any other takes a list. */
export const takesOne = (dimension: Dimension) => dimension.startsWith('SUB')

/** What has no id, no event and no status cannot be asked for by itself. */
export const canBeNone = (dimension: Dimension) => !['LINK', 'EVENT', 'STATUS'].includes(dimension)

/** Whoever sees only one of a kind has nothing to break down by it. */
export function isOffered(dimension: Dimension, role: Role): boolean {
  if (role === 'AFFILIATE') return dimension !== 'AFFILIATE'
  return role !== 'ADVERTISER' || dimension !== 'ADVERTISER'
}
