import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql'
import { ConversionStatusEnum, defineEnum } from '../catalog/enums.type.js'
import type { AdvertiserId, AffiliateId, CampaignId, LinkId } from '../kernel/ids.js'
import type { Money } from '../kernel/money.js'
import { Currency, Cursor, DateTime, Decimal, JSONObject, SafeInt, TimeZone } from '../kernel/scalars.js'
import { type ConversionStatus, subNames } from '../kernel/vocabulary.js'
import { type Dimension, dimensions } from './dimensions.js'
import type { MetricName } from './metrics.js'
import {
  type AskedFilter,
  type AskedQuestion,
  type Interval,
  intervals,
  type PerformanceMetric,
  performanceMetrics,
  type RelativeRange,
  relativeRanges,
  type TimeBasis,
  timeBases,
} from './question.js'

/** `""` in a row's key is what has none. */
const asSaid = (what: string) => `${what}, as the link or the click said.`
const DimensionEnum = defineEnum('Dimension', dimensions, 'What figures can be broken down by.', {
  CAMPAIGN: 'The campaign, `cmp_…`.',
  ADVERTISER: 'The advertiser whose campaign it is, `adv_…`.',
  AFFILIATE: 'The affiliate that is credited, `aff_…`.',
  LINK: 'The link that was clicked, `lnk_…`; `""` for conversions that were credited without a click.',
  EVENT: 'The goal that was reached: `sale`, `lead`, … Clicks have none: each row has those of its other dimensions.',
  STATUS: 'Of conversions, as they stand. Clicks have none: each row has those of its other dimensions.',
  SOURCE: asSaid('Where the traffic came from'),
  CREATIVE: asSaid('Which ad or text'),
  KEYWORD: asSaid('Which search term'),
  PLACEMENT: asSaid('Where on the page'),
  COUNTRY: "ISO 3166 code of the visitor's country, by its address.",
  REGION: "The visitor's region, by its address.",
  LANGUAGE: "The first of the browser's languages: `de-CH`.",
  DEVICE: '`desktop`, `mobile`, `tablet`, …, by the user agent.',
  OS: 'The operating system, by the user agent.',
  BROWSER: 'The browser, by the user agent.',
  ...Object.fromEntries(subNames.map((name) => [name.toUpperCase(), `The affiliate's own parameter \`${name}\`.`])),
})
const IntervalEnum = defineEnum('Interval', intervals, "How wide a bucket of time is, in the report's zone.", {
  QUARTER_HOUR: 'Fifteen minutes, as finely as figures are kept.',
  HOUR: 'By the clock of the zone.',
  MONTH: 'From the first.',
  DAY: 'From midnight to midnight: 23 or 25 hours where the clock changes.',
  WEEK: 'ISO weeks, from Monday.',
})
const TimeBasisEnum = defineEnum('TimeBasis', timeBases, 'Which moment of a conversion decides its bucket.', {
  EVENT: 'When it happened.',
  CLICK: 'When its visitor clicked: what became of the clicks of that time.',
  CHANGE: 'When each change was booked: a closed period never moves.',
})
const RelativeRangeEnum = defineEnum('RelativeRange', relativeRanges, "A range of whole days in the report's zone.", {
  TODAY: 'All of today, to the midnight to come.',
  YESTERDAY: 'The day before.',
  THIS_MONTH: 'All of this month, to its end.',
  LAST_MONTH: 'The month before.',
  LAST_7_DAYS: 'Today and the six days before.',
  LAST_30_DAYS: 'Today and the 29 days before.',
  LAST_90_DAYS: 'Today and the 89 days before.',
})
const PerformanceMetricEnum = defineEnum('PerformanceMetric', performanceMetrics, 'What rows can be ordered by.')

@InputType({ description: 'All that is given must hold; within a list, any value may.' })
export class PerformanceFilter implements AskedFilter {
  @Field(() => [ID], { nullable: true })
  campaignIds?: string[] | null

  @Field(() => [ID], { nullable: true })
  advertiserIds?: string[] | null

