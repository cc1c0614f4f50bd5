import type { Parameters } from '../database/parameters.js'
import { firstInstantSql } from './first-instant-sql.js'
import { type Question, type RelativeRange } from './question.js'

/** Local midnights in the zone, as instants: the database's own rules draw the borders here and in the buckets. */
const midnight = (local: string) => firstInstantSql(local, 'zone')
const today = `date_trunc('day', now_at at time zone zone)`
const month = `date_trunc('month', now_at at time zone zone)`

const ranges: Readonly<Record<RelativeRange, readonly [from: string, to: string]>> = {
  TODAY: [today, `${today} + interval '1 day'`],
  YESTERDAY: [`${today} - interval '1 day'`, today],
  LAST_7_DAYS: [`${today} - interval '6 days'`, `${today} + interval '1 day'`],
  LAST_30_DAYS: [`${today} - interval '29 days'`, `${today} + interval '1 day'`],
  THIS_MONTH: [month, `${month} + interval '1 month'`],
  LAST_MONTH: [`${month} - interval '1 month'`, month],
}

/**
 * One row: the range of a report, its zone and its currency; and between which ids its clicks lie, where clicks are
 * counted when they happened. An id may be a day off its click's time and the click is still found.
 */
export function rangeSql(
  { range, timeZone, basis }: Question,
  nowMs: number,
  workspace: string,
  at: Parameters,
): string {
  const zone = `coalesce(${at.bind(timeZone, 'text')}, w.time_zone)`
  const instant = (ms: number) => `to_timestamp(${at.bind(ms / 1000, 'float8')})`
  const [from, to] =
    typeof range === 'string' ? ranges[range].map(midnight) : [instant(range.fromMs), instant(range.toMs)]
  const ids =
    basis === 'change'
      ? `'00000000-0000-0000-0000-000000000000'::uuid as low_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid as high_id`
      : `${lowestIdSql(`from_at - interval '1 day'`)} as low_id, ${lowestIdSql(`to_at + interval '1 day'`)} as high_id`
  return `select *, (extract(epoch from from_at) * 1000)::float8 as from_ms, (extract(epoch from to_at) * 1000)::float8 as to_ms, ${ids}
    from (select z.*, date_bin('15 minutes', ${from}, timestamptz '2000-01-01Z') as from_at,
                 date_bin('15 minutes', ${to} + interval '14 minutes 59.999999 seconds', timestamptz '2000-01-01Z') as to_at
            from (select ${zone} as zone, w.currency, ${instant(nowMs)} as now_at from workspace w where w.id = ${workspace}) z) r`
}

const lowestIdSql = (instant: string): string =>
  `(lpad(to_hex(greatest(0, extract(epoch from ${instant}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`
