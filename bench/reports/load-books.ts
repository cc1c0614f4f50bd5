import { once } from 'node:events'
import { Writable } from 'node:stream'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Connection } from '../../src/database/embedded/client.js'
import { columns } from '../../src/ledger/columns.js'
import { withClient } from './data-server.js'
import { drawBooks, noProgress, type Progress, type Stretch } from './draw-books.js'
import type { DataSpec } from './draw-events.js'
import { type CatalogIds, lineColumns } from './write-lines.js'

const tables = ['click', 'conversion', 'conversion_change'] as const satisfies readonly (keyof Stretch)[]
const tellEvery = 10

/** Fills a workspace that has a catalog with books, and checks that they are whole. */
export async function loadBooks(
  connection: Connection,
  spec: DataSpec,
  ids: CatalogIds,
  nowMs: number,
  say: (line: string) => void,
): Promise<Progress> {
  const progress = noProgress()
  const copies = await Promise.all(tables.map((table) => openCopy(connection, table)))
  try {
    let told = 0
    for (const stretch of drawBooks(spec, ids, nowMs, progress)) {
      for (const [index, table] of tables.entries()) await copies[index]?.write(stretch[table])
      const percent = Math.floor((100 * progress.clicks) / spec.clicks)
      if (percent < told + tellEvery) continue
      told = percent
      say(
        `  ${progress.clicks.toLocaleString('en-US')} clicks, ${progress.conversions.toLocaleString('en-US')} conversions`,
      )
    }
    await Promise.all(copies.map((copy) => copy.finish()))
  } finally {
    await Promise.all(copies.map((copy) => copy.close()))
  }
  await withClient(connection, async (client) => {
    await client.query(
      `update workspace_head set position = $2, revision = $3, booked_at = to_timestamp($4 / 1000.0) where workspace_id = $1`,
      [ids.workspaceId, progress.position, progress.revision, progress.bookedAtMs],
    )
    say('  clearing up behind it (vacuum, analyze)')
    await client.query('vacuum (freeze, analyze)')
    await checkLoaded(client, progress)
  })
  return progress
}

async function openCopy(connection: Connection, table: keyof Stretch) {
  assertAllColumns(table)
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('set synchronous_commit = off')
  const stream: Writable = client.query(copyFrom(`copy ${table} (${lineColumns[table].join(', ')}) from stdin`))
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  return {
    async write(text: string) {
      if (text !== '' && !stream.write(text)) await Promise.race([once(stream, 'drain'), failed])
    },
    async finish() {
      const finished = once(stream, 'finish')
      stream.end()
      await Promise.race([finished, failed])
    },
    close: () => client.end(),
  }
}

/** The lines and the product's own idea of the table must not part ways. */
function assertAllColumns(table: keyof Stretch): void {
  const written = [...lineColumns[table]].sort().join()
  const known = Object.keys(columns[table]).sort().join()
  if (written !== known) throw new Error(`${table} is made with columns ${written}, but has ${known}`)
}

/** No hole and nothing twice in the positions, and as much of everything as was made. */
async function checkLoaded(client: pg.Client, progress: Progress): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(`
    select (select count(*) from click) as clicks, (select max(revision) from click) as revision,
           (select count(*) from conversion) as conversions,
           count(*) as changes, count(distinct position) as positions, min(position) as first, max(position) as last,
           count(*) filter (where previous_status is null) as beginnings
      from conversion_change`)
  const { clicks, conversions, position } = progress
  const expected = {
    clicks,
    conversions,
    changes: position,
    positions: position,
    first: 1,
    last: position,
    beginnings: conversions,
  }
  const { revision, ...found } = rows[0] ?? {}
  const wrong = Object.entries(expected).filter(([name, count]) => Number(found[name]) !== count)
  if (wrong.length > 0 || Number(revision) > progress.revision) {
    throw new Error(`What was loaded is not what was made: ${JSON.stringify({ expected, found: rows[0] })}`)
  }
}
