import { migrations } from '../../migrations/all.js'
import { catalogEntities } from '../../src/catalog/entities.js'
import type { Connection } from '../../src/database/embedded/client.js'
import { migrate } from '../../src/database/migrate.js'
import { createOrm } from '../../src/database/orm.js'
import { rowsOf } from '../../src/database/transaction.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { buildRollups, rollupsVersion } from '../support/build-rollups.js'
import { type DataServer, withClient } from './data-server.js'
import { fingerprint, type Progress } from './draw-books.js'
import type { DataSpec } from './draw-events.js'
import { slotMs } from './draw-visits.js'
import { keep } from './keep.js'
import { loadBooks } from './load-books.js'
import { makeCatalog } from './make-catalog.js'
import { planOffers } from './offers.js'
import type { CatalogIds } from './write-lines.js'

/** The same workspace twice, with many events and with few, each in a database of its own. */
export interface Data {
  readonly large: Books
  readonly small: Books
  /** Of the raw rows: whatever is made of them is to be made anew when this differs. */
  readonly version: string
  /** The end of the books: reports look back from here. */
  readonly nowMs: number
  readonly ids: CatalogIds
}

export interface Books {
  readonly connection: Connection
  readonly made: Progress
}

interface Made {
  readonly nowMs: number
  readonly ids: CatalogIds
  readonly large: Progress
  readonly small: Progress
  readonly seconds: number
}

export interface DataSizes {
  readonly large: DataSpec
  readonly small: DataSpec
}

const databases = { large: 'books_large', small: 'books_small' } as const
export const databaseNames: readonly string[] = Object.values(databases)
const dayMs = 86_400_000

/** Makes the books and their roll-ups, as far as they are not there from an earlier run. */
export async function makeData(
  server: DataServer,
  folder: string,
  { large, small }: DataSizes,
  say: (line: string) => void,
): Promise<Data> {
  const connections = { large: server.connectionTo(databases.large), small: server.connectionTo(databases.small) }
  const version = fingerprint([large, small])
  const made = await keep(folder, 'books', version, () => makeBooks(server, { large, small }, say))
  for (const size of ['small', 'large'] as const) {
    await bringUpToDate(connections[size])
    const ofBooks = `${version}-${made.nowMs}-${rollupsVersion()}`
    await keep(folder, `rollups-${size}`, ofBooks, async () => {
      say(`building the roll-ups of ${made[size].clicks.toLocaleString('en-US')} clicks`)
      await buildRollups(connections[size], say)
    })
  }
  return {
    large: { connection: connections.large, made: made.large },
    small: { connection: connections.small, made: made.small },
    version: `${version}-${made.nowMs}`,
    nowMs: made.nowMs,
    ids: made.ids,
  }
}

async function makeBooks(server: DataServer, sizes: DataSizes, say: (line: string) => void): Promise<Made> {
  const startMs = performance.now()
  const nowMs = Math.floor(Date.now() / slotMs) * slotMs
  const fromMs = nowMs - sizes.large.days * dayMs
  const offers = planOffers()
  const [large, small] = [server.connectionTo(databases.large), server.connectionTo(databases.small)]
  const admin = (sql: string) => withClient(server.connectionTo('postgres'), (client) => client.query(sql))

  for (const name of databaseNames) await admin(`drop database if exists ${name}`)
  await admin(`create database ${databases.large}`)
  const ids = await makeCatalog(large, offers, fromMs, nowMs)
  // The same ids in both, so that the same question has the same answer but for how much there is.
  await admin(`create database ${databases.small} template ${databases.large}`)
  say(`making ${sizes.large.clicks.toLocaleString('en-US')} clicks`)
  const largeMade = await loadBooks(large, sizes.large, ids, nowMs, say)
  say(`making ${sizes.small.clicks.toLocaleString('en-US')} clicks`)
  const smallMade = await loadBooks(small, sizes.small, ids, nowMs, say)
  const seconds = Math.round((performance.now() - startMs) / 1000)
  return { nowMs, ids, large: largeMade, small: smallMade, seconds }
}

/** What was kept may be of a version that had fewer migrations, and of a run that had another key. */
async function bringUpToDate(connection: Connection): Promise<void> {
  const orm = createOrm({ connection, poolMax: 2, entities: catalogEntities, migrations })
  try {
    await migrate(orm, biSchema)
    // Every run has a key of its own.
    const rows = rowsOf(orm.em.fork())
    await rows(
      `delete from directory d using access_key k where d.kind = 'key' and d.id = k.id and k.name = 'ADMIN_KEY'`,
    )
    await rows(`delete from access_key where name = 'ADMIN_KEY'`)
  } finally {
    await orm.close()
  }
}
