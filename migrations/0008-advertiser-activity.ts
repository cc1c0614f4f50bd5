import { Migration } from '@mikro-orm/migrations'

/**
 * When each advertiser last had a visitor and last sent a postback. It is gathered behind the ledger, up to a mark, as
 * roll-ups are; so the hot tables need no index for it, and nothing of it is lost when old months are dropped. When its
 * last change was booked is not here: the ledger's index by advertiser tells.
 */
export class Migration0008AdvertiserActivity extends Migration {
  override name = '0008-advertiser-activity'

  override up(): void {
    this.addSql(`
      create table advertiser_activity (
        workspace_id    uuid not null,
        advertiser_id   uuid not null,
        last_click_at   timestamptz,
        last_receipt_at timestamptz,
        primary key (workspace_id, advertiser_id),
        foreign key (workspace_id, advertiser_id) references advertiser (workspace_id, id)
      ) with (fillfactor = 50)`)

    this.addSql(`
      create table activity_mark (
        workspace_id     uuid primary key references workspace (id),
        revision         bigint not null default 0,
        receipt_sequence bigint not null default 0
      ) with (fillfactor = 50)`)
  }
}
