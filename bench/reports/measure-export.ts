import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { to as copyTo } from 'pg-copy-streams'
import { subNames } from '../../src/kernel/vocabulary.js'
import { columns } from '../../src/ledger/columns.js'
import type { Child } from '../support/child.js'
import type { Cleanup } from '../support/cleanup.js'
import { adminKey, startOnDatabase } from '../support/pulseback.js'
import { urlOf, withClient } from './data-server.js'
import type { Data } from './make-data.js'
import { measureGrowth } from './resident-memory.js'

/** All conversions as CSV, once. */
export interface Exported {
  /** The names of its columns. */
  readonly header: readonly string[]
  readonly perSecond: number
  readonly growthBytes: number | null
}

const path = '/export/conversions?format=csv'

/** In a server of its own, which has done nothing else before; null: it has no such route. */
export async function measureExport({ large }: Data, cleanup: Cleanup): Promise<Exported | null> {
  const server = await startOnDatabase(urlOf(large.connection), cleanup)
  try {
    const work = async () => {
      const startMs = performance.now()
      const body = await openExport(server)
      if (body === null) return null
      const { rows, head } = await countLines(body)
      return { rows, head, seconds: (performance.now() - startMs) / 1000 }
    }
    const [found, growthBytes] = await measureGrowth(server.pid, work)
    if (found === null) return null
    const header = found.head.split(',')
    await checkExport(server, large.connection, header)
    const rows = found.rows - 1
    if (rows !== large.made.conversions)
      throw new Error(`${rows} conversions were exported of ${large.made.conversions}`)
    return { header, perSecond: rows / found.seconds, growthBytes }
  } finally {
    await server.stop()
  }
}

async function openExport({ url }: Child): Promise<Readable | null> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${adminKey}` } })
  if (response.status === 404) return null
  if (response.status !== 200 || response.body === null) {
    throw new Error(`${path} was answered ${response.status}: ${await response.text()}`)
  }
  return Readable.fromWeb(response.body)
}

const lineFeed = 0x0a

/** Lets bytes go by, and counts their lines; nothing in our rows has a line's end in it. Gives the first line, too. */
async function countLines(source: Readable): Promise<{ rows: number; head: string }> {
  let rows = 0
  let head = ''
  const counter = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (rows === 0) head += chunk.toString('utf8').split('\n', 1)[0]
      for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) rows += 1
      done()
    },
  })
  await pipeline(source, counter)
  return { rows, head: head.trimEnd() }
}

/** Once more, and every line read this time: each conversion once, and their money to the last decimal. */
async function checkExport(server: Child, connection: Data['large']['connection'], header: readonly string[]) {
  const body = await openExport(server)
  if (body === null) throw new Error('the export is gone')
  const [idAt, revenueAt] = [header.indexOf('id'), header.indexOf('revenue')]
  const ids = new Set<string>()
  let tenThousandths = 0
  for await (const line of createInterface({ input: body })) {
    const cells = line.split(',')
    if (ids.size === 0 && cells[idAt] === 'id') continue
    if (cells.length !== header.length) throw new Error(`a line with ${cells.length} cells: ${line}`)
    ids.add(cells[idAt] ?? '')
    tenThousandths += Math.round(Number(cells[revenueAt]) * 10_000)
  }
  const { rows } = await withClient(connection, (client) =>
    client.query<{ count: string; sum: string }>(
      'select count(*), (sum(revenue) * 10000)::bigint as sum from conversion',
    ),
  )
  const [{ count, sum } = { count: '', sum: '' }] = rows
  if (Number(count) !== ids.size || Number(sum) !== tenThousandths) {
    throw new Error(`The export has ${ids.size} conversions of ${tenThousandths}, the table ${count} of ${sum}`)
  }
}

/** The same columns by PostgreSQL's own means; in conversions a second. */
export function measureCopy({ large }: Data, header: readonly string[]): Promise<number> {
  const select = `select ${header.map(expressionOf).join(', ')}
    from conversion v
    join campaign g on g.workspace_id = v.workspace_id and g.id = v.campaign_id
    join advertiser d on d.workspace_id = v.workspace_id and d.id = v.advertiser_id
    join affiliate f on f.workspace_id = v.workspace_id and f.id = v.affiliate_id`
  return withClient(large.connection, async (client) => {
    const startMs = performance.now()
    const { rows } = await countLines(client.query(copyTo(`copy (${select}) to stdout (format csv, header)`)))
    if (rows - 1 !== large.made.conversions) throw new Error(`COPY gave ${rows - 1} conversions`)
    return ((rows - 1) * 1000) / (performance.now() - startMs)
  })
}

const names: Readonly<Record<string, string>> = {
  campaign: 'g.name',
  advertiser: 'd.name',
  affiliate: 'f.name',
  affiliate_ref: 'f.ref',
}

function expressionOf(column: string): string {
  if (column in columns.conversion) return `v.${column}`
  if ((subNames as readonly string[]).includes(column)) return `v.subs ->> '${column}'`
  const name = names[column]
  if (name === undefined) throw new Error(`The export has a column that the reference lacks: ${column}`)
  return name
}
