import { readConfig } from './config.js'
import { inTransaction, rowsOf } from './database/transaction.js'
import { fail } from './fail.js'
import { StartupError } from './kernel/errors.js'
import { beginEpoch } from './ledger/begin-epoch.js'
import { say } from './say.js'
import { withDatabase } from './with-database.js'

const usage = 'npm run restored   once after a restore from a back-up, before the first start: old cursors expire'

/** To be run on a database that was restored. */
async function main(): Promise<void> {
  if (process.argv.length > 2) throw new StartupError(usage)
  await withDatabase(readConfig(undefined, []), 2, async (orm) => {
    const count = await inTransaction(orm, (em) => beginEpoch(rowsOf(em)))
    say(`Restored: ${count === 1 ? 'one workspace' : `${count} workspaces`}. Cursors from before have expired.`)
  })
}

main().catch(fail)
