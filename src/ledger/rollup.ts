/**
 * Roll-ups: what reports read instead of raw rows. One statement folds a stretch of the ledger, (after, upto], into a
 * grain; it serves the grain that is kept within the ledger's own transaction, those that follow behind it, and a
 * rebuild from nothing. A report adds what a grain has not folded yet with the same expressions (`changeFacts`,
 * `clickFacts`), so there is one place that says how a change moves a figure.
 *
 * Buckets are a quarter of an hour, because zones at +5:30 and +5:45 exist. Every conversion counts in three of them:
 * where it happened (`event`), where its click happened (`click`), and where each change was booked (`change`).
 */

/** A grain's own dimensions, beside campaign, affiliate, link, event and test, which all grains have. */
export const grains = {
  base: [],
  traffic: ['source', 'creative', 'keyword', 'placement'],
  place: ['country', 'region', 'language'],
  device: ['device', 'os', 'browser'],
} as const satisfies Record<string, readonly string[]>

export type Grain = keyof typeof grains
export type Basis = 'event' | 'click' | 'change'

/** Kept in the ledger's transaction; the others are folded behind it. */
export const ledgerGrain = 'base' satisfies Grain
export const foldedGrains = ['traffic', 'place', 'device'] as const satisfies readonly Grain[]

export const maxGrainDimensions = 4
/** The link of a conversion that was credited without one. */
export const noLink = '00000000-0000-0000-0000-000000000000'
export const bucketMs = 900_000
const bucketOf = (column: string) => `date_bin('15 minutes', ${column}, timestamptz '2000-01-01Z')`

const bases: readonly Basis[] = ['event', 'click', 'change']
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

export const conversionColumn = (basis: Basis, measure: string): string => `${basis}_${measure}`
export const clickColumn = (basis: Basis, measure: string): string =>
  basis === 'change' ? `booked_${measure}` : measure

/** A stretch of the ledger for each of some workspaces: parameters $1 workspace ids, $2 after, $3 up to and including. */
const stretches = `unnest($1::uuid[], $2::bigint[], $3::bigint[]) as w (workspace_id, after, upto)`

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
  const of = (basis: Basis) => bucketOf(moments[basis])
  const [event, click, change] = [of('event'), of('click'), of('change')]
  // Most changes fall into one bucket by all three bases: they make one row, and not three to be summed up again.
  const buckets =
    onlyBasis === undefined
      ? `select * from (values (${event}, true, ${click} = ${event}, ${change} = ${event}, true),
                               (${click}, false, true, ${change} = ${click}, ${click} <> ${event}),
                               (${change}, false, false, true, ${change} <> ${event} and ${change} <> ${click})
                       ) as b (bucket, in_event, in_click, in_change, is_new) where is_new`
      : `select ${of(onlyBasis)} as bucket, true as in_${onlyBasis}`
  return `
    select c.workspace_id, b.*, v.campaign_id, v.affiliate_id, coalesce(v.link_id, '${noLink}') as link_id,
           v.event, v.test${columns.map((column) => `, ${render(column)} as ${column}`).join('')},
           ${conversionMeasures.map((measure) => `${conversionDeltas[measure]} as ${measure}`).join(',\n           ')}
      from ${from}
     cross join lateral (${buckets}) as b`
}

/** Which moment of a change, or of its conversion, decides its bucket. */
const moments: Readonly<Record<Basis, string>> = {
  event: 'v.occurred_at',
  click: 'coalesce(v.clicked_at, v.occurred_at)',
  change: 'c.at',
}

