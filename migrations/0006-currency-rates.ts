import { Migration } from '@mikro-orm/migrations'

/**
 * What a unit of another currency is worth in the workspace's, day by day. Rates are part of the catalog: rows carry
 * its version, so one that is taken back stays as a row without a rate, or nobody who has it in memory would learn of it.
 */
export class Migration0006CurrencyRates extends Migration {
  override name = '0006-currency-rates'

  override up(): void {
    this.addSql(`
      create table currency_rate (
        workspace_id    uuid not null references workspace (id),
        currency        text not null collate "C",
        day             date not null,
        rate            numeric check (rate > 0),
        by_hand         boolean not null,
        updated_at      timestamptz not null,
        catalog_version bigint not null,
        primary key (workspace_id, currency, day)
      )`)
    this.addSql(`create index currency_rate_catalog_version on currency_rate (workspace_id, catalog_version)`)
    this.addSql(`create index currency_rate_day on currency_rate (workspace_id, day, currency)`)

    // Ten decimals are six digits of what a rupiah is in dollars. Lifting the limit rewrites nothing.
    this.addSql(`alter table conversion alter column rate type numeric`)
  }
}
