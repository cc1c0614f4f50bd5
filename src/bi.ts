import { parseArgs } from 'node:util'
import pg from 'pg'
import { type Config, readConfig } from './config.js'
import { findRunningDatabase } from './database/embedded/find-running.js'
import { loopback } from './database/embedded/settings.js'
import type { Rows } from './database/rows.js'
import { fail } from './fail.js'
import { StartupError } from './kernel/errors.js'
import { encodeId } from './kernel/ids.js'
import { closeDoors, type Door, findOpenDoors } from './reporting/bi/doors.js'
import { grantReader, listReaders, type Reader, revokeReader } from './reporting/bi/readers.js'
import { say } from './say.js'

const usage = `npm run bi -- grant NAME [--workspace ID]   makes a database role that reads one workspace's views
npm run bi -- list                            shows the roles there are
npm run bi -- revoke NAME                     ends its connections and removes it`

/** Who may read the books with SQL. */
async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  const [command, name, ...rest] = positionals
  const isWhole = rest.length === 0 && (command === 'list' ? name === undefined : name !== undefined)
  if (!isWhole || !['grant', 'list', 'revoke'].includes(command ?? '')) throw new StartupError(usage)

  const database = await findDatabase(readConfig(undefined, []))
  const client = new pg.Client({ ...database.connection, application_name: 'pulseback bi' })
  await client.connect().catch((error: unknown) => {
    throw new StartupError(`The database does not let us in (${error instanceof Error ? error.message : error}).`)
  })
  const rows: Rows = async (sql, parameters = []) => (await client.query(sql, [...parameters])).rows
  try {
    if (command === 'grant') await grant(rows, database, name ?? '', values.workspace ?? null)
    else if (command === 'revoke')
      say(`${await revokeReader(rows, name ?? '')} is gone, and its connections are closed.`)
    else await list(rows, database)
  } catch (error) {
    throw isOlder(error) ? new StartupError('The database is older than this program: start Pulseback once.') : error
  } finally {
    await client.end()
  }
}

function readArguments() {
  try {
    return parseArgs({ options: { workspace: { type: 'string' } }, allowPositionals: true })
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

interface Database {
  readonly connection: pg.ClientConfig
  /** Ours alone: what lets a reader do more than it need is closed without asking. */
  readonly isOurs: boolean
  /** The address that a role and its password make a connection string with. */
  readonly address: (user: string, password: string) => string
  readonly hint: string | null
}

async function findDatabase({ databaseUrl, dataDir }: Config): Promise<Database> {
  if (databaseUrl !== null) {
    const address = (user: string, password: string) => {
      const url = new URL(databaseUrl)
      for (const [parameter, value] of Object.entries({ user, password })) {
        url.searchParams.delete(parameter)
        // A socket's address has no host before which a name could stand.
        if (url.host === '') url.searchParams.set(parameter, value)
      }
      return Object.assign(url, { username: user, password }).href
    }
    return { connection: { connectionString: databaseUrl }, isOurs: false, address, hint: null }
  }
  const running = await findRunningDatabase(dataDir)
  if (running === null) {
    throw new StartupError(
      `No database is running in ${dataDir}. Start Pulseback first (npm start), as the user that you are now and with ` +
        'the same DATA_DIR, or set DATABASE_URL.',
    )
  }
  const { connection, tcpPort } = running
  const { host, port, database } = connection
  const at =
    tcpPort === null
      ? `/${database}?host=${encodeURIComponent(host)}&port=${port}`
      : `${loopback}:${tcpPort}/${database}`
  return {
    connection: { ...connection, ssl: false },
    isOurs: true,
    address: (user, password) => `postgres://${user}:${password}@${at}`,
    hint:
      tcpPort === null
        ? 'The embedded database answers at this socket alone, which only its own user and root can reach.\n' +
          `Start Pulseback with DATABASE_PORT=5433, say, and it answers at ${loopback}:5433 too.`
        : null,
  }
}

async function grant(rows: Rows, database: Database, name: string, workspace: string | null): Promise<void> {
  const reader = await grantReader(rows, name, workspace)
  say(
    `${describe(reader)}. Its connection string, shown this once:\n\n  ${database.address(reader.role, reader.password)}\n`,
  )
  if (database.hint !== null) say(`${database.hint}\n`)
  say('Its views are in schema bi: docs/DATA.md says what they hold.')
  if (database.isOurs) await closeDoors(rows, await findOpenDoors(rows, reader.role))
  warn(await findOpenDoors(rows, reader.role))
}

async function list(rows: Rows, database: Database): Promise<void> {
  const readers = await listReaders(rows)
  if (readers.length === 0) say('There are no readers.')
  for (const reader of readers) say(`${describe(reader)}, ${reader.connections} connected`)
  const [any] = readers
  if (any !== undefined && !database.isOurs) warn(await findOpenDoors(rows, any.role))
}

const describe = ({ role, workspaceId, workspaceName }: Reader): string =>
  `${role} reads workspace "${workspaceName}" (${encodeId('wsp', workspaceId)})`

function warn(doors: readonly Door[]): void {
  if (doors.length === 0) return
  say(
    '\nIt sees no rows but its own. What this server lets every role do besides, and how its administrator ends that:\n',
  )
  for (const { about, close } of doors)
    say([`-- ${about}`, ...close.map((statement) => `${statement};`), ''].join('\n'))
}

const missingTable = '42P01'
const isOlder = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === missingTable

main().catch(fail)
