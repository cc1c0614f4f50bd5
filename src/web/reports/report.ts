import type { MetricName, Role } from '../figures/metrics'
import type { Interval, RelativeRange, TimeBasis } from '../generated/reports/reports'
import type { Dimension } from './dimensions'

export type { Interval, RelativeRange, TimeBasis }

/** What is asked, and how it is shown: all that an address tells. */
export interface Report {
  readonly range: RelativeRange | Stretch
  readonly interval: Interval | null
  readonly groupBy: readonly Dimension[]
  /** Null: the workspace's. */
  readonly timeZone: string | null
  readonly basis: TimeBasis
  readonly test: boolean
  readonly filter: Filter
  /** Null: as the server orders them. */
  readonly orderBy: Order | null
  readonly first: number
  readonly columns: readonly MetricName[]
  /** What the chart shows, and of how many rows beside all of them. */
  readonly chart: MetricName
  readonly lines: Lines
  readonly compare: boolean
  readonly live: boolean
  /** By which ways one has come here, the first one first. */
  readonly via: readonly Step[]
}

/** Days (`2026-05-01`), both included, in the report's zone; or instants (RFC 3339), the end excluded. */
export interface Stretch {
  readonly from: string
  readonly to: string
}

/** Any of a list of values, by dimension. */
export type Filter = Readonly<Partial<Record<Dimension, readonly string[]>>>

/** By a column: `BUCKET`, a dimension, a metric in the API's words, or one of those and `_CHANGE`. */
export interface Order {
  readonly by: string
  readonly descending: boolean
}

/** Into what one went, and what the address said before where it says something else now. */
export interface Step {
  readonly into: Dimension | 'BUCKET'
  readonly was: string
}

export type Lines = 0 | 3 | 5

export const intervals: readonly { readonly value: Interval | 'NONE'; readonly name: string; readonly each: string }[] =
  [
    { value: 'NONE', name: 'None', each: '' },
    { value: 'QUARTER_HOUR', name: '15 min', each: 'by the quarter of an hour' },
    { value: 'HOUR', name: 'Hour', each: 'by the hour' },
    { value: 'DAY', name: 'Day', each: 'by day' },
    { value: 'WEEK', name: 'Week', each: 'by week' },
    { value: 'MONTH', name: 'Month', each: 'by month' },
  ]

export const ranges: readonly { readonly value: RelativeRange; readonly name: string }[] = [
  { value: 'TODAY', name: 'Today' },
  { value: 'YESTERDAY', name: 'Yesterday' },
  { value: 'LAST_7_DAYS', name: 'Last 7 days' },
  { value: 'LAST_30_DAYS', name: 'Last 30 days' },
  { value: 'LAST_90_DAYS', name: 'Last 90 days' },
  { value: 'THIS_MONTH', name: 'This month' },
  { value: 'LAST_MONTH', name: 'Last month' },
]

export const bases: readonly { readonly value: TimeBasis; readonly name: string; readonly meaning: string }[] = [
  {
    value: 'EVENT',
    name: 'When it happened',
    meaning: 'A conversion counts where it happened, as it stands now.',
  },
  {
    value: 'CLICK',
    name: 'When its visitor clicked',
    meaning: 'A conversion counts where its visitor clicked: what became of the clicks of that time.',
  },
  {
    value: 'CHANGE',
    name: 'When it was booked',
    meaning: 'Each change counts where it was booked: a closed period never moves.',
  },
]

export const fewRows = 1_000
/** As many as a report may have. More are for a download. */
export const mostRows = 10_000

const columnsOf: Readonly<Record<Role, readonly MetricName[]>> = {
  ADMIN: ['clicks', 'conversions', 'conversionRate', 'revenue', 'payout', 'profit', 'earningsPerClick'],
  ANALYST: ['clicks', 'conversions', 'conversionRate', 'revenue', 'payout', 'profit', 'earningsPerClick'],
  ADVERTISER: ['clicks', 'conversions', 'conversionRate', 'saleAmount', 'revenue', 'averageOrderValue', 'approvalRate'],
  AFFILIATE: ['clicks', 'conversions', 'conversionRate', 'payout', 'earningsPerClick', 'approvalRate'],
}

/** What an address that says nothing means. */
export const defaultReport = (role: Role): Report => ({
  range: 'LAST_30_DAYS',
  interval: null,
  groupBy: ['CAMPAIGN'],
  timeZone: null,
  basis: 'EVENT',
  test: false,
  filter: {},
  orderBy: null,
  first: fewRows,
  columns: columnsOf[role],
  chart: 'conversions',
  lines: 5,
  compare: false,
  live: false,
  via: [],
})
