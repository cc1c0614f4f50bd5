import { Migration } from '@mikro-orm/migrations'

/** What a browser sends names its advertiser by id alone: whose it is must be found before the workspace is known. */
export class Migration0011AdvertiserDirectory extends Migration {
  override name = '0011-advertiser-directory'

  override up() {
    this.addSql(`
      alter table directory
        drop constraint directory_kind_check,
        add constraint directory_kind_check check (kind in ('key', 'token', 'link', 'advertiser'))`)
    this.addSql(`
      insert into directory (handle, kind, workspace_id, id)
      select uuid_send(id), 'advertiser', workspace_id, id from advertiser`)
  }
}
