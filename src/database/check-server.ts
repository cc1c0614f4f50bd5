import { StartupError } from '../kernel/errors.js'
import type { Rows } from './rows.js'

const oldestVersion = 150_000

/** A 200 is in the ledger: that is only true on a server that keeps what it has committed. */
export async function checkServer(rows: Rows, allowUnsafe: boolean): Promise<void> {
  const [server] = await rows<{ version: string; fsync: string; pages: string; shown: string }>(
    `select current_setting('server_version_num') as version, current_setting('server_version') as shown,
            current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`,
  )
  if (server === undefined) throw new Error('the server does not say what it is')
  if (Number(server.version) < oldestVersion) {
    throw new StartupError(`PostgreSQL 15 or later is needed; DATABASE_URL leads to ${server.shown}.`)
  }
  if (!allowUnsafe && (server.fsync === 'off' || server.pages === 'off')) {
    throw new StartupError(
      `The database server would lose commits in a crash: fsync is ${server.fsync}, full_page_writes is ${server.pages}. ` +
        'Turn both on, or set ALLOW_UNSAFE_DATABASE=true.',
    )
  }
}
