import { lowestId } from '../../src/ledger/partitions.js'
import type { Dimension } from '../../src/reporting/dimensions.js'
import type { ReportQuestion } from './report-questions.js'

export type Dialect = 'PostgreSQL' | 'DuckDB'

/** The measures of a report, as the statements below name them. */
export const counts = ['clicks', 'unique_clicks', 'bot_clicks', 'pending', 'approved', 'rejected', 'reversed'] as const
export const sums = ['cost', 'sale_amount', 'revenue', 'payout'] as const

const dayMs = 86_400_000

/**
 * The same report from the raw rows, as anyone would write it who knows the tables: clicks and conversions are summed up
 * apart, so that neither multiplies the other, and then joined. In PostgreSQL, the ids of clicks begin with their time,
 * so that a range of them leaves out the months that are not asked for; where DuckDB can skip, it knows by `at` itself.
 */
export function rawSql(question: ReportQuestion, dialect: Dialect, workspaceId: string): string {
  const { from, to, groupBy, isByDay, only } = question
  const keys = [...(isByDay ? ['bucket'] : []), ...groupBy.map((_, index) => `key${index}`)]
  const keySelect = (time: string) => [
    ...(isByDay ? [`${dayOf(time, question.zone, dialect)} as bucket`] : []),
    ...groupBy.map((dimension, index) => `${columnOf(dimension)} as key${index}`),
  ]
  const within = (time: string) =>
    [
      `workspace_id = '${workspaceId}' and not test`,
      `${time} >= timestamptz '${from.toISOString()}' and ${time} < timestamptz '${to.toISOString()}'`,
      ...(only === null ? [] : [`${only.column} = '${only.id}'`]),
    ].join(' and ')
  // An id may be a day off its click's time.
  const ids =
    dialect === 'PostgreSQL'
      ? ` and id >= '${lowestId(from.getTime() - dayMs)}' and id < '${lowestId(to.getTime() + dayMs)}'`
      : ''
  return `
with k as (
  select ${keySelect('"at"').join(', ')},
         count(*) filter (where not bot) as clicks, count(*) filter (where first_visit) as unique_clicks,
         count(*) filter (where bot) as bot_clicks, sum(cost) as cost
    from click where ${within('"at"')}${ids}
   group by ${keys.join(', ')}
), v as (
  select ${keySelect('occurred_at').join(', ')},
         ${['pending', 'approved', 'rejected', 'reversed'].map((status) => `count(*) filter (where status = '${status.toUpperCase()}') as ${status}`).join(', ')},
         ${['sale_amount', 'revenue', 'payout'].map((money) => `sum(${money}) filter (where status in ('PENDING', 'APPROVED')) as ${money}`).join(', ')}
    from conversion where ${within('occurred_at')}
   group by ${keys.join(', ')}
)
select ${keys.map((key) => (key === 'bucket' ? `${startOf('bucket', question.zone, dialect)} as bucket` : `cast(${key} as text) as ${key}`)).join(', ')},
       ${[...counts, ...sums].map((name) => `cast(coalesce(${name}, 0) as text) as ${name}`).join(', ')}
  from k full join v using (${keys.join(', ')})`
}

/** The local day that an instant falls into. */
const dayOf = (time: string, zone: string, dialect: Dialect): string =>
  dialect === 'PostgreSQL' ? `date_trunc('day', ${time}, '${zone}')` : `date_trunc('day', timezone('${zone}', ${time}))`

/** When it begins, in Unix milliseconds. */
const startOf = (day: string, zone: string, dialect: Dialect): string =>
  dialect === 'PostgreSQL'
    ? `cast(cast(extract(epoch from ${day}) * 1000 as bigint) as text)`
    : `cast(epoch_ms(timezone('${zone}', ${day})) as text)`

function columnOf(dimension: Dimension): string {
  if (dimension === 'CAMPAIGN') return 'campaign_id'
  if (dimension.startsWith('SUB')) return `coalesce(subs ->> '${dimension.toLowerCase()}', '')`
  return dimension.toLowerCase()
}
