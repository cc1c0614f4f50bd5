import { readConfig } from './config.js'
import { inTransaction, rowsOf } from './database/transaction.js'
import { fail } from './fail.js'
import { StartupError } from './kernel/errors.js'
import { type Family, familyNames } from './ledger/grains.js'
import { type Difference, recount } from './ledger/recount.js'
import { say } from './say.js'
import { withDatabase } from './with-database.js'

const usage = `npm run rollups -- verify [FAMILY…]    recounts roll-ups from the raw rows, and says where they differ
npm run rollups -- rebuild [FAMILY…]   the same, and mends what differs
Families: ${familyNames.join(', ')}; without any, all. Both go on beside a server that serves.`

/** Whether the roll-ups are what the raw rows say. */
async function main(): Promise<void> {
  const [command, ...named] = process.argv.slice(2)
  const unknown = named.filter((name) => !(familyNames as readonly string[]).includes(name))
  if ((command !== 'verify' && command !== 'rebuild') || unknown.length > 0) throw new StartupError(usage)
  await withDatabase(readConfig(undefined, []), 4, async (orm) => {
    const rows = rowsOf(orm.em.fork())
    let differing = 0
    for (const family of named.length > 0 ? (named as Family[]) : familyNames) {
      // all are known
      const found = await recount(family, {
        rows,
        transact: (work) => inTransaction(orm, (em) => work(rowsOf(em))),
        mend: command === 'rebuild',
        onProgress: createProgress(family),
      })
      for (const difference of found) say(describe(difference, command === 'rebuild'))
      if (found.length === 0) say(`${family}: as the raw rows say`)
      differing += found.length
    }
    if (differing > 0 && command === 'verify') process.exitCode = 1
  })
}

function createProgress(family: Family) {
  let told = 0
  return (done: number, of: number) => {
    const percent = Math.floor((100 * done) / of)
    if (percent < told + 10) return
    told = percent
    say(`${family}: ${percent} % counted`)
  }
}

const describe = ({ table, missing, extra, wrong }: Difference, mended: boolean): string =>
  `${table}: ${missing} rows missing, ${extra} too many, ${wrong} wrong${mended ? '; mended' : ''}`

main().catch(fail)
