import { createHash } from 'node:crypto'
import { StartupError } from '../kernel/errors.js'
import type { Rows } from './rows.js'

/**
 * Views for readers outside, declared as data: from it come the views, the comments on them, and the pages that describe
 * them. Unlike tables they hold nothing, so they are not migrated but made anew whenever their definition differs from
 * the one that the schema carries as its comment. They go before migrations run, so that no migration trips over them.
 *
 * Everybody may select from them, because whose rows they show is decided by who is connected; but only those who were
 * let into the schema can name them.
 */
export interface ViewSchema {
  /** Made by a migration, and ours alone. */
  readonly name: string
  readonly functions: readonly SqlFunction[]
  readonly views: readonly View[]
}

export interface SqlFunction {
  /** `lowest_id(instant timestamptz)` */
  readonly signature: string
  readonly about: string
  /** What follows the signature: `returns … language sql … return …`. */
  readonly definition: string
}

export interface View {
  readonly name: string
  readonly about: string
  readonly columns: readonly ViewColumn[]
  /** What follows the columns: `from …`. */
  readonly source: string
}

export interface ViewColumn {
  readonly name: string
  readonly sql: string
  readonly about: string
}

export const schemaVersion = (schema: ViewSchema): string =>
  createHash('sha256').update(statements(schema).join(';\n')).digest('base64url')

/** Whether the views are there as `schema` defines them. */
export async function viewsAreCurrent(rows: Rows, schema: ViewSchema): Promise<boolean> {
  const [found] = await rows<{ version: string | null }>(
    `select obj_description(oid, 'pg_namespace') as version from pg_namespace where nspname = $1`,
    [schema.name],
  )
  return found?.version === schemaVersion(schema)
}

const dependedOn = '2BP01'

/** Run it in a transaction. Before the first migration there is no schema, and nothing to do. */
export async function dropViews(rows: Rows, { name }: ViewSchema): Promise<void> {
  const found = await rows<{ statement: string }>(
    `select 1 as step, format('drop view %I.%I', n.nspname, c.relname) as statement
       from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relkind = 'v' where n.nspname = $1
      union all
     select 2, format('drop function %s', p.oid::regprocedure)
       from pg_namespace n join pg_proc p on p.pronamespace = n.oid where n.nspname = $1
      union all
     select 3, format('comment on schema %I is null', n.nspname) from pg_namespace n where n.nspname = $1
      order by step`,
    [name],
  )
  try {
    for (const { statement } of found) await rows(statement)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === dependedOn)) throw error
    throw new StartupError(
      `The views in schema ${name} are to be made anew, and something else in the database stands on one of them: ` +
        `${error.message}. Drop that, start again, and make it again on the new views.`,
      { cause: error },
    )
  }
}

/** Run it in a transaction, after `dropViews`. */
export async function createViews(rows: Rows, schema: ViewSchema): Promise<void> {
  for (const statement of statements(schema)) await rows(statement)
  await rows(`comment on schema ${schema.name} is '${schemaVersion(schema)}'`)
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

function statements({ name, functions, views }: ViewSchema): string[] {
  return [
    ...functions.flatMap(({ signature, about, definition }) => [
      `create function ${name}.${signature} ${definition}`,
      `comment on function ${name}.${signature} is ${literal(about)}`,
    ]),
    ...views.flatMap((view) => [
      // A barrier: no function of the reader's, in a WHERE of his, is shown a row that is not his.
      `create view ${name}.${view.name} with (security_barrier) as
         select ${view.columns.map((column) => `${column.sql} as ${column.name}`).join(', ')} ${view.source}`,
      `comment on view ${name}.${view.name} is ${literal(view.about)}`,
      ...view.columns.map(
        (column) => `comment on column ${name}.${view.name}.${column.name} is ${literal(column.about)}`,
      ),
      `grant select on ${name}.${view.name} to public`,
    ]),
  ]
}
