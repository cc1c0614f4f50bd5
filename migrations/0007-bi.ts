import { Migration } from '@mikro-orm/migrations'

/**
 * For tools that speak SQL. The views themselves are not made here but at each start, from code, whenever their
 * definition has changed (`src/database/view-schema.ts`); this is the place they are put, and who may look in.
 *
 * `bi_reader` is asked who is connected, before the workspace is known: with `directory` it is the other table whose
 * key does not begin with the workspace.
 */
export class Migration0007Bi extends Migration {
  override name = '0007-bi'

  override up() {
    this.addSql(`create schema bi`)

    this.addSql(`
      create table bi_reader (
        role_name    name primary key,
        workspace_id uuid not null references workspace (id)
      )`)

    // "The last seven days" is what such tools ask first, and time is in no key. Rows arrive nearly in the order of
    // time, so the lowest and highest of each stretch of pages is all that it takes, and costs a batch next to nothing.
    for (const [table, column] of [
      ['click', 'at'],
      ['conversion', 'occurred_at'],
      ['conversion_change', 'at'],
    ]) {
      this.addSql(
        `create index ${table}_${column} on ${table} using brin (${column} timestamptz_minmax_multi_ops) with (autosummarize = on)`,
      )
    }
  }
}
