import type { Rows } from '../../database/rows.js'

/**
 * What PostgreSQL lets every role do that a reader has no use for. None of it leads to another workspace's rows; it
 * leads to full disks and held locks. Much of it is granted to everybody on a whole database or server, so where those
 * are not ours alone it is for their administrator to close, and ours to tell.
 */
export interface Door {
  readonly about: string
  /** What closes it, one statement each. */
  readonly close: readonly string[]
}

export async function findOpenDoors(rows: Rows, role: string): Promise<Door[]> {
  const found = await rows<{ about: string; statement: string }>(openDoors, [role])
  return [...Map.groupBy(found, ({ about }) => about)].map(([about, all]) => ({
    about,
    close: all.map(({ statement }) => statement),
  }))
}

export async function closeDoors(rows: Rows, doors: readonly Door[]): Promise<void> {
  for (const statement of doors.flatMap(({ close }) => close)) await rows(statement)
}

const functionsOfTheServer = (pattern: string) =>
  `from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '${pattern}'
      and has_function_privilege($1::name, p.oid, 'execute')`

const openDoors = `
  select 'It may make temporary tables, of any size.' as about,
         format('revoke temporary on database %I from public', current_database()) as statement
   where has_database_privilege($1::name, current_database(), 'temporary')
  union all
  select format('It may make tables and functions in schema %I.', n.nspname),
         format('revoke create on schema %I from public', n.nspname)
    from pg_namespace n where has_schema_privilege($1::name, n.oid, 'create')
  union all
  select format('It may connect to database %I, and make temporary tables there.', d.datname),
         format('revoke connect on database %I from public', d.datname)
    from pg_database d
   where d.datallowconn and d.datname <> current_database() and has_database_privilege($1::name, d.oid, 'connect')
  union all
  select 'It may write large objects, of any size.', format('revoke execute on function %s from public', p.oid::regprocedure)
    ${functionsOfTheServer('^(lo_|lowrite$|loread$)')}
  union all
  select 'It may take advisory locks, such as the one that a start of Pulseback waits for.', statement
    from (select p.oid ${functionsOfTheServer('^pg_(try_)?advisory_')}) p
   cross join (select o.rolname from pg_class c join pg_roles o on o.oid = c.relowner where c.oid = 'bi_reader'::regclass) o
   cross join lateral (values (format('grant execute on function %s to %I', p.oid::regprocedure, o.rolname)),
                              (format('revoke execute on function %s from public', p.oid::regprocedure))) s (statement)
  union all
  select 'It may fill the disk with temporary files: only a superuser can set its temp_file_limit.',
         format('alter role %I set temp_file_limit = ''1GB''', $1::name)
   where not exists (select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole,
                       unnest(s.setconfig) c (setting) where r.rolname = $1::name and c.setting like 'temp_file_limit=%')
  union all
  select format('It may read %s, which every role of the database may.', c.oid::regclass),
         format('revoke select on %s from public', c.oid::regclass)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('bi', 'information_schema') and n.nspname !~ '^pg_'
     and has_any_column_privilege($1::name, c.oid, 'select')`
