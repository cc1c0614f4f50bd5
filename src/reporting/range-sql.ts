import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Family } from '../ledger/grains.js'
import { firstInstantSql, type Span } from '../ledger/periods-sql.js'
import type { Question, RelativeRange } from './question.js'

/** What a report is about, worked out: instants in ms since 1970, and which of them whole days and months cover. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  readonly currency: string
  /** Empty where days or months of the roll-ups are not those of the report. */
  readonly days: Stretch
  readonly months: Stretch
  /** How far the family was folded; a later statement must find the same, or begin anew. */
  readonly mark: { readonly position: string; readonly revision: string }
}

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** Local midnights in the zone, as instants: the database's own rules draw the borders here and in the buckets. */
const midnight = (local: string): string => firstInstantSql(`((${local}) at time zone zone)`, 'zone')
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
  from_ms: number
  to_ms: number
  zone: string
  currency: string
  day_from_ms: number | null
  day_to_ms: number | null
  month_from_ms: number | null
  month_to_ms: number | null
  position: string | null
  revision: string | null
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
  const [row] = await rows<RangeRow>(
    `select z.zone, z.currency, m.position, m.revision, ${ms('from_at')} as from_ms, ${ms('to_at')} as to_ms,
            ${ms(borderSql('day', 'from_at', true))} as day_from_ms, ${ms(borderSql('day', 'to_at', false))} as day_to_ms,
            ${ms(borderSql('month', 'from_at', true))} as month_from_ms, ${ms(borderSql('month', 'to_at', false))} as month_to_ms
       from (select ${zone} as zone, w.currency, ${instant(nowMs)} as now_at from workspace w where w.id = ${workspace}) z
       left join rollup_mark m on m.workspace_id = ${workspace} and m.family = ${at.bind(family, 'text')}
      cross join lateral (select ${quarters}) q
      cross join lateral (select ${usable} as day_zone) d`,
    at.values,
  )
  if (row === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  return {
    fromMs: row.from_ms,
    toMs: row.to_ms,
    zone: row.zone,
    currency: row.currency,
    days: toStretch(row.day_from_ms, row.day_to_ms),
    months: toStretch(row.month_from_ms, row.month_to_ms),
    mark: { position: row.position ?? '0', revision: row.revision ?? '0' },
  }
}

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`

/** The first border of a day or month at or after an instant, or the last one at or before it. */
function borderSql(unit: Exclude<Span, 'quarter'>, instant: string, after: boolean): string {
  const first = (local: string) => firstInstantSql(`((${local}) at time zone day_zone)`, 'day_zone')
  const local = `date_trunc('${unit}', ${instant} at time zone day_zone)`
  const before = first(local)
  return after
    ? `case when ${before} = ${instant} then ${instant} else ${first(`${local} + interval '1 ${unit}'`)} end`
    : before
}

const nowhere: Stretch = { fromMs: 0, toMs: 0 }

function toStretch(fromMs: number | null, toMs: number | null): Stretch {
  return fromMs === null || toMs === null || fromMs >= toMs ? nowhere : { fromMs, toMs }
}
