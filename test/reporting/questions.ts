import fc from 'fast-check'
import type { Scope } from '../../src/access/scope.js'
import { encodeId, type IdPrefix, newId } from '../../src/kernel/ids.js'
import { conversionStatuses } from '../../src/kernel/vocabulary.js'
import { dimensions } from '../../src/reporting/dimensions.js'
import {
  type AskedFilter,
  type AskedQuestion,
  intervals,
  maxDimensions,
  performanceMetrics,
  relativeRanges,
  seesMetric,
  timeBases,
} from '../../src/reporting/question.js'
import type { Way } from '../support/drafts.js'
import { asAdvertiser, asAffiliate } from './shop.js'
import { countries, events, few, pick, subValues, type Tenant, texts, tradedSubs } from './trade.js'

/** A question, who asks it, and when. */
export interface Asking {
  readonly tenant: number
  readonly scope: Scope
  readonly nowMs: number
  readonly asked: AskedQuestion
}

const plainDimensions = ['CAMPAIGN', 'ADVERTISER', 'AFFILIATE', 'LINK', 'EVENT', 'STATUS'] as const

const kinds = [
  ['SOURCE', 'CREATIVE', 'KEYWORD', 'PLACEMENT'],
  ['COUNTRY', 'REGION', 'LANGUAGE'],
  ['DEVICE', 'OS', 'BROWSER'],
] as const

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Wider than this, a report that is filled would have more rows than a test can wait for. */
const maxFilledMs = { QUARTER_HOUR: dayMs, HOUR: 8 * dayMs, DAY: 200 * dayMs, WEEK: 800 * dayMs, MONTH: 800 * dayMs }

/** Any question about these tenants' trade; `instants` are moments of it, or worth asking at. */
export function askings(
  tenants: readonly Tenant[],
  instants: readonly number[],
  zones: readonly string[],
): fc.Arbitrary<Asking> {
  const drawn = fc.record({
    tenant: fc.nat(tenants.length - 1),
    eyes: fc.constantFrom('ADMIN', 'ADMIN', 'ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE', 'AFFILIATE'),
    way: fc.nat(7),
    now: instant(instants),
    ...{ edge: instant(instants), isEnd: fc.boolean(), range: ranges },
    groupBy: fc.oneof(
      { weight: 3, arbitrary: fc.subarray([...dimensions], { minLength: 1, maxLength: 2 }) },
      { weight: 3, arbitrary: fc.subarray([...dimensions], { minLength: 3, maxLength: maxDimensions }) },
      // What may be kept together, beside what every row has.
      ...kinds.map((kind) => ({
        weight: 1,
        arbitrary: fc.subarray([...kind, ...plainDimensions], { minLength: 1, maxLength: maxDimensions }),
      })),
      // What every row has, so that many share a row.
      { weight: 2, arbitrary: fc.subarray([...plainDimensions], { minLength: 1, maxLength: maxDimensions }) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    isTurned: fc.boolean(),
    interval: fc.option(fc.constantFrom(...intervals)),
    fill: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
    timeZone: fc.option(fc.constantFrom(...zones), { freq: 6 }),
    basis: fc.constantFrom(...timeBases, null),
    filter: filters(tenants),
    test: fc.constantFrom(null, false, false, false, false, false, true),
    order: fc.option(
      fc.record({ by: fc.constantFrom(...performanceMetrics), descending: fc.constantFrom(null, true, false) }),
    ),
    first: fc.constantFrom(null, 1, 2, 7, 50, 10_000),
  })
  return drawn.map(({ tenant, eyes, way: at, now, edge, isEnd, range, order, isTurned, ...question }) => {
    const { scope: admin, ways } = pick(tenants, tenant)
    const scope = scopeOf(admin, eyes, pick(ways, at))
    const interval = question.interval
    const fill = question.fill && interval !== null
    const widthMs = fill ? Math.min(range.widthMs, maxFilledMs[interval]) : range.widthMs
    const isOrdered = order !== null && seesMetric(order.by, scope) && (order.by !== 'BUCKET' || interval !== null)
    const isCalendar = range.relative !== null && !(fill && interval === 'QUARTER_HOUR')
    const groupBy = fill ? question.groupBy.slice(0, 2) : question.groupBy
    const fromMs = isEnd ? edge - widthMs : edge
    const asked: AskedQuestion = {
      ...question,
      fill,
      groupBy: isTurned ? groupBy.toReversed() : groupBy,
      ...(isCalendar ? { range: range.relative } : { from: new Date(fromMs), to: new Date(fromMs + widthMs) }),
      orderBy: isOrdered ? order : null,
    }
    return { tenant, scope, nowMs: now, asked }
  })
}

const instant = (instants: readonly number[]) =>
  fc
    .tuple(fc.nat(100_000), fc.constantFrom(0, 0, 1, -1, 900_000, -900_000, 7 * minuteMs, -3 * dayMs))
    .map(([at, besideMs]) => pick(instants, at) + besideMs)

const ranges = fc.record({
  relative: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...relativeRanges) },
  ),
  widthMs: fc.constantFrom(
    ...[1, 15 * minuteMs, 100 * minuteMs, dayMs - 1, 3 * dayMs + 1],
    ...[9, 31, 31, 92, 180, 400, 400, 400, 400].map((days) => days * dayMs),
  ),
})

