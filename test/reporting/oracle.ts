import type { Scope } from '../../src/access/scope.js'
import { decodeId, encodeId, type Id, type IdPrefix } from '../../src/kernel/ids.js'
import type { Dimension } from '../../src/reporting/dimensions.js'
import type { AskedFilter, AskedQuestion, Interval, RelativeRange } from '../../src/reporting/question.js'
import type { RawBooks } from './oracle-books.js'
import { createFacts, type Fact } from './oracle-facts.js'
import { addSums, emptySums, isNothing, metricsOf, orderValue, type Sums } from './oracle-metrics.js'
import type { Zone } from './oracle-zone.js'

interface Row {
  readonly bucket: number | null
  /** In the order of groupBy; what only conversions have is '' for clicks. */
  readonly values: readonly string[]
  readonly sums: Sums
}

const quarterMs = 900_000
const dayMs = 86_400_000

/**
 * A report by the definitions, from raw clicks and conversions, or for CHANGE from the lines of the ledger: nothing is
 * folded, nothing is shared with the product's SQL, and a bucket is found for each row anew.
 */
export function createOracle(books: RawBooks, zoneOf: (name: string) => Zone) {
  const factsBy = createFacts(books)

  return (scope: Scope, asked: AskedQuestion, nowMs: number) => {
    const basis = asked.basis ?? 'EVENT'
    const zone = zoneOf(asked.timeZone ?? books.timeZone)
    const range = rangeOf(asked, zone, nowMs)
    const passes = filterOf(asked, scope)
    const inRange = ({ atMs }: Fact) => atMs >= range.from && atMs < range.to
    const found = factsBy(basis).filter((fact) => inRange(fact) && passes(fact))

    const rows = toRows(found, asked, zone, range)
    const totals = emptySums()
    for (const { addTo } of found) addTo(totals)
    const ordered = rows.sort(orderOf(asked, scope))
    const first = asked.first ?? 1000
    return {
      rows: ordered.slice(0, first).map(({ bucket, values, sums }) => ({
        bucket,
        key: keyOf(asked.groupBy ?? [], values),
        metrics: metricsOf(sums, scope),
      })),
      truncated: ordered.length > first,
      totals: metricsOf(totals, scope),
      ...range,
      timeZone: zone.name,
      currency: books.currency,
    }
  }
}

function rangeOf({ from, to, range }: AskedQuestion, zone: Zone, nowMs: number): { from: number; to: number } {
  if (range != null) return relativeRange(range, zone, nowMs)
  if (from == null || to == null) throw new Error('a question without a range')
  return {
    from: Math.floor(from.getTime() / quarterMs) * quarterMs,
    to: Math.ceil(to.getTime() / quarterMs) * quarterMs,
  }
}

/** Whole days of the calendar, from the first instant of one to that of another. */
function relativeRange(range: RelativeRange, zone: Zone, nowMs: number): { from: number; to: number } {
  const shownMs = zone.shown(nowMs)
  const now = new Date(shownMs)
  const day = (ahead: number) => zone.firstInstant((Math.floor(shownMs / dayMs) + ahead) * dayMs)
  const month = (ahead: number) => zone.firstInstant(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead))
  switch (range) {
    case 'TODAY':
      return { from: day(0), to: day(1) }
    case 'YESTERDAY':
      return { from: day(-1), to: day(0) }
    case 'LAST_7_DAYS':
      return { from: day(-6), to: day(1) }
    case 'LAST_30_DAYS':
      return { from: day(-29), to: day(1) }
    case 'LAST_90_DAYS':
      return { from: day(-89), to: day(1) }
    case 'THIS_MONTH':
      return { from: month(0), to: month(1) }
    case 'LAST_MONTH':
      return { from: month(-1), to: month(0) }
  }
}

