import { Migration } from '@mikro-orm/migrations'

/** What tells a refund, and a request that says so itself, from its retry. */
export class Migration0010Orders extends Migration {
  override name = '0010-orders'

  override up() {
    // Few orders have any; the others take no room for it.
    this.addSql(`alter table conversion add column refund_ids text[]`)
    this.addSql(`
      create table idempotency_key (
        workspace_id  uuid not null,
        advertiser_id uuid not null,
        key           text not null,
        receipt_id    uuid not null,
        at            timestamptz not null,
        -- Of the request that came with it first: another under the same key is no retry.
        digest        text not null,
        primary key (workspace_id, advertiser_id, key)
      )`)
    this.addSql(`create index idempotency_key_at on idempotency_key (at)`)
  }
}
