/**
 * Periods of time, as SQL. Buckets are a quarter of an hour, because zones at +5:30 and +5:45 exist; days are those of a
 * zone. A period is named by its first instant, and belongs to it every instant whose local reading does.
 */
export const bucketMs = 900_000

/**
 * How many days a roll-up's bucket has; none: a quarter of an hour. Each is four of the one before, all counted from the
 * same day, so that any range is a few of each.
 */
export const spans = ['quarter', 1, 4, 16, 64] as const
export type Span = (typeof spans)[number]
export type Days = Exclude<Span, 'quarter'>

export const daySpans: readonly Days[] = spans.filter((span) => span !== 'quarter')

export const quarterSql = (instant: string): string => `date_bin('15 minutes', ${instant}, timestamptz '2000-01-01Z')`

/**
 * One name for all instants of a period in a zone: cheap, and right to group by. Not always its first instant: where
 * clocks go back at one in the morning, midnight comes twice, and this names the second.
 */
export const periodSql = (unit: 'hour' | 'day' | 'week' | 'month', instant: string, zone: string): string =>
  `date_trunc('${unit}', ${instant}, ${zone})`

/**
 * The first instant at which the clocks of a zone show a local time, or, where they leave it out, at which they go on
 * behind it. Where they are put back at one o'clock, midnight comes twice, and PostgreSQL takes the second: a day would
 * begin an hour late. Whether there was an earlier one tells the offset of a few hours before.
 */
export function firstInstantSql(local: string, zone: string): string {
  const last = `((${local}) at time zone ${zone})`
  const putBack = `((${last} - interval '3 hours') at time zone ${zone} + interval '3 hours' - (${local}))`
  const first = `(${last} - ${putBack})`
  return `case when ${first} at time zone ${zone} = (${local}) then ${first} else ${last} end`
}

/** The local time at which the run of days begins that an instant is in; `days` is a number, in SQL. */
export const localRunSql = (days: string, instant: string, zone: string): string =>
  `date_bin(make_interval(days => ${days}), ${instant} at time zone ${zone}, timestamp '2000-01-01')`

/** When the run of days begins that an instant is in. */
export const runSql = (days: string, instant: string, zone: string): string =>
  firstInstantSql(localRunSql(days, instant, zone), zone)

/** When the run of days after it begins. */
export const nextRunSql = (days: string, instant: string, zone: string): string =>
  firstInstantSql(`${localRunSql(days, instant, zone)} + make_interval(days => ${days})`, zone)