  @Field(() => [ID], { nullable: true })
  affiliateIds?: string[] | null

  @Field(() => [ID], { nullable: true })
  linkIds?: string[] | null

  @Field(() => [String], { nullable: true, description: "Of conversions; a report's clicks stay as they are." })
  events?: string[] | null

  @Field(() => [ConversionStatusEnum], {
    nullable: true,
    description: "Of conversions; a report's clicks stay as they are.",
  })
  statuses?: ConversionStatus[] | null

  @Field(() => [String], { nullable: true })
  sources?: string[] | null

  @Field(() => [String], { nullable: true })
  creatives?: string[] | null

  @Field(() => [String], { nullable: true })
  keywords?: string[] | null

  @Field(() => [String], { nullable: true })
  placements?: string[] | null

  @Field(() => [String], { nullable: true })
  countries?: string[] | null

  @Field(() => [String], { nullable: true })
  regions?: string[] | null

  @Field(() => [String], { nullable: true })
  languages?: string[] | null

  @Field(() => [String], { nullable: true })
  devices?: string[] | null

  @Field(() => [String], { nullable: true })
  operatingSystems?: string[] | null

  @Field(() => [String], { nullable: true })
  browsers?: string[] | null

  @Field(() => JSONObject, { nullable: true, description: '`{"sub1": "spring"}`' })
  subs?: object | null
}

@InputType({ description: 'How rows are ordered. Rows without the figure come last.' })
export class PerformanceOrder {
  @Field(() => PerformanceMetricEnum)
  by!: PerformanceMetric

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  descending?: boolean | null
}

@InputType({ description: 'What a report is about. Either `range`, or both `from` and `to`.' })
export class PerformanceInput implements AskedQuestion {
  @Field(() => DateTime, { nullable: true, description: 'Inclusive; widened to the quarter of an hour.' })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Exclusive; widened to the quarter of an hour.' })
  to?: Date | null

  @Field(() => RelativeRangeEnum, { nullable: true })
  range?: RelativeRange | null

  @Field(() => [DimensionEnum], { nullable: true, defaultValue: [], description: 'At most four.' })
  groupBy?: Dimension[] | null

  @Field(() => IntervalEnum, { nullable: true, description: 'Makes a row of each bucket of time.' })
  interval?: Interval | null

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Also rows for buckets without any figure.',
  })
  fill?: boolean | null

  @Field(() => TimeZone, { nullable: true, description: "Where days begin; by default the workspace's zone." })
  timeZone?: string | null

  @Field(() => TimeBasisEnum, { nullable: true, defaultValue: 'EVENT' })
  basis?: TimeBasis | null

  @Field(() => PerformanceFilter, { nullable: true })
  filter?: PerformanceFilter | null

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Test traffic instead of real.' })
  test?: boolean | null

  @Field(() => PerformanceOrder, {
    nullable: true,
    description: 'By default by time, and without interval by conversions, most first.',
  })
  orderBy?: PerformanceOrder | null

  @Field(() => Int, { nullable: true, defaultValue: 1000, description: '1 to 10,000 rows.' })
  first?: number | null
}

const sumOf = (money: string) =>
  `The sum of \`Conversion.${money}\` over pending and approved conversions, in the report's currency.`

@ObjectType('Metrics', {
  simpleResolvers: true,
  description:
    'The figures of a row or of a whole report. What the viewer may not see, or what would divide by zero, is null.',
})
export class MetricsType implements Record<MetricName, number | Money | string | null> {
  @Field(() => SafeInt, { description: "People's clicks." })
  clicks!: number

  @Field(() => SafeInt, { description: "People's clicks, one per visitor, link and day (UTC)." })
  uniqueClicks!: number

  @Field(() => SafeInt, { description: "Machines' clicks; in no other figure but `cost`." })
  botClicks!: number

  @Field(() => SafeInt, { description: 'pending + approved' })
  conversions!: number

  @Field(() => SafeInt, { description: 'Conversions that are PENDING.' })
  pending!: number