const filterDimensions: Readonly<Partial<Record<keyof AskedFilter, Dimension>>> = {
  campaignIds: 'CAMPAIGN',
  advertiserIds: 'ADVERTISER',
  affiliateIds: 'AFFILIATE',
  linkIds: 'LINK',
  events: 'EVENT',
  statuses: 'STATUS',
  sources: 'SOURCE',
  creatives: 'CREATIVE',
  keywords: 'KEYWORD',
  placements: 'PLACEMENT',
  countries: 'COUNTRY',
  regions: 'REGION',
  languages: 'LANGUAGE',
  devices: 'DEVICE',
  operatingSystems: 'OS',
  browsers: 'BROWSER',
}
const prefixes: Readonly<Partial<Record<Dimension, IdPrefix>>> = {
  ...{ CAMPAIGN: 'cmp', ADVERTISER: 'adv', AFFILIATE: 'aff', LINK: 'lnk' },
}
const isOwn = (dimension: Dimension) => dimension === 'EVENT' || dimension === 'STATUS'

/** What the scope may see, of what the question wants. Clicks have no event and no status, and stay. */
function filterOf({ filter, test }: AskedQuestion, scope: Scope): (fact: Fact) => boolean {
  const wanted = Object.entries(filterDimensions).flatMap(([field, dimension]) => {
    const listed = filter?.[field as keyof AskedFilter] as readonly string[] | null | undefined // of these fields
    if (listed == null) return []
    const prefix = prefixes[dimension]
    const values = prefix === undefined ? listed : listed.map((text) => decodeId(prefix, text))
    return [{ dimension, values: new Set<string | null>(values) }]
  })
  for (const [name, value] of Object.entries(filter?.subs ?? {}))
    wanted.push({ dimension: name.toUpperCase() as Dimension, values: new Set([String(value)]) })
  if (scope.role === 'ADVERTISER') wanted.push({ dimension: 'ADVERTISER', values: new Set([scope.advertiserId]) })
  if (scope.role === 'AFFILIATE') wanted.push({ dimension: 'AFFILIATE', values: new Set([scope.affiliateId]) })
  return (fact) =>
    fact.test === (test ?? false) &&
    wanted.every(({ dimension, values }) => (fact.isClick && isOwn(dimension)) || values.has(fact.key[dimension] ?? ''))
}

function toRows(facts: readonly Fact[], { groupBy, interval, fill }: AskedQuestion, zone: Zone, range: Range): Row[] {
  const dimensions = groupBy ?? []
  const clickRows = new Map<string, Row>()
  const conversionRows = new Map<string, Row>()
  const bucketOf = memoise((atMs: number) => (interval == null ? null : zone.bucketOf(atMs, interval)))
  for (const { atMs, key, isClick, addTo } of facts) {
    const bucket = bucketOf(Math.floor(atMs / quarterMs) * quarterMs)
    const values = dimensions.map((dimension) => key[dimension] ?? '')
    addTo(rowAt(isClick ? clickRows : conversionRows, bucket, values).sums)
  }
  for (const rows of [clickRows, conversionRows])
    for (const [id, { sums }] of rows) if (isNothing(sums)) rows.delete(id)

  const shared = (values: readonly string[]) =>
    values.map((value, at) => (isOwn(dimensions[at] as Dimension) ? '' : value))
  const clicksOf = (bucket: number | null, values: readonly string[]) =>
    clickRows.get(rowId(bucket, shared(values)))?.sums ?? emptySums()
  const withClicks = (bucket: number | null, values: readonly string[]): Row => {
    const sums = emptySums()
    addSums(sums, conversionRows.get(rowId(bucket, values))?.sums ?? emptySums())
    addSums(sums, clicksOf(bucket, values))
    return { bucket, values, sums }
  }

  if (fill && interval != null) {
    const combinations = dimensions.length === 0 ? [[]] : combinationsOf(clickRows, conversionRows, shared)
    const buckets = bucketsOf(range, interval, zone)
    return combinations.flatMap((values) => buckets.map((bucket) => withClicks(bucket, values)))
  }
  const met = new Set([...conversionRows.values()].map(({ bucket, values }) => rowId(bucket, shared(values))))
  return [
    ...[...conversionRows.values()].map(({ bucket, values }) => withClicks(bucket, values)),
    // Clicks stand alone only where no conversion's row has them.
    ...[...clickRows].filter(([id]) => !met.has(id)).map(([, row]) => row),
  ]
}

