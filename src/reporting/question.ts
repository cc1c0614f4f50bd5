import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import { badInput, CodedError } from '../kernel/errors.js'
import type { IdPrefix } from '../kernel/ids.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'
import type { Basis } from '../ledger/facts-sql.js'
import { bucketMs } from '../ledger/periods-sql.js'
import type { Dimension } from './dimensions.js'
import { knownIds, limitedList, readSubs } from './filter-values.js'

export const intervals = ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const
export type Interval = (typeof intervals)[number]

export const timeBases = ['EVENT', 'CLICK', 'CHANGE'] as const
export type TimeBasis = (typeof timeBases)[number]

export const relativeRanges = [
  'TODAY',
  'YESTERDAY',
  'LAST_7_DAYS',
  'LAST_30_DAYS',
  'LAST_90_DAYS',
  'THIS_MONTH',
  'LAST_MONTH',
] as const
export type RelativeRange = (typeof relativeRanges)[number]

export const performanceMetrics = [
  'BUCKET',
  'CLICKS',
  'UNIQUE_CLICKS',
  'BOT_CLICKS',
  'CONVERSIONS',
  'PENDING',
  'APPROVED',
  'REJECTED',
  'REVERSED',
  'SALE_AMOUNT',
  'REVENUE',
  'APPROVED_REVENUE',
  'PAYOUT',
  'APPROVED_PAYOUT',
  'COST',
  'PROFIT',
  'CONVERSION_RATE',
  'APPROVAL_RATE',
  'EARNINGS_PER_CLICK',
  'COST_PER_ACTION',
  'AVERAGE_ORDER_VALUE',
  'RETURN_ON_INVESTMENT',
  'RETURN_ON_AD_SPEND',
] as const
export type PerformanceMetric = (typeof performanceMetrics)[number]

/** A report's question as it was asked; GraphQL has checked the types, nothing else. */
export interface AskedQuestion {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly range?: RelativeRange | null
  readonly groupBy?: readonly Dimension[] | null
  readonly interval?: Interval | null
  readonly fill?: boolean | null
  readonly timeZone?: string | null
  readonly basis?: TimeBasis | null
  readonly filter?: AskedFilter | null
  readonly test?: boolean | null
  readonly orderBy?: { readonly by: PerformanceMetric; readonly descending?: boolean | null } | null
  readonly first?: number | null
}

export interface AskedFilter {
  readonly campaignIds?: readonly string[] | null
  readonly advertiserIds?: readonly string[] | null
  readonly affiliateIds?: readonly string[] | null
  readonly linkIds?: readonly string[] | null
  readonly events?: readonly string[] | null
  readonly statuses?: readonly ConversionStatus[] | null
  readonly sources?: readonly string[] | null
  readonly creatives?: readonly string[] | null
  readonly keywords?: readonly string[] | null
  readonly placements?: readonly string[] | null
  readonly countries?: readonly string[] | null
  readonly regions?: readonly string[] | null
  readonly languages?: readonly string[] | null
  readonly devices?: readonly string[] | null
  readonly operatingSystems?: readonly string[] | null
  readonly browsers?: readonly string[] | null
  readonly subs?: object | null
}

/** The same, checked, with every default in its place. Ids are the inside form. */
export interface Question {
  /** A stretch of time in whole quarters of an hour, or a range that the database works out in the time zone. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | RelativeRange
  readonly groupBy: readonly Dimension[]
  readonly interval: Interval | null
  readonly fill: boolean
  /** Null: the workspace's. */
  readonly timeZone: string | null
  readonly basis: Basis
  readonly ids: Readonly<
    Partial<Record<'campaign_id' | 'advertiser_id' | 'affiliate_id' | 'link_id', readonly string[]>>
  >
  readonly events: readonly string[] | null
  readonly statuses: readonly ConversionStatus[] | null
  /** By column of click and conversion. */
  readonly traffic: Readonly<Record<string, readonly string[]>>
  readonly test: boolean
  readonly orderBy: { readonly by: PerformanceMetric; readonly descending: boolean } | null
  readonly first: number
}

export const maxDimensions = 4
/** How many rows a report may be asked for, and has where nobody says how many. */
export interface RowLimits {
  readonly most: number
  readonly unasked: number
}

const queryRows: RowLimits = { most: 10_000, unasked: 1_000 }
const maxDays = 3_700

