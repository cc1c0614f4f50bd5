import { quarterSql } from './periods-sql.js'

/**
 * How a change and a click move a figure: the one place that says so. The roll-ups, their recount, and the raw tail that
 * a report adds to them are all sums of these facts.
 *
 * Every conversion counts in three buckets: where it happened (`event`), where its click happened (`click`), and where
 * each change was booked (`change`).
 */
export type Basis = 'event' | 'click' | 'change'
export const bases: readonly Basis[] = ['event', 'click', 'change']

/** The link of a conversion that was credited without one. */
export const noLink = '00000000-0000-0000-0000-000000000000'

const moneyMeasures = ['sale_amount', 'revenue', 'payout'] as const

/** How one change moves each measure. `before` is null for a conversion's first change. */
const conversionDeltas: Readonly<Record<string, string>> = Object.fromEntries([
  ...['pending', 'approved', 'rejected', 'reversed'].map((status) => {
    const name = status.toUpperCase()
    return [status, `(c.status = '${name}')::int - (c.previous_status is not distinct from '${name}')::int`]
  }),
  ...['pending', 'approved'].flatMap((status) => {
    const name = status.toUpperCase()
    return moneyMeasures.map((column) => [
      `${status}_${column}`,
      `case when c.status = '${name}' then c.${column} else 0 end
         - case when c.previous_status = '${name}' then c.${column} - c.${column}_delta else 0 end`,
    ])
  }),
])

export const conversionMeasures = Object.keys(conversionDeltas)

/** A click counts where it happened, but for CHANGE where it was booked. */
const clickDeltas: Readonly<Record<string, string>> = {
  clicks: '(not k.bot)::int',
  unique_clicks: 'k.first_visit::int',
  bot_clicks: 'k.bot::int',
  cost: 'k.cost',
}
export const clickMeasures = Object.keys(clickDeltas)

/** A roll-up's column for a measure by a time basis. */
export const conversionColumn = (basis: Basis, measure: string): string => `${basis}_${measure}`
export const clickColumn = (basis: Basis, measure: string): string =>
  basis === 'change' ? `booked_${measure}` : measure

/** Which moment of a change, or of its conversion, decides its bucket. */
const moments: Readonly<Record<Basis, string>> = {
  event: 'v.occurred_at',
  click: 'coalesce(v.clicked_at, v.occurred_at)',
  change: 'c.at',
}

/**
 * Joins `v`, its conversion, to each change `c`. OFFSET has it looked up by its key: of a tail or a stretch the server
 * would rather read all conversions, which takes several times as long.
 */
export const itsConversion = `
     cross join lateral (
       select * from conversion v where v.workspace_id = c.workspace_id and v.id = c.conversion_id offset 0
     ) v`

/**
 * One row a change and bucket: by which bases it falls into it, its conversion's dimensions, and what it adds to each
 * measure. `from` must give `c`, changes, and `v`, their conversions.
 */
export function changeFacts(
  columns: readonly string[],
  from: string,
  onlyBasis?: Basis,
  render = (column: string) => `v.${column}`,
): string {
  const quarters = (onlyBasis === undefined ? bases : [onlyBasis]).map(
    (basis) => `${quarterSql(moments[basis])} as ${basis}`,
  )
  const deltas = conversionMeasures.map((measure) => `${conversionDeltas[measure]} as ${measure}`)
  // Most changes fall into one bucket by all three bases: they make one row, and not three to be summed up again.
  const buckets =
    onlyBasis === undefined
      ? `select * from (values (m.event, true, m.click = m.event, m.change = m.event, true),
                               (m.click, false, true, m.change = m.click, m.click <> m.event),
                               (m.change, false, false, true, m.change <> m.event and m.change <> m.click)
                       ) as b (bucket, in_event, in_click, in_change, is_new) where is_new`
      : `select m.${onlyBasis} as bucket, true as in_${onlyBasis}`
  // What each of them has is worked out once: OFFSET keeps the server from doing so wherever it is named. Of one basis
  // nothing is named twice, and a condition on it has to get through to the rows.
  const fence = onlyBasis === undefined ? 'offset 0' : ''
  return `
    select c.workspace_id, b.*, v.campaign_id, v.affiliate_id, coalesce(v.link_id, '${noLink}') as link_id,
           v.event, v.test${columns.map((column) => `, ${render(column)} as ${column}`).join('')},
           ${conversionMeasures.map((measure) => `m.${measure}`).join(', ')}
      from ${from}
     cross join lateral (select ${[...quarters, ...deltas].join(',\n           ')} ${fence}) m
     cross join lateral (${buckets}) as b`
}

/** One row a click and basis; `from` must give `k`, clicks. */
export function clickFacts(
  columns: readonly string[],
  from: string,
  onlyBasis?: Basis,
  render = (column: string) => `k.${column}`,
): string {
  const own = `('own', ${quarterSql('k.at')})`
  const booked = `('booked', ${quarterSql('k.booked_at')})`
  const values = onlyBasis === undefined ? `${own}, ${booked}` : onlyBasis === 'change' ? booked : own
  return `
    select k.workspace_id, b.basis, b.bucket, k.campaign_id, k.affiliate_id, k.link_id,
           k.test${columns.map((column) => `, ${render(column)} as ${column}`).join('')},
           ${clickMeasures.map((measure) => `${clickDeltas[measure]} as ${measure}`).join(',\n           ')}
      from ${from}
     cross join lateral (values ${values}) as b (basis, bucket)`
}
