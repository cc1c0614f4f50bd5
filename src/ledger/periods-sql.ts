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

/** The same for a run of days; `days` is a number, in SQL. */
export const daysSql = (days: string, instant: string, zone: string): string =>
  `date_bin(make_interval(days => ${days}), ${instant} at time zone ${zone}, timestamp '2000-01-01') at time zone ${zone}`

/** The first instant of a period that is named as above. */
export const firstInstantSql = (name: string, zone: string): string =>
  `case when (${name} - interval '1 hour') at time zone ${zone} >= ${name} at time zone ${zone}
        then ${name} - interval '1 hour' else ${name} end`

/** Where the run of days begins that an instant is in. */
export const runSql = (days: string, instant: string, zone: string): string =>
  firstInstantSql(`(${daysSql(days, instant, zone)})`, zone)

/** Where the run of days after it begins. */
export function nextRunSql(days: string, instant: string, zone: string): string {
  const local = `date_bin(make_interval(days => ${days}), ${instant} at time zone ${zone}, timestamp '2000-01-01')`
  return firstInstantSql(`((${local} + make_interval(days => ${days})) at time zone ${zone})`, zone)
}
