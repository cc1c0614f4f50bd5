import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { to as copyTo } from 'pg-copy-streams'
import { columns } from '../../src/ledger/columns.js'
import type { Cleanup } from '../support/cleanup.js'
import { startDriven } from '../support/driven-child.js'
import { benchFolder } from '../support/install-peers.js'
import { withClient } from './data-server.js'
import { keep } from './keep.js'
import type { Data } from './make-data.js'

/** DuckDB with the same raw rows, in a process of its own. */
export interface DuckDb {
  readonly version: string
  readonly file: string
  query(sql: string): Promise<{ readonly ms: number; readonly rows: readonly Record<string, string | null>[] }>
}

const tables = ['click', 'conversion'] as const
type Table = (typeof tables)[number]

/** The type of each of the product's in DuckDB; amounts and rates have more places than booked money. */
const types: Readonly<Record<string, string>> = {
  uuid: 'uuid',
  bigint: 'bigint',
  integer: 'integer',
  boolean: 'boolean',
  timestamptz: 'timestamptz',
  text: 'varchar',
  jsonb: 'varchar',
  inet: 'varchar',
  'text[]': 'varchar',
  numeric: 'decimal(20, 4)',
}
/** As PostgreSQL writes it: nothing at all is null, a text of no characters has quotes. */
const csvOptions = `format csv, header false, auto_detect false, delimiter ',', quote '"', escape '"', allow_quoted_nulls false`
const finer: Readonly<Record<string, string>> = { amount: 'decimal(24, 8)', rate: 'decimal(20, 10)' }

export async function startDuckDb(
  { large, version }: Data,
  folder: string,
  cleanup: Cleanup,
  say: (line: string) => void,
): Promise<DuckDb> {
  const file = join(folder, 'raw.duckdb')
  const child = await startDriven(new URL(`file://${benchFolder}peers/duckdb-server.js`))
  cleanup.add(child.stop)
  await keep(folder, 'duckdb', version, async () => {
    await rm(file, { force: true })
    await child.ask('open', { file })
    for (const table of tables) await fill(table)
    // All that is in the log goes into the file, as it would be found after a restart.
    await child.ask('run', { sql: 'checkpoint' })
  })
  const duckVersion = await child.ask<string>('open', { file })

  async function fill(table: Table): Promise<void> {
    const typed = Object.entries(columns[table]).map(([name, type]) => [name, finer[name] ?? types[type]])
    const definitions = typed.map(([name, type]) => `"${name}" ${type}`).join(', ')
    await child.ask('run', { sql: `create table ${table} (${definitions})` })
    const csv = join(folder, 'rows.csv')
    // In pieces, so that there is never more than one of them on the disk beside its rows.
    for (const piece of await piecesOf(table)) {
      say(`copying ${piece} to DuckDB`)
      await writeCsv(piece, Object.keys(columns[table]), csv)
      await child.ask('run', { sql: `copy ${table} from '${csv}' (${csvOptions})` })
      await rm(csv)
    }
  }

  async function piecesOf(table: Table): Promise<string[]> {
    const sql = `select relid::regclass::text as name from pg_partition_tree($1) where isleaf order by name`
    const found = await withClient(large.connection, (client) => client.query<{ name: string }>(sql, [table]))
    return found.rows.length > 0 ? found.rows.map(({ name }) => name) : [table]
  }

  function writeCsv(piece: string, names: readonly string[], csv: string): Promise<void> {
    return withClient(large.connection, async (client) => {
      const rows = client.query(copyTo(`copy ${piece} (${names.join(', ')}) to stdout (format csv)`))
      await pipeline(rows, createWriteStream(csv))
    })
  }

  return { version: duckVersion, file, query: (sql) => child.ask('query', { sql }) }
}
