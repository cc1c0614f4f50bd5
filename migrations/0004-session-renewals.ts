import { Migration } from '@mikro-orm/migrations'

/**
 * A session lives in its token, and no table knows of it, until it is renewed: what was opened with the older token may
 * stay open then, on whichever node it is. This is where that node finds out.
 */
export class Migration0004SessionRenewals extends Migration {
  override name = '0004-session-renewals'

  override up(): void {
    this.addSql(`
      create table session_renewal (
        workspace_id uuid not null,
        session_id   uuid not null,
        expires_at   timestamptz not null,
        primary key (workspace_id, session_id)
      )`)
  }
}
