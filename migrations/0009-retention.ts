import { Migration } from '@mikro-orm/migrations'

/** From when on a relation's raw rows are all there; what is older was dropped by policy. For the whole installation. */
export class Migration0009Retention extends Migration {
  override name = '0009-retention'

  override up() {
    this.addSql(`create table retention (relation text primary key, kept_from timestamptz not null)`)
  }
}
