import { Migration } from '@mikro-orm/migrations'

const counts = ['pending', 'approved', 'rejected', 'reversed']
const moneySums = ['pending', 'approved'].flatMap((status) =>
  ['sale_amount', 'revenue', 'payout'].map((money) => ({ status, money })),
)
const conversionMeasures = [...counts, ...moneySums.map(({ status, money }) => `${status}_${money}`)]
const clickMeasures = ['clicks', 'unique_clicks', 'bot_clicks', 'cost']

const quarter = (instant: string) => `date_bin('15 minutes', ${instant}, timestamptz '2000-01-01Z')`

const countOf = (status: string) =>
  `(c.status = upper('${status}'))::int - (c.previous_status is not distinct from upper('${status}'))::int as ${status}`
const sumOf = ({ status, money }: (typeof moneySums)[number]) =>
  `case when c.status = upper('${status}') then c.${money} else 0 end
   - case when c.previous_status = upper('${status}') then c.${money} - c.${money}_delta else 0 end as ${status}_${money}`

/**
 * The base roll-up was written with the ledger, and is folded behind it from now on, with its family. What of it lies
 * beyond the family's mark is taken out again: those are the rows that the next folds bring. Their raw rows are all
 * there, since no clicks are dropped that a family has not folded.
 *
 * Nodes of a version before this one have to be stopped first: they would go on writing it.
 */
export class Migration0013BaseBehind extends Migration {
  override name = '0013-base-behind'

  override up() {
    // Nobody writes to the books or folds until this is committed; the figures are read all the same.
    this.addSql(`lock table workspace_head, rollup_mark in exclusive mode`)
    for (const kind of ['conversion', 'click']) {
      // Of which nothing is folded, all goes.
      this.addSql(`
        delete from ${kind}_rollup_base t where not exists (
          select from rollup_mark m where m.workspace_id = t.workspace_id and m.family = 'base')`)
      // It is no longer written with every batch, and needs no more room on its pages than the others.
      this.addSql(`alter table ${kind}_rollup_base set (fillfactor = 80)`)
    }

    const changes = `
      select c.workspace_id, b.*, v.campaign_id, v.affiliate_id, v.event, v.test,
             coalesce(v.link_id, '00000000-0000-0000-0000-000000000000') as link_id,
             ${counts.map(countOf).join(',\n')}, ${moneySums.map(sumOf).join(',\n')}
        from rollup_mark m
        join conversion_change c on c.workspace_id = m.workspace_id and c.position > m.position
        join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
       cross join lateral (values ('event_', ${quarter('v.occurred_at')}),
                                  ('click_', ${quarter('coalesce(v.clicked_at, v.occurred_at)')}),
                                  ('change_', ${quarter('c.at')})) as b (basis, bucket)
       where m.family = 'base'`
    const clicks = `
      select k.workspace_id, b.*, k.campaign_id, k.affiliate_id, k.link_id, k.test,
             (not k.bot)::int as clicks, k.first_visit::int as unique_clicks, k.bot::int as bot_clicks, k.cost
        from rollup_mark m
        join click k on k.workspace_id = m.workspace_id and k.revision > m.revision
       cross join lateral (values ('', ${quarter('k.at')}), ('booked_', ${quarter('k.booked_at')})) as b (basis, bucket)
       where m.family = 'base'`
    const who = ['campaign_id', 'affiliate_id', 'link_id']
    this.addSql(takeOut('conversion', [...who, 'event'], changes, ['event_', 'click_', 'change_'], conversionMeasures))
    this.addSql(takeOut('click', who, clicks, ['', 'booked_'], clickMeasures))
  }
}

function takeOut(
  kind: string,
  dimensions: readonly string[],
  facts: string,
  bases: readonly string[],
  measures: readonly string[],
): string {
  const keys = ['workspace_id', 'bucket', ...dimensions, 'test']
  const columns = bases.flatMap((basis) => measures.map((measure) => ({ basis, measure, name: basis + measure })))
  const sums = columns.map(
    ({ basis, measure, name }) => `coalesce(sum(${measure}) filter (where basis = '${basis}'), 0) as ${name}`,
  )
  return `
    with facts as (${facts}),
         sums as (select ${[...keys, ...sums].join(', ')} from facts group by ${keys.join(', ')})
    update ${kind}_rollup_base t set ${columns.map(({ name }) => `${name} = t.${name} - s.${name}`).join(', ')}
      from sums s where ${keys.map((key) => `s.${key} = t.${key}`).join(' and ')}`
}