function scopeOf(admin: Scope, eyes: Scope['role'], way: Way): Scope {
  if (eyes === 'ADVERTISER') return asAdvertiser(admin, way)
  if (eyes === 'AFFILIATE') return asAffiliate(admin, way)
  return { ...admin, role: eyes } as Scope // both see all
}

/** Up to three fields, each of what there is, now and then with what there is not, or nothing at all. */
function filters(tenants: readonly Tenant[]): fc.Arbitrary<AskedFilter | null> {
  const listed = <T extends string>(known: readonly T[], unknown: readonly T[]) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.subarray([...new Set(known)], { minLength: 1 }) },
      { weight: 2, arbitrary: fc.subarray([...new Set([...known, ...unknown])]) },
    )
  // Those of every tenant: someone else's are as unknown as these.
  const ids = (prefix: IdPrefix, of: (way: Way) => string) =>
    listed(
      tenants.flatMap(({ ways }) => ways.map((way) => encodeId(prefix, of(way) as ReturnType<typeof newId>))),
      [encodeId(prefix, newId()), 'no id', '', encodeId('key', newId())],
    )
  const values = fc.record({
    campaignIds: ids('cmp', ({ campaignId }) => campaignId),
    advertiserIds: ids('adv', ({ advertiserId }) => advertiserId),
    affiliateIds: ids('aff', ({ affiliateId }) => affiliateId),
    linkIds: ids('lnk', ({ linkId }) => linkId),
    events: listed(events, ['', 'unheard']),
    statuses: listed(conversionStatuses, []),
    ...{ sources: listed(texts, ['unheard']), placements: listed(texts, ['unheard']) },
    ...{ creatives: listed(few, ['A']), keywords: listed(few, ['A']), countries: listed(countries, ['FR']) },
    ...{ regions: listed(few, []), languages: listed(few, []), devices: listed(few, ['A']) },
    ...{ operatingSystems: listed(few, []), browsers: listed(few, []) },
    subs: fc.dictionary(fc.constantFrom(...tradedSubs, 'sub3'), fc.constantFrom('', ...subValues), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  })
  const names = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 5, arbitrary: fc.subarray([...fieldNames], { minLength: 1, maxLength: 2 }) },
  )
  return fc
    .tuple(values, names)
    .map(([all, some]) => (some.length === 0 ? null : Object.fromEntries(some.map((name) => [name, all[name]]))))
}

const fieldNames = [
  ...(['campaignIds', 'advertiserIds', 'affiliateIds', 'linkIds', 'events', 'statuses', 'statuses'] as const),
  ...(['sources', 'creatives', 'keywords', 'placements', 'countries', 'regions'] as const),
  ...(['languages', 'devices', 'operatingSystems', 'browsers', 'subs'] as const),
]
