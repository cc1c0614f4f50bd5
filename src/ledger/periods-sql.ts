/**
 * Periods of time, as SQL. Buckets are a quarter of an hour, because zones at +5:30 and +5:45 exist; days and months are
 * those of a zone. A period is named by its first instant, and belongs to it every instant whose local reading does.
 */
export const bucketMs = 900_000

/** What roll-ups are kept by, from fine to coarse. */
export const spans = ['quarter', 'day', 'month'] as const
export type Span = (typeof spans)[number]

export type Unit = 'hour' | 'day' | 'week' | 'month'

export const quarterSql = (instant: string): string => `date_bin('15 minutes', ${instant}, timestamptz '2000-01-01Z')`

/**
 * One name for all instants of a period in a zone: cheap, and right to group by. Not always its first instant: where
 * clocks go back at one in the morning, midnight comes twice, and this names the second.
 */
export const periodSql = (unit: Unit, instant: string, zone: string): string =>
  `date_trunc('${unit}', ${instant}, ${zone})`

/** The first instant of a period that `periodSql` has named. */
export const firstInstantSql = (name: string, zone: string): string =>
  `case when (${name} - interval '1 hour') at time zone ${zone} >= ${name} at time zone ${zone}
        then ${name} - interval '1 hour' else ${name} end`