/** One row a click and basis; `from` must give `k`, clicks. */
export function clickFacts(
  columns: readonly string[],
  from: string,
  onlyBasis?: Basis,
  render = (column: string) => `k.${column}`,
): string {
  const own = `('own', ${bucketOf('k.at')})`
  const booked = `('booked', ${bucketOf('k.booked_at')})`
  const values = onlyBasis === undefined ? `${own}, ${booked}` : onlyBasis === 'change' ? booked : own
  return `
    select k.workspace_id, b.basis, b.bucket, k.campaign_id, k.affiliate_id, k.link_id,
           k.test${columns.map((column) => `, ${render(column)} as ${column}`).join('')},
           ${clickMeasures.map((measure) => `${clickDeltas[measure]} as ${measure}`).join(',\n           ')}
      from ${from}
     cross join lateral (values ${values}) as b (basis, bucket)`
}

const changesInStretch = `${stretches}
     cross join lateral (
       select * from conversion_change c
        where c.workspace_id = w.workspace_id and c.position > w.after and c.position <= w.upto offset 0
     ) c
     join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id`

const clicksInStretch = `${stretches}
     cross join lateral (
       select * from click k
        where k.workspace_id = w.workspace_id and k.revision > w.after and k.revision <= w.upto and k.id >= $4::uuid offset 0
     ) k`

const dimensionKeys = (grain: Grain) =>
  Array.from({ length: maxGrainDimensions }, (_, index) => grains[grain][index] ?? `''`)

const dimensionColumns = Array.from({ length: maxGrainDimensions }, (_, index) => `d${index + 1}`)

/** Which column of a roll-up holds a grain's dimension. */
export function grainColumn(grain: Grain, dimension: string): string | null {
  const index = (grains[grain] as readonly string[]).indexOf(dimension)
  return index < 0 ? null : (dimensionColumns[index] ?? null)
}

const conversionKeys = ['workspace_id', 'bucket', 'campaign_id', 'affiliate_id', 'link_id', 'event', 'test']
const clickKeys = ['workspace_id', 'bucket', 'campaign_id', 'affiliate_id', 'link_id', 'test']

/** Parameters: $1 workspace ids, $2 the positions folded already, $3 the positions to fold up to. */
export function foldChangesSql(grain: Grain): string {
  const measures = bases.flatMap((basis) => conversionMeasures.map((measure) => ({ basis, measure })))
  return foldSql({
    table: 'conversion_rollup',
    grain,
    keys: conversionKeys,
    facts: changeFacts(grains[grain], changesInStretch),
    measures: measures.map(({ basis, measure }) => ({
      column: conversionColumn(basis, measure),
      sum: `coalesce(sum(${measure}) filter (where in_${basis}), 0)`,
    })),
  })
}

/** Parameters as `foldChangesSql`, with revisions; $4 is an id that no click of the stretch is below. */
export function foldClicksSql(grain: Grain): string {
  const sum = (measure: string, basis: string) => `coalesce(sum(${measure}) filter (where basis = '${basis}'), 0)`
  return foldSql({
    table: 'click_rollup',
    grain,
    keys: clickKeys,
    facts: clickFacts(grains[grain], clicksInStretch),
    measures: clickMeasures.flatMap((measure) => [
      { column: clickColumn('event', measure), sum: sum(measure, 'own') },
      { column: clickColumn('change', measure), sum: sum(measure, 'booked') },
    ]),
  })
}

interface Fold {
  table: string
  grain: Grain
  keys: readonly string[]
  facts: string
  measures: readonly { column: string; sum: string }[]
}

function foldSql({ table, grain, keys, facts, measures }: Fold): string {
  const columns = measures.map(({ column }) => column)
  return `
    insert into ${table} as t (grain, ${[...keys, ...dimensionColumns, ...columns].join(', ')})
    select '${grain}', ${[...keys, ...dimensionKeys(grain)].join(', ')}, ${measures.map(({ sum }) => sum).join(', ')}
      from (${facts}) as f
     group by ${[...keys, ...grains[grain]].join(', ')}
    on conflict (workspace_id, grain, ${[...keys.slice(1), ...dimensionColumns].join(', ')}) do update
       set ${columns.map((column) => `${column} = t.${column} + excluded.${column}`).join(', ')}`
}
