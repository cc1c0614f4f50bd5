import { Migration } from '@mikro-orm/migrations'

const moneySums = ['pending', 'approved'].flatMap((status) =>
  ['sale_amount', 'revenue', 'payout'].map((money) => `${status}_${money}`),
)
const counts = ['pending', 'approved', 'rejected', 'reversed']
const clickCounts = ['clicks', 'unique_clicks', 'bot_clicks']
const columns = (names: readonly string[], type: string) => names.map((name) => `${name} ${type} not null`).join(', ')

const conversionMeasures = ['event', 'click', 'change']
  .map(
    (basis) =>
      `${columns(
        counts.map((name) => `${basis}_${name}`),
        'bigint',
      )}, ${columns(
        moneySums.map((name) => `${basis}_${name}`),
        'numeric',
      )}`,
  )
  .join(', ')
const clickMeasures = `${columns([...clickCounts, ...clickCounts.map((name) => `booked_${name}`)], 'bigint')},
  ${columns(['cost', 'booked_cost'], 'numeric')}`

const who = ['campaign_id', 'affiliate_id', 'link_id', 'event']
const dimensions = {
  traffic: ['source', 'creative', 'keyword', 'placement'],
  place: ['country', 'region', 'language'],
  device: ['device', 'os', 'browser'],
  sub: ['sub', 'value'],
}

const ladder = ['1d', '4d', '16d', '64d']
const grains: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['base_1d', who],
  ['campaign', ['campaign_id']],
  ...ladder.map((days) => [`campaign_${days}`, ['campaign_id']] as const),
  ['sub', [...who, ...dimensions.sub]],
  ['sub_1d', [...who, ...dimensions.sub]],
  ...(['traffic', 'place', 'device'] as const).flatMap((name) => [
    [name, [...who, ...dimensions[name]]] as const,
    [`${name}_1d`, [...who, ...dimensions[name]]] as const,
    ...ladder.map((days) => [`${name}_total_${days}`, dimensions[name]] as const),
  ]),
]

const typeOf = (key: string) => (key.endsWith('_id') ? 'uuid' : 'text collate "C"')

/**
 * Runs of 1, 4, 16 and 64 days beside quarters of an hour, coarse keys beside fine ones, and sub-ids: each grain a table
 * of its own, with its own columns. What is not the ledger's own is folded again from the raw rows, a stretch at a time, while
 * reports go on reading those.
 */
export class Migration0005RollupFamilies extends Migration {
  override name = '0005-rollup-families'

  override up() {
    for (const table of ['conversion_rollup', 'click_rollup']) {
      const keys = [...(table === 'click_rollup' ? who.slice(0, 3) : who), 'test'].join(', ')
      this.addSql(`alter table ${table} detach partition ${table}_base`)
      this.addSql(`drop table ${table}`)
      this.addSql(`alter table ${table}_base drop constraint ${table}_base_pkey`)
      this.addSql(
        `alter table ${table}_base drop column grain, drop column d1, drop column d2, drop column d3, drop column d4`,
      )
      this.addSql(`alter table ${table}_base add primary key (workspace_id, bucket, ${keys})`)
    }
    for (const [name, keys] of grains) {
      this.addSql(createSql('conversion', name, keys, conversionMeasures))
      this.addSql(
        createSql(
          'click',
          name,
          keys.filter((key) => key !== 'event'),
          clickMeasures,
        ),
      )
    }
    this.addSql(`drop table rollup_mark`)
    this.addSql(`
      create table rollup_mark (
        workspace_id uuid not null references workspace (id),
        family       text not null,
        position     bigint not null default 0,
        revision     bigint not null default 0,
        -- Whose days the family's rows are.
        time_zone    text not null,
        primary key (workspace_id, family)
      )`)
  }
}

function createSql(kind: string, name: string, keys: readonly string[], measures: string): string {
  return `create table ${kind}_rollup_${name} (
    workspace_id uuid not null, bucket timestamptz not null, test boolean not null,
    ${keys.map((key) => `${key} ${typeOf(key)} not null`).join(', ')},
    ${measures},
    primary key (${['workspace_id', 'bucket', ...keys, 'test'].join(', ')})
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`
}
