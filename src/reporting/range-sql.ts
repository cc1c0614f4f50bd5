import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Family } from '../ledger/grains.js'
import { type Days, daySpans, firstInstantSql, nextRunSql, runSql } from '../ledger/periods-sql.js'
import type { Question, RelativeRange } from './question.js'

/** What a report is about, worked out: instants in ms since 1970, and where runs of days begin around its ends. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  readonly currency: string
  /** Null where the roll-ups' days are not those of the report. */
  readonly runs: Readonly<Record<Days, RunBorders | null>>
  /** How far the family was folded; a later statement must find the same, or begin anew. */
  readonly mark: { readonly position: string; readonly revision: string }
}

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** Where runs of so many days begin around both ends of a range. */
export interface RunBorders {
  readonly from: Borders
  readonly to: Borders
}

/** The last beginning of a run that is not after an instant, and the first that is not before it. */
interface Borders {
  readonly lastMs: number
  readonly nextMs: number
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
  LAST_90_DAYS: [`${today} - interval '89 days'`, `${today} + interval '1 day'`],
  THIS_MONTH: [month, `${month} + interval '1 month'`],
  LAST_MONTH: [`${month} - interval '1 month'`, month],
}

interface RangeRow {
  days: Days
  from_last_ms: number | null
  from_next_ms: number | null
  to_last_ms: number | null
  to_next_ms: number | null
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
  const nextRun = (instant: string) => nextRunSql('s.days', instant, 'day_zone')
  const found = await rows<RangeRow>(
    // A zone that the database does not know fails here, also where nothing else would be asked of it.
    `select s.days, z.now_at at time zone z.zone as local, z.zone, z.currency, coalesce(m.position, 0) as position, coalesce(m.revision, 0) as revision,
            ${ms('from_at')} as from_ms, ${ms('to_at')} as to_ms,
            ${ms(run('from_at'))} as from_last_ms, ${ms(nextRun('from_at'))} as from_next_ms,
            ${ms(run('to_at'))} as to_last_ms, ${ms(nextRun('to_at'))} as to_next_ms
       from (select ${zone} as zone, w.currency, ${instant(nowMs)} as now_at from workspace w where w.id = ${workspace}) z
       left join rollup_mark m on m.workspace_id = ${workspace} and m.family = ${at.bind(family, 'text')}
      cross join lateral (select ${quarters}) q
      cross join (values ${daySpans.map((days) => `(${days})`).join(', ')}) as s (days)
      cross join lateral (select ${usable} as day_zone) d`,
    at.values,
  )
  const [row] = found
  if (row === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  const runs = found.map((borders) => [borders.days, toBorders(borders)])
  return {
    fromMs: row.from_ms,
    toMs: row.to_ms,
    zone: row.zone,
    currency: row.currency,
    runs: Object.fromEntries(runs) as Range['runs'], // a row for each of them
    mark: { position: row.position, revision: row.revision },
  }
}

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`

function toBorders(row: RangeRow): RunBorders | null {
  const { from_last_ms, from_next_ms, to_last_ms, to_next_ms } = row
  if (from_last_ms === null || from_next_ms === null || to_last_ms === null || to_next_ms === null) return null
  // Whatever begins exactly there is both.
  return {
    from: { lastMs: from_last_ms, nextMs: from_last_ms === row.from_ms ? from_last_ms : from_next_ms },
    to: { lastMs: to_last_ms, nextMs: to_last_ms === row.to_ms ? to_last_ms : to_next_ms },
  }
}
