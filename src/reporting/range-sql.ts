import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Family } from '../ledger/grains.js'
import { type Days, daySpans, firstInstantSql, nextRunSql, runSql } from '../ledger/periods-sql.js'
import type { Question, RelativeRange } from './question.js'

/** What a report is about, worked out: instants in ms since 1970, and what of it whole runs of days cover. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  readonly currency: string
  /** Empty where the roll-ups' days are not those of the report. */
  readonly runs: Readonly<Record<Days, Stretch>>
  /** How far the family was folded; a later statement must find the same, or begin anew. */
  readonly mark: { readonly position: string; readonly revision: string }
}

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** Local midnights in the zone, as instants: the database's own rules draw the borders here and in the buckets. */
const midnight = (local: string): string => firstInstantSql(local, 'zone')
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

interface RangeRow {
  days: Days
  run_from_ms: number | null
  run_to_ms: number | null
  from_ms: number
  to_ms: number
  zone: string
  currency: string
  position: string
  revision: string
}

/** Works out a question's range in its zone, and what the roll-ups of a family can cover of it. */
export async function readRange(
  rows: Rows,
  workspaceId: WorkspaceId,
  { range, timeZone, interval }: Question,
  family: Family | null,
  nowMs: number,
): Promise<Range> {
  const at = createParameters()
  const workspace = at.bind(workspaceId, 'uuid')
  const zone = `coalesce(${at.bind(timeZone, 'text')}, w.time_zone)`
  const instant = (ms: number) => `to_timestamp(${at.bind(ms / 1000, 'float8')})`
  const [from, to] =
    typeof range === 'string' ? ranges[range].map(midnight) : [instant(range.fromMs), instant(range.toMs)]
  const quarters = `date_bin('15 minutes', ${from}, timestamptz '2000-01-01Z') as from_at,
     date_bin('15 minutes', ${to} + interval '14 minutes 59.999999 seconds', timestamptz '2000-01-01Z') as to_at`
  // Without an interval it does not matter whose days are summed up.
  const usable = interval === null ? 'm.time_zone' : `(case when m.time_zone = z.zone then m.time_zone end)`
  const run = (instant: string) => runSql('s.days', instant, 'day_zone')
  const found = await rows<RangeRow>(
    // A zone that the database does not know fails here, also where nothing else would be asked of it.
    `select s.days, z.now_at at time zone z.zone as local, z.zone, z.currency, coalesce(m.position, 0) as position, coalesce(m.revision, 0) as revision,
            ${ms('from_at')} as from_ms, ${ms('to_at')} as to_ms,
            ${ms(`case when r.first_at < from_at then r.next_at else r.first_at end`)} as run_from_ms, ${ms('r.last_at')} as run_to_ms
       from (select ${zone} as zone, w.currency, ${instant(nowMs)} as now_at from workspace w where w.id = ${workspace}) z
       left join rollup_mark m on m.workspace_id = ${workspace} and m.family = ${at.bind(family, 'text')}
      cross join lateral (select ${quarters}) q
      cross join (values ${daySpans.map((days) => `(${days})`).join(', ')}) as s (days)
      cross join lateral (select ${usable} as day_zone) d
      cross join lateral (select ${run('from_at')} as first_at, ${nextRunSql('s.days', 'from_at', 'day_zone')} as next_at,
                                    ${run('to_at')} as last_at) r`,
    at.values,
  )
  const [row] = found
  if (row === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  const runs = found.map(({ days, run_from_ms, run_to_ms }) => [days, toStretch(run_from_ms, run_to_ms)])
  return {
    fromMs: row.from_ms,
    toMs: row.to_ms,
    zone: row.zone,
    currency: row.currency,
    runs: Object.fromEntries(runs) as Record<Days, Stretch>, // a row for each of them
    mark: { position: row.position, revision: row.revision },
  }
}

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`

const nowhere: Stretch = { fromMs: 0, toMs: 0 }

function toStretch(fromMs: number | null, toMs: number | null): Stretch {
  return fromMs === null || toMs === null || fromMs >= toMs ? nowhere : { fromMs, toMs }
}
