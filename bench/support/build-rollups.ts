import { hash } from 'node:crypto'
import pg from 'pg'
import type { Connection } from '../../src/database/embedded/client.js'
import { lowestId } from '../../src/ledger/partitions.js'
import { foldChangesSql, foldClicksSql, foldedGrains, type Grain, ledgerGrain } from '../../src/ledger/rollup.js'

/** Few enough rows at a time that they are summed up in memory; a revision is a batch of some hundred. */
const maxPositions = 200_000
const maxRevisions = 5_000
const tellEvery = 4 * maxRevisions

const allGrains: readonly Grain[] = [ledgerGrain, ...foldedGrains]

/** What roll-ups are made by: those that were made by something else are made anew. */
export const rollupsVersion = (): string =>
  hash('sha256', JSON.stringify(allGrains.map((grain) => [foldChangesSql(grain), foldClicksSql(grain)])))

/** Builds all roll-ups of the one workspace from its raw rows, with the product's own statements. */
export async function buildRollups(connection: Connection, say: (line: string) => void): Promise<void> {
  const clients = [await connect(connection), await connect(connection)] as const
  try {
    const [client] = clients
    await client.query('truncate conversion_rollup, click_rollup')
    await client.query('delete from rollup_mark')
    const { rows } = await client.query<Head>('select workspace_id, position, revision from workspace_head')
    const [head] = rows
    if (head === undefined) throw new Error('there is no workspace')
    // A grain each for the server's two cores; each takes the next one when it is done.
    const left = [...allGrains]
    const build = async (own: pg.Client) => {
      for (let grain = left.shift(); grain !== undefined; grain = left.shift()) await buildGrain(own, head, grain, say)
    }
    await Promise.all(clients.map(build))
    say('  clearing up behind it (vacuum, analyze)')
    await client.query('vacuum (freeze, analyze)')
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

interface Head {
  readonly workspace_id: string
  readonly position: string
  readonly revision: string
}

async function connect(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`set synchronous_commit = off; set work_mem = '256MB'`)
  return client
}

async function buildGrain(client: pg.Client, head: Head, grain: Grain, say: (line: string) => void): Promise<void> {
  const startMs = performance.now()
  const { workspace_id } = head
  const [position, revision] = [Number(head.position), Number(head.revision)]
  for (let from = 0; from < position; from += maxPositions) {
    await client.query(foldChangesSql(grain), [[workspace_id], [from], [Math.min(from + maxPositions, position)]])
  }
  for (let from = 0; from < revision; from += maxRevisions) {
    const to = Math.min(from + maxRevisions, revision)
    await client.query(foldClicksSql(grain), [[workspace_id], [from], [to], lowestId(0)])
    if (to % tellEvery === 0) say(`  roll-ups of grain ${grain}: ${Math.round((100 * to) / revision)} %`)
  }
  // What the ledger's own transactions fold is always up to the head, and has no mark.
  if (grain !== ledgerGrain) {
    const mark = 'insert into rollup_mark (workspace_id, grain, position, revision) values ($1, $2, $3, $4)'
    await client.query(mark, [workspace_id, grain, position, revision])
  }
  say(`  roll-ups of grain ${grain}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`)
}
