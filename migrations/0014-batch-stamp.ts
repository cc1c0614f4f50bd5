import { Migration } from '@mikro-orm/migrations'

/**
 * By its stamp a batch finds out, when it takes the head's lock, whether the books still stand where it was decided. If
 * not, `head_moved()` undoes it, under a code of its own.
 */
export class Migration0014BatchStamp extends Migration {
  override name = '0014-batch-stamp'

  override up() {
    this.addSql(`alter table workspace_head add column stamp bigint not null default 0`)
    this.addSql(`
      create function head_moved() returns boolean language plpgsql volatile as $$
      begin
        raise exception 'the books have moved on since this was decided' using errcode = 'PB001';
      end $$`)
    // Readers of the views call nothing but what is theirs.
    this.addSql(`revoke execute on function head_moved() from public`)
  }
}
