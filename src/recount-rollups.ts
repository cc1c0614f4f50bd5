import { migrations } from '../migrations/all.js'
import { catalogEntities } from './catalog/entities.js'
import { readConfig } from './config.js'
import { migrate } from './database/migrate.js'
import { createOrm } from './database/orm.js'
import { inTransaction, rowsOf } from './database/transaction.js'
import { fail } from './fail.js'
import { StartupError } from './kernel/errors.js'
import { type Family, familyNames } from './ledger/grains.js'
import { type Difference, recount } from './ledger/recount.js'
import { openDatabase } from './open-database.js'
import { biSchema } from './reporting/bi/views.js'

const usage = `npm run rollups -- verify [FAMILY…]    recounts roll-ups from the raw rows, and says where they differ
npm run rollups -- rebuild [FAMILY…]   the same, and mends what differs
Families: ${familyNames.join(', ')}; without any, all. Both go on beside a server that serves.`

/** Whether the roll-ups are what the raw rows say. */
async function main(): Promise<void> {
  const [command, ...named] = process.argv.slice(2)
  const unknown = named.filter((name) => !(familyNames as readonly string[]).includes(name))
  if ((command !== 'verify' && command !== 'rebuild') || unknown.length > 0) throw new StartupError(usage)
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const { connection, stop } = await openDatabase(readConfig(undefined, []), say)
  const orm = createOrm({ connection, poolMax: 4, entities: catalogEntities, migrations })
  try {
    await migrate(orm, biSchema)
    const rows = rowsOf(orm.em.fork())
    let differing = 0
    for (const family of named.length > 0 ? (named as Family[]) : familyNames) {
      // all are known
      const found = await recount(family, {
        rows,
        transact: (work) => inTransaction(orm, (em) => work(rowsOf(em))),
        mend: command === 'rebuild',
        onProgress: createProgress(family, say),
      })
      for (const difference of found) say(describe(difference, command === 'rebuild'))
      if (found.length === 0) say(`${family}: as the raw rows say`)
      differing += found.length
    }
    if (differing > 0 && command === 'verify') process.exitCode = 1
  } finally {
    await orm.close()
    await stop()
  }
}

function createProgress(family: Family, say: (line: string) => void) {
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
