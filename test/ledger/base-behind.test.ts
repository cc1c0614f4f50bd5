import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { migrate } from '../../src/database/migrate.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { createFolding, foldStretch, readHeadMark, type Transact, toMark } from '../../src/ledger/fold.js'
import { recount } from '../../src/ledger/recount.js'
import { dropOldMonths } from '../../src/ledger/retention.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { churn, startMs } from '../reporting/churn.js'
import { createTill, plain } from '../reporting/shop.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay } from '../support/drafts.js'

const dayMs = 86_400_000

suite('a database whose base roll-up was written with the ledger', () => {
  let books: TestBooks
  after(() => books.close())
  const transact: Transact = (work) => inTransaction(books.orm, (em) => work(rowsOf(em)))

  /** As far as it was before: up to the head, beyond the mark of its family. */
  async function writeBaseToHead({ workspaceId }: Scope): Promise<void> {
    const [row] = await books.rows<{ position: string; revision: string }>(
      `select position, revision from rollup_mark where workspace_id = $1 and family = 'base'`,
      [workspaceId],
    )
    const mark = row === undefined ? { position: 0, revision: 0 } : toMark(row)
    const head = await readHeadMark(books.rows, workspaceId)
    await foldStretch(books.rows, workspaceId, ['base'], mark, head, 'UTC', {
      table: (kind, { name }) => `${kind}_rollup_${name}`,
      where: (_, { name }) => String(name === 'base'),
    })
  }

  const differing = async () => {
    const found = await recount('base', { rows: books.rows, transact, mend: false, onProgress: () => undefined })
    return found.map(({ table }) => table).sort()
  }

  test('has the same figures when it is folded behind, however far that had come', async () => {
    books = await createTestBooks(startMs)
    const ledger = books.openLedger()
    const till = createTill(books, ledger)

    // All is folded, a month of clicks dropped, and then comes more: new orders, and news of an old one.
    const aged = await makeWay(books, await books.newScope())
    books.time.nowMs = startMs - 28 * dayMs
    const old = await till.order(aged, await till.click(aged, { source: 'early', cost: '0.25' }), { event: 'sale' })
    books.time.nowMs = startMs
    const folded = await churn(books, ledger, 1, 120)
    while (await books.folding.foldAll());
    await dropOldMonths(books.rows, { clickDays: 26, receiptDays: 400 }, startMs)
    assert.deepEqual(await books.rows(`select from click where source = 'early'`), [])

    // Of others some is folded, or nothing.
    const halfFolded = await churn(books, ledger, 2, 200)
    await createFolding({ rows: books.rows, transact, stretch: 10 }).foldAll()
    await till.order(aged, await till.click(aged, { cost: '0.5', visitor: '7' }), { event: 'sale' })
    await ledger.setConversionStatus({ ...aged.scope, conversionId: old, status: 'REVERSED', reason: null })
    await till.orderAt(aged, startMs - dayMs, { event: 'sale' })
    const untouched = await churn(books, ledger, 3, 100)
    const scopes = [aged, folded, halfFolded, untouched].map(({ scope }) => scope)

    const read = async () => {
      const range = { from: new Date(startMs - 60 * dayMs), to: new Date(startMs + 10 * dayMs) }
      const asked = scopes.flatMap((scope) =>
        (['EVENT', 'CLICK', 'CHANGE'] as const).map((basis) =>
          books.report(scope, { ...range, basis, interval: 'QUARTER_HOUR', groupBy: ['LINK', 'EVENT'], first: 10_000 }),
        ),
      )
      return (await Promise.all(asked)).map(plain)
    }
    const sound = await read()
    for (const scope of scopes) await writeBaseToHead(scope)
    assert.notDeepEqual(await read(), sound)
    assert.deepEqual(await differing(), ['click_rollup_base', 'conversion_rollup_base'])

    await books.rows(`delete from migration where name = '0013-base-behind'`)
    assert.deepEqual(await migrate(books.orm, biSchema), ['0013-base-behind'])
    assert.deepEqual(await differing(), [])
    assert.deepEqual(await read(), sound)
    while (await books.folding.foldAll());
    assert.deepEqual(await differing(), [])
    assert.deepEqual(await read(), sound)
  })
})
