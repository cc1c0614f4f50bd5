import { daySpans, type Span } from './periods-sql.js'

/**
 * Which roll-ups there are. A grain is a pair of tables, `conversion_rollup_NAME` and `click_rollup_NAME`, with a row for
 * each bucket and combination of its keys. Each family begins with its finest grain; every other is folded from one
 * before it. Where two grains can answer, the one with fewer keys and the longer span has fewer rows to read.
 *
 * A fixed few, and not every combination: who brings the visitor (campaign, affiliate, link) with each group of
 * dimensions that belong together, and those groups alone for whoever looks at the whole workspace.
 */
export interface Grain {
  readonly name: string
  readonly span: Span
  /** Beside workspace, bucket and test, which all have. Clicks have no event. */
  readonly keys: readonly string[]
  /** The grain of the family that it is summed up from; null: the raw rows. */
  readonly from: string | null
}

/** Who brought the visitor, and what came of it: every fact has these. */
export const whoKeys = ['campaign_id', 'affiliate_id', 'link_id', 'event'] as const
const trafficKeys = ['source', 'creative', 'keyword', 'placement'] as const
const placeKeys = ['country', 'region', 'language'] as const
const deviceKeys = ['device', 'os', 'browser'] as const
/** One row for each sub-id that is set: its name and its value. */
export const subKeys = ['sub', 'value'] as const

const grain = (name: string, span: Span, keys: readonly string[], from: string | null): Grain => ({
  name,
  span,
  keys,
  from,
})

/** A ladder of runs of days, each folded from the one before. */
const byDays = (name: string, keys: readonly string[], from: string): readonly Grain[] =>
  daySpans.map((days, index) =>
    grain(`${name}_${days}d`, days, keys, index === 0 ? from : `${name}_${daySpans[index - 1]}d`),
  )

const byDimensions = (name: string, dimensions: readonly string[]): readonly Grain[] => [
  grain(name, 'quarter', [...whoKeys, ...dimensions], null),
  grain(`${name}_1d`, 1, [...whoKeys, ...dimensions], name),
  ...byDays(`${name}_total`, dimensions, `${name}_1d`),
]

export const families = {
  base: [
    grain('base', 'quarter', whoKeys, null),
    grain('base_1d', 1, whoKeys, 'base'),
    grain('campaign', 'quarter', ['campaign_id'], 'base'),
    ...byDays('campaign', ['campaign_id'], 'campaign'),
    grain('sub', 'quarter', [...whoKeys, ...subKeys], null),
    grain('sub_1d', 1, [...whoKeys, ...subKeys], 'sub'),
  ],
  traffic: byDimensions('traffic', trafficKeys),
  place: byDimensions('place', placeKeys),
  device: byDimensions('device', deviceKeys),
} as const satisfies Record<string, readonly Grain[]>

export type Family = keyof typeof families
export const familyNames = Object.keys(families) as Family[]

/** What is counted: both have a table of each grain. */
export type Kind = 'conversion' | 'click'

export const keysOf = (kind: Kind, { keys }: Grain): readonly string[] =>
  kind === 'conversion' ? keys : keys.filter((key) => key !== 'event')

export const tableOf = (kind: Kind, { name }: Grain): string => `${kind}_rollup_${name}`
