import { Migration } from '@mikro-orm/migrations'

const bases = ['event', 'click', 'change']
const counts = ['pending', 'approved', 'rejected', 'reversed']
const sums = ['pending', 'approved'].flatMap((status) =>
  ['sale_amount', 'revenue', 'payout'].map((money) => `${status}_${money}`),
)
const clickCounts = ['clicks', 'unique_clicks', 'bot_clicks']

const measures = (names: readonly string[], type: string) =>
  names.map((name) => `${name} ${type} not null`).join(',\n        ')

/**
 * Figures by quarter of an hour, so that a report costs what its answer is long and not what there was to count. A
 * grain says which dimensions d1 to d4 hold; each is a table of its own underneath. The base grain is written with
 * every batch: its pages keep room, so that an update stays on its page and touches no index.
 */
export class Migration0003Rollups extends Migration {
  override name = '0003-rollups'

  override up() {
    this.addSql(`
      create table conversion_rollup (
        workspace_id uuid not null,
        grain        text not null collate "C",
        bucket       timestamptz not null,
        campaign_id  uuid not null,
        affiliate_id uuid not null,
        link_id      uuid not null,
        event        text not null collate "C",
        test         boolean not null,
        d1           text not null collate "C",
        d2           text not null collate "C",
        d3           text not null collate "C",
        d4           text not null collate "C",
        ${bases
          .map((basis) =>
            measures(
              counts.map((name) => `${basis}_${name}`),
              'bigint',
            ),
          )
          .join(',\n        ')},
        ${bases
          .map((basis) =>
            measures(
              sums.map((name) => `${basis}_${name}`),
              'numeric',
            ),
          )
          .join(',\n        ')},
        primary key (workspace_id, grain, bucket, campaign_id, affiliate_id, link_id, event, test, d1, d2, d3, d4)
      ) partition by list (grain)`)

    this.addSql(`
      create table click_rollup (
        workspace_id uuid not null,
        grain        text not null collate "C",
        bucket       timestamptz not null,
        campaign_id  uuid not null,
        affiliate_id uuid not null,
        link_id      uuid not null,
        test         boolean not null,
        d1           text not null collate "C",
        d2           text not null collate "C",
        d3           text not null collate "C",
        d4           text not null collate "C",
        ${measures([...clickCounts, ...clickCounts.map((name) => `booked_${name}`)], 'bigint')},
        ${measures(['cost', 'booked_cost'], 'numeric')},
        primary key (workspace_id, grain, bucket, campaign_id, affiliate_id, link_id, test, d1, d2, d3, d4)
      ) partition by list (grain)`)

    for (const grain of ['base', 'traffic', 'place', 'device']) {
      const storage = grain === 'base' ? 'fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05' : 'fillfactor = 80'
      for (const table of ['conversion_rollup', 'click_rollup']) {
        this.addSql(`create table ${table}_${grain} partition of ${table} for values in ('${grain}') with (${storage})`)
      }
    }

    // How far each grain that follows behind the ledger has come; a report adds what lies beyond from the raw rows.
    this.addSql(`
      create table rollup_mark (
        workspace_id uuid not null references workspace (id),
        grain        text not null,
        position     bigint not null default 0,
        revision     bigint not null default 0,
        primary key (workspace_id, grain)
      )`)
  }
}