  @Field(() => SafeInt, { description: 'Conversions that are APPROVED.' })
  approved!: number

  @Field(() => SafeInt, { description: 'Conversions that are REJECTED.' })
  rejected!: number

  @Field(() => SafeInt, { description: 'Conversions that are REVERSED.' })
  reversed!: number

  @Field(() => Decimal, { nullable: true, description: sumOf('saleAmount') })
  saleAmount!: string | null

  @Field(() => Decimal, { nullable: true, description: sumOf('revenue') })
  revenue!: string | null

  @Field(() => Decimal, { nullable: true, description: sumOf('payout') })
  payout!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: "The sum of `Click.cost` over all clicks, bots' too, in the report's currency.",
  })
  cost!: string | null

  @Field(() => Decimal, { nullable: true, description: 'revenue − payout − cost; for an AFFILIATE payout − cost.' })
  profit!: string | null

  @Field(() => Decimal, { nullable: true, description: 'As `revenue`, over approved conversions alone.' })
  approvedRevenue!: string | null

  @Field(() => Decimal, { nullable: true, description: 'As `payout`, over approved conversions alone.' })
  approvedPayout!: string | null

  @Field(() => Float, { nullable: true, description: 'conversions / clicks; 0.025 is 2.5 %.' })
  conversionRate!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'approved / (approved + rejected + reversed): of what is decided, 0.9 is 90 %.',
  })
  approvalRate!: number | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'revenue / clicks; for an AFFILIATE payout / clicks. Rounded to four places.',
  })
  earningsPerClick!: Money | null

  @Field(() => Decimal, { nullable: true, description: 'cost / conversions, rounded to four places.' })
  costPerAction!: Money | null

  @Field(() => Decimal, { nullable: true, description: 'saleAmount / conversions, rounded to four places.' })
  averageOrderValue!: Money | null

  @Field(() => Float, { nullable: true, description: 'profit / cost; 0.5 is 50 %.' })
  returnOnInvestment!: number | null

  @Field(() => Float, { nullable: true, description: 'revenue / cost; for an AFFILIATE payout / cost.' })
  returnOnAdSpend!: number | null
}

@ObjectType('PerformanceRow', {
  simpleResolvers: true,
  description: 'The figures of one combination of dimensions and bucket.',
})
export class PerformanceRowType {
  @Field(() => String, { description: 'The same for the same row whenever the question is asked again; not an id.' })
  rowKey!: string

  @Field(() => DateTime, {
    nullable: true,
    description: "Where the bucket begins in the report's zone; null without interval.",
  })
  bucket!: number | null

  @Field(() => JSONObject, {
    description: '`{"SOURCE": "newsletter"}`: an entry for each dimension; `""` where unset.',
  })
  key!: object

  campaignId!: CampaignId | null
  advertiserId!: AdvertiserId | null
  affiliateId!: AffiliateId | null
  linkId!: LinkId | null

  @Field(() => MetricsType)
  metrics!: MetricsType
}

@ObjectType('PerformanceReport', {
  simpleResolvers: true,
  description: 'Figures at one state of the books. The same question at the same `asOf` gives the same answer.',
})
export class PerformanceReportType {
  @Field(() => [PerformanceRowType])
  rows!: PerformanceRowType[]

  @Field(() => Boolean, { description: 'Whether there are more rows than `first`; the totals count them all.' })
  truncated!: boolean

  @Field(() => MetricsType, { description: 'Of all rows, also of those that are not shown.' })
  totals!: MetricsType

  @Field(() => DateTime, { description: 'Inclusive; as asked, widened to the quarter of an hour.' })
  from!: number

  @Field(() => DateTime, { description: 'Exclusive; as asked, widened to the quarter of an hour.' })
  to!: number

  @Field(() => TimeZone, { description: 'Where its days begin.' })
  timeZone!: string

  @Field(() => Currency, { description: 'What all money in it is in.' })
  currency!: string

  @Field(() => Cursor, { description: 'The state of the books that these figures are exactly at.' })
  asOf!: string
}
