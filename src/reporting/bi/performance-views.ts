import type { View, ViewColumn } from '../../database/view-schema.js'
import {
  type Basis,
  bases,
  changeFacts,
  clickColumn,
  clickFacts,
  clickMeasures,
  conversionColumn,
  conversionMeasures,
  noLink,
} from '../../ledger/facts-sql.js'
import { families, type Kind, tableOf } from '../../ledger/grains.js'
import { idColumns, namesOf, ownWorkspace, partyColumns } from './columns.js'

/**
 * Figures ready to be summed: those of the roll-ups, and those of the raw rows that are not folded yet. Conversions and
 * clicks stand in rows of their own, since a click has no event; so do the three bases, of which a question needs
 * exactly one.
 */
const allMeasures = [...clickMeasures, ...conversionMeasures]
const ownMeasures: Readonly<Record<Kind, readonly string[]>> = { click: clickMeasures, conversion: conversionMeasures }

/** One kind of figures by one basis. */
interface Part {
  readonly kind: Kind
  readonly basis: Basis
  readonly from: string
  /** The column of `from` that holds a measure of the kind. */
  readonly column: (measure: string) => string
}

const [grain] = families.base

const folded: readonly Part[] = bases.flatMap((basis): Part[] => [
  { kind: 'conversion', basis, from: tableOf('conversion', grain), column: (name) => conversionColumn(basis, name) },
  { kind: 'click', basis, from: tableOf('click', grain), column: (name) => clickColumn(basis, name) },
])

/**
 * Joins the rows of a table between the mark and the head. Of a range without an end the server, which plans before it
 * knows the mark, would expect a third of the table.
 */
const behindMark = (table: string, alias: string, place: 'position' | 'revision'): string => `
  workspace_head head
  left join rollup_mark mark on mark.workspace_id = head.workspace_id and mark.family = 'base'
  join ${table} ${alias} on head.workspace_id = ${ownWorkspace} and ${alias}.workspace_id = ${ownWorkspace}
   and ${alias}.${place} > coalesce(mark.${place}, 0) and ${alias}.${place} <= head.${place}`

const changesBehind = `${behindMark('conversion_change', 'c', 'position')}
  join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id`
const clicksBehind = behindMark('click', 'k', 'revision')

const unfolded: readonly Part[] = bases.flatMap((basis): Part[] => [
  { kind: 'conversion', basis, from: `(${changeFacts([], changesBehind, basis)})`, column: (name) => name },
  { kind: 'click', basis, from: `(${clickFacts([], clicksBehind, basis)})`, column: (name) => name },
])

/** Of a measure, or of a column that holds one. */
const isMoney = (name: string): boolean => /(cost|_sale_amount|_revenue|_payout)$/.test(name)

const keyColumns = ['campaign_id', 'affiliate_id', 'link_id', 'event', 'test']

const keys = ({ kind }: Part): string =>
  `r.campaign_id, r.affiliate_id, nullif(r.link_id, '${noLink}') as link_id,
   ${kind === 'click' ? 'null::text' : 'r.event'} as event, r.test`

/** Measures, each put through `sum`, and zeros for those of the other kind. */
const measuresOf = ({ kind, column }: Part, sum: (column: string) => string): string =>
  allMeasures
    .map((measure) => {
      const own = ownMeasures[kind].includes(measure) ? sum(`r.${column(measure)}`) : null
      return `${own ?? `0::${isMoney(measure) ? 'numeric' : 'bigint'}`} as ${measure}`
    })
    .join(', ')

/** A quarter of an hour that counts by one basis need not count by another. */
const countsAtAll = ({ kind, column }: Part, sum: (column: string) => string): string =>
  ownMeasures[kind].map((measure) => `${sum(`r.${column(measure)}`)} <> 0`).join(' or ')

const asItIs = (column: string): string => column
const summed = (column: string): string => `sum(${column})${isMoney(column) ? '' : '::bigint'}`

const basisOf = (part: Part): string => `'${part.basis.toUpperCase()}'::text as time_basis`

const byQuarterHour = (part: Part): string => `
  select ${basisOf(part)}, r.workspace_id, r.bucket, ${keys(part)}, ${measuresOf(part, asItIs)}
    from ${part.from} r
   where r.workspace_id = ${ownWorkspace} and (${countsAtAll(part, asItIs)})`

/**
 * The workspace's days from its first figure to its last, each with the stretch of time that its quarters of an hour lie
 * in: a filter by day thins out this list, and so the stretches that are read. They are taken wider than the day, because
 * where clocks change at midnight its border is not one instant; the day of each quarter of an hour then decides.
 */