export function readQuestion(asked: AskedQuestion, scope: Scope, rows: RowLimits = queryRows): Question {
  const groupBy = [...new Set(asked.groupBy ?? [])]
  if (groupBy.length > maxDimensions) throw badInput(`groupBy takes at most ${maxDimensions} dimensions.`, 'groupBy')
  const first = asked.first ?? rows.unasked
  if (first < 1 || first > rows.most) throw badInput(`first must be between 1 and ${rows.most}.`, 'first')
  if (asked.fill && !asked.interval) throw badInput('fill needs an interval.', 'fill')
  if (asked.orderBy?.by === 'BUCKET' && !asked.interval)
    throw badInput('Ordering by BUCKET needs an interval.', 'orderBy')
  if (asked.orderBy && !seesMetric(asked.orderBy.by, scope)) {
    throw badInput(`${asked.orderBy.by} is not visible to this key.`, 'orderBy')
  }
  const filter = asked.filter ?? {}
  const range = readRange(asked)
  if (asked.fill && asked.interval) checkBuckets(range, asked.interval)
  return {
    range,
    groupBy,
    interval: asked.interval ?? null,
    fill: asked.fill ?? false,
    timeZone: asked.timeZone ?? null,
    basis: (asked.basis ?? 'EVENT').toLowerCase() as Basis, // the same words, in lower case
    ids: {
      ...ids('campaign_id', 'cmp', filter.campaignIds, 'campaignIds'),
      ...ids('advertiser_id', 'adv', filter.advertiserIds, 'advertiserIds'),
      ...ids('affiliate_id', 'aff', filter.affiliateIds, 'affiliateIds'),
      ...ids('link_id', 'lnk', filter.linkIds, 'linkIds'),
    },
    events: limitedList(filter.events, 'events'),
    statuses: limitedList(filter.statuses, 'statuses'),
    traffic: readTraffic(filter),
    test: asked.test ?? false,
    orderBy: asked.orderBy ? { by: asked.orderBy.by, descending: asked.orderBy.descending ?? true } : null,
    first,
  }
}

/** Rows that are filled in are made whether there is anything to count or not. */
const maxFilledBuckets = 10_000
const shortestMs: Readonly<Record<Interval, number>> = {
  QUARTER_HOUR: bucketMs,
  HOUR: 4 * bucketMs,
  DAY: 92 * bucketMs,
  WEEK: 7 * 92 * bucketMs,
  MONTH: 28 * 92 * bucketMs,
}

function checkBuckets(range: Question['range'], interval: Interval): void {
  if (typeof range === 'string') return
  const buckets = Math.ceil((range.toMs - range.fromMs) / shortestMs[interval])
  if (buckets <= maxFilledBuckets) return
  throw new CodedError(
    'TOO_COMPLEX',
    `fill makes at most ${maxFilledBuckets} buckets: ask for a longer interval, or for a shorter range.`,
    'fill',
  )
}

function readRange({ from, to, range }: AskedQuestion): Question['range'] {
  if (range != null) {
    if (from != null || to != null) throw badInput('Give either range, or from and to.', 'range')
    return range
  }
  if (from == null || to == null)
    throw badInput('Give either range, or both from and to.', from == null ? 'from' : 'to')
  const fromMs = Math.floor(from.getTime() / bucketMs) * bucketMs
  const toMs = Math.ceil(to.getTime() / bucketMs) * bucketMs
  if (from.getTime() >= to.getTime()) throw badInput('from must be before to.', 'to')
  if (toMs - fromMs > maxDays * 86_400_000) throw badInput(`A report spans at most ${maxDays} days.`, 'to')
  return { fromMs, toMs }
}

function ids<Column extends string>(
  column: Column,
  prefix: IdPrefix,
  texts: readonly string[] | null | undefined,
  field: string,
): Partial<Record<Column, readonly string[]>> {
  const given = limitedList(texts, field)
  if (given === null) return {}
  const read: Partial<Record<Column, readonly string[]>> = {}
  read[column] = knownIds(prefix, given)
  return read
}

const trafficFilters = {
  sources: 'source',
  creatives: 'creative',
  keywords: 'keyword',
  placements: 'placement',
  countries: 'country',
  regions: 'region',
  languages: 'language',
  devices: 'device',
  operatingSystems: 'os',
  browsers: 'browser',
} as const

function readTraffic(filter: AskedFilter): Record<string, readonly string[]> {
  const traffic: Record<string, readonly string[]> = {}
  for (const [field, column] of Object.entries(trafficFilters)) {
    const values = limitedList(filter[field as keyof typeof trafficFilters], field)
    if (values !== null) traffic[column] = values
  }
  for (const [name, value] of Object.entries(readSubs(filter.subs))) traffic[name] = [value]
  return traffic
}

const revenueMetrics: readonly PerformanceMetric[] = [
  'SALE_AMOUNT',
  'REVENUE',
  'APPROVED_REVENUE',
  'AVERAGE_ORDER_VALUE',
]
const costMetrics: readonly PerformanceMetric[] = [
  'PAYOUT',
  'APPROVED_PAYOUT',
  'COST',
  'PROFIT',
  'COST_PER_ACTION',
  'RETURN_ON_INVESTMENT',
  'RETURN_ON_AD_SPEND',
]

export function seesMetric(metric: PerformanceMetric, scope: Scope): boolean {
  if (revenueMetrics.includes(metric)) return seesRevenue(scope)
  if (costMetrics.includes(metric)) return seesPayout(scope)
  return true
}

export const tooComplex = (message: string): CodedError => new CodedError('TOO_COMPLEX', message)
