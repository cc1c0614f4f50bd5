import { Migration } from '@mikro-orm/migrations'

/** Who may send, by signature too; and what is kept of a visitor, for how long. */
export class Migration0012SendersAndVisitors extends Migration {
  override name = '0012-senders-and-visitors'

  override up() {
    this.addSql(`alter table advertiser add column require_signature boolean not null default false`)

    // Sealed, and not hashed as a token is: to check a signature takes the secret itself.
    this.addSql(`
      create table advertiser_signing_key (
        workspace_id  uuid not null,
        advertiser_id uuid not null,
        id            uuid not null,
        sealed        bytea not null,
        created_at    timestamptz not null,
        expires_at    timestamptz,
        primary key (workspace_id, advertiser_id, id),
        foreign key (workspace_id, advertiser_id) references advertiser (workspace_id, id)
      )`)

    // How far, in a workspace's rows by id, addresses have been shortened.
    this.addSql(`
      create table address_mark (
        workspace_id uuid not null references workspace (id),
        relation     text not null,
        through      uuid not null,
        primary key (workspace_id, relation)
      ) with (fillfactor = 50)`)

    // What replaces the ids of erased orders is made with it. Null where none was: then nobody need look for any.
    this.addSql(`alter table workspace add column erasure_key bytea`)

    // To erase a visitor, requests are found by what they named: the order, or else the click.
    this.addSql(`
      create index receipt_click on receipt (workspace_id, click_id)
        where click_id is not null and transaction_id is null`)
  }
}
