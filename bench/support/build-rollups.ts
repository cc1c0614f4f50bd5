import { hash } from 'node:crypto'
import pg from 'pg'
import type { Connection } from '../../src/database/embedded/client.js'
import type { WorkspaceId } from '../../src/kernel/ids.js'
import { foldStretch, type Mark, readHeadMark } from '../../src/ledger/fold.js'
import { foldSql } from '../../src/ledger/fold-sql.js'
import { type Family, families, familyNames, type Kind, tableOf } from '../../src/ledger/grains.js'

/** Few enough rows at a time that they are summed up in memory; a revision is a batch of some hundred. */
const maxPositions = 100_000
const maxRevisions = 5_000

const kinds: readonly Kind[] = ['conversion', 'click']

/** What roll-ups are made by: those that were made by something else are made anew. */
export const rollupsVersion = (): string =>
  hash('sha256', JSON.stringify(kinds.map((kind) => familyNames.map((family) => foldSql(kind, [family])))))

/** Builds all roll-ups of the one workspace from its raw rows, with the product's own statements. */
export async function buildRollups(connection: Connection, say: (line: string) => void): Promise<void> {
  const clients = [await connect(connection), await connect(connection)] as const
  try {
    const [client] = clients
    const tables = familyNames.flatMap((family) =>
      families[family].flatMap((grain) => kinds.map((kind) => tableOf(kind, grain))),
    )
    await client.query(`truncate ${tables.join(', ')}, rollup_mark`)
    const { rows } = await client.query<Workspace>('select id, time_zone from workspace')
    const [workspace] = rows
    if (workspace === undefined) throw new Error('there is no workspace')
    // A family each for the server's two cores; each takes the next one when it is done.
    const left = [...familyNames]
    const build = async (own: pg.Client) => {
      for (let family = left.shift(); family !== undefined; family = left.shift()) {
        await buildFamily(own, workspace, family, say)
      }
    }
    await Promise.all(clients.map(build))
    say('  clearing up behind it (vacuum, analyze)')
    await client.query('vacuum (freeze, analyze)')
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

interface Workspace {
  readonly id: WorkspaceId
  readonly time_zone: string
}

async function connect(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`set synchronous_commit = off; set work_mem = '256MB'`)
  return client
}

async function buildFamily(
  client: pg.Client,
  { id, time_zone }: Workspace,
  family: Family,
  say: (line: string) => void,
): Promise<void> {
  const startMs = performance.now()
  const rows = async <Row extends object>(sql: string, values?: readonly unknown[]) =>
    (await client.query<Row>(sql, values as unknown[])).rows // pg takes any array, and changes none
  const head = await readHeadMark(rows, id)
  let told = 0
  for (
    let from: Mark = { position: 0, revision: 0 };
    from.position < head.position || from.revision < head.revision;
  ) {
    const to = {
      position: Math.min(head.position, from.position + maxPositions),
      revision: Math.min(head.revision, from.revision + maxRevisions),
    }
    await foldStretch(rows, id, [family], from, to, time_zone)
    from = to
    const percent = Math.floor((100 * to.revision) / head.revision)
    if (percent >= told + 20) say(`  roll-ups, ${family}: ${percent} %`)
    if (percent >= told + 20) told = percent
  }
  await rows(
    `insert into rollup_mark (workspace_id, family, position, revision, time_zone) values ($1, $2, $3, $4, $5)`,
    [id, family, head.position, head.revision, time_zone],
  )
  say(`  roll-ups, ${family}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`)
}