type Range = { readonly from: number; readonly to: number }

const rowId = (bucket: number | null, values: readonly string[]) => [bucket, ...values].join('\0')

function rowAt(rows: Map<string, Row>, bucket: number | null, values: readonly string[]): Row {
  const id = rowId(bucket, values)
  const row = rows.get(id) ?? { bucket, values, sums: emptySums() }
  rows.set(id, row)
  return row
}

/** Every combination of values that some bucket has; of clicks alone where no conversion has theirs in any bucket. */
function combinationsOf(
  clickRows: ReadonlyMap<string, Row>,
  conversionRows: ReadonlyMap<string, Row>,
  shared: (values: readonly string[]) => readonly string[],
): (readonly string[])[] {
  const all = new Map<string, readonly string[]>()
  for (const { values } of conversionRows.values()) all.set(rowId(null, values), values)
  const met = new Set([...all.values()].map((values) => rowId(null, shared(values))))
  for (const { values } of clickRows.values()) {
    if (!met.has(rowId(null, values))) all.set(rowId(null, values), values)
  }
  return [...all.values()]
}

function bucketsOf({ from, to }: Range, interval: Interval, zone: Zone): number[] {
  const buckets = new Set<number>()
  for (let atMs = from; atMs < to; atMs += quarterMs) buckets.add(zone.bucketOf(atMs, interval))
  return [...buckets]
}

/**
 * By the figure that was asked for, those without it last; by default by time, and without an interval by conversions
 * and clicks, most first. Then by time, by what clicks have too, and by event and status.
 */
function orderOf({ orderBy, groupBy, interval }: AskedQuestion, scope: Scope): (one: Row, other: Row) => number {
  const dimensions = groupBy ?? []
  const places = [...dimensions.keys()]
  const at = (own: boolean) => places.filter((place) => isOwn(dimensions[place] as Dimension) === own)
  const keys = [...at(false), ...at(true)]
  const byKey = (one: Row, other: Row) => {
    for (const place of keys) {
      const order = compareText(one.values[place] ?? '', other.values[place] ?? '')
      if (order !== 0) return order
    }
    return 0
  }
  const byTime = (one: Row, other: Row) => (one.bucket ?? 0) - (other.bucket ?? 0)
  const by = orderBy?.by ?? (interval == null ? 'CONVERSIONS' : 'BUCKET')
  const sign = orderBy == null ? (interval == null ? -1 : 1) : (orderBy.descending ?? true) ? -1 : 1
  const value = memoise((row: Row) => (by === 'BUCKET' ? null : orderValue(by, row.sums, scope)))
  const byFigure = (one: Row, other: Row) => {
    if (by === 'BUCKET') return sign * byTime(one, other)
    const [a, b] = [value(one), value(other)]
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0)
    return sign * a.cmp(b)
  }
  const byClicks = (one: Row, other: Row) =>
    orderBy == null && interval == null ? other.sums.clicks - one.sums.clicks : 0
  return (one, other) => byFigure(one, other) || byClicks(one, other) || byTime(one, other) || byKey(one, other)
}

/** As bytes of UTF-8. */
const compareText = (one: string, other: string) =>
  one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other))

function memoise<From, To>(work: (from: From) => To): (from: From) => To {
  const known = new Map<From, To>()
  return (from) => {
    const found = known.get(from)
    if (found !== undefined) return found
    const made = work(from)
    known.set(from, made)
    return made
  }
}

function keyOf(groupBy: readonly Dimension[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    groupBy.map((dimension, at) => {
      const value = values[at] ?? ''
      const prefix = prefixes[dimension]
      return [dimension, prefix === undefined || value === '' ? value : encodeId(prefix, value as Id<typeof prefix>)]
    }),
  )
}