const days = (part: Part): string => {
  const border = (pick: 'min' | 'max') =>
    `date_trunc('day', (select ${pick}(x.bucket) from ${part.from} x
       where x.workspace_id = w.id) at time zone w.time_zone)`
  return `
    select w.id as workspace_id, w.time_zone, n.midnight::date as day,
           n.midnight at time zone w.time_zone - interval '3 hours' as from_at,
           n.midnight at time zone w.time_zone + interval '27 hours' as to_at
      from workspace w
     cross join lateral generate_series(${border('min')}, ${border('max')}, interval '1 day') as n (midnight)
     where w.id = ${ownWorkspace}`
}

/** Summed up day by day, since a join of days with quarters of an hour would be tried the wrong way round. */
const byDay = (part: Part): string => `
  select ${basisOf(part)}, n.workspace_id, n.day, ${[...keyColumns, ...allMeasures].map((name) => `t.${name}`).join(', ')}
    from (${days(part)}) n
   cross join lateral (
     select ${keys(part)}, ${measuresOf(part, summed)}
       from ${part.from} r
      where r.workspace_id = n.workspace_id
        and r.bucket >= n.from_at and r.bucket < n.to_at and (r.bucket at time zone n.time_zone)::date = n.day
      group by 1, 2, 3, 4, 5 having ${countsAtAll(part, summed)}) t`

/** What is not folded is too little to need an index, and is summed up as it comes. */
const unfoldedBy =
  (bucket: string) =>
  (part: Part): string =>
    `
  select ${basisOf(part)}, r.workspace_id, ${bucket}, ${keys(part)}, ${measuresOf(part, summed)}
    from ${part.from} r join workspace w on w.id = r.workspace_id
   group by 2, 3, 4, 5, 6, 7, 8 having ${countsAtAll(part, summed)}`

const both = (measure: string): string => `p.pending_${measure} + p.approved_${measure}`

const measureColumns: readonly ViewColumn[] = [
  { name: 'clicks', sql: 'p.clicks', about: "People's clicks." },
  { name: 'unique_clicks', sql: 'p.unique_clicks', about: "People's clicks, one per visitor, link and day (UTC)." },
  { name: 'bot_clicks', sql: 'p.bot_clicks', about: "Machines' clicks." },
  { name: 'conversions', sql: 'p.pending + p.approved', about: 'pending + approved' },
  { name: 'pending', sql: 'p.pending', about: 'Conversions that are PENDING.' },
  { name: 'approved', sql: 'p.approved', about: 'Conversions that are APPROVED.' },
  { name: 'rejected', sql: 'p.rejected', about: 'Conversions that are REJECTED.' },
  { name: 'reversed', sql: 'p.reversed', about: 'Conversions that are REVERSED.' },
  { name: 'sale_amount', sql: both('sale_amount'), about: 'Of pending and approved conversions.' },
  { name: 'revenue', sql: both('revenue'), about: 'Of pending and approved conversions.' },
  { name: 'payout', sql: both('payout'), about: 'Of pending and approved conversions.' },
  { name: 'cost', sql: 'p.cost', about: 'What the clicks cost.' },
  { name: 'profit', sql: `${both('revenue')} - (${both('payout')}) - p.cost`, about: 'revenue − payout − cost' },
  { name: 'approved_revenue', sql: 'p.approved_revenue', about: 'Revenue of approved conversions alone.' },
  { name: 'approved_payout', sql: 'p.approved_payout', about: 'Payout of approved conversions alone.' },
]

const view = (name: string, about: string, bucket: ViewColumn, selects: readonly string[]): View => ({
  name,
  about,
  columns: [
    {
      name: 'time_basis',
      sql: 'p.time_basis',
      about:
        'Which moment of a conversion decides: EVENT, when it happened; CLICK, when its visitor clicked; CHANGE, when ' +
        'each change was booked. Always name one: together they count everything three times.',
    },
    bucket,
    ...partyColumns('p'),
    ...idColumns('link', 'lnk', 'p.link_id'),
    { name: 'event', sql: 'p.event', about: "The conversions' goal; null in the rows that have the clicks." },
    { name: 'test', sql: 'p.test', about: 'Test traffic, which real figures leave out: `where not test`.' },
    ...measureColumns,
  ],
  source: `from (${selects.join(' union all ')}) p ${namesOf('p')}`,
})

const additive = 'Every figure may be summed; rates follow from the sums, as docs/DATA.md says.'

export const performanceViews: readonly View[] = [
  view(
    'performance_by_quarter_hour',
    `Figures by quarter of an hour, campaign, affiliate, link and event, as exact as the ledger: what was booked in the last seconds stands in rows of its own. ${additive}`,
    { name: 'bucket', sql: 'p.bucket', about: 'Where the quarter of an hour begins. Indexed.' },
    [...folded.map(byQuarterHour), ...unfolded.map(unfoldedBy('r.bucket'))],
  ),
  view(
    'performance_by_day',
    `The same by day. ${additive}`,
    { name: 'day', sql: 'p.day', about: "The day in the workspace's time zone. A filter on it reads only those days." },
    [...folded.map(byDay), ...unfolded.map(unfoldedBy('(r.bucket at time zone w.time_zone)::date as day'))],
  ),
]
