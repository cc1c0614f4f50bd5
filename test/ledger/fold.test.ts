import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { createFolding, type Mark, type Transact, toMark } from '../../src/ledger/fold.js'
import { familyNames } from '../../src/ledger/grains.js'
import { recount } from '../../src/ledger/recount.js'
import { churn } from '../reporting/churn.js'
import { createTill } from '../reporting/shop.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay } from '../support/drafts.js'

suite('folding', () => {
  let books: TestBooks
  before(async () => {
    books = await createTestBooks()
  })
  after(() => books.close())
  const transact: Transact = (work) => inTransaction(books.orm, (em) => work(rowsOf(em)))
  const inStretches = (stretch: number) => createFolding({ rows: books.rows, transact, stretch })

  async function marks({ workspaceId }: Scope): Promise<Mark[]> {
    const found = await books.rows<{ position: string; revision: string }>(
      'select position, revision from rollup_mark where workspace_id = $1',
      [workspaceId],
    )
    return found.map(toMark)
  }
  const allAt = (position: number, revision: number): Mark[] => familyNames.map(() => ({ position, revision }))

  test('waits until there is enough, and counts clicks and not their batches', async () => {
    const till = createTill(books, books.openLedger())
    const clicked = await makeWay(books, await books.newScope())
    const ordered = await makeWay(books, await books.newScope())
    const mixed = await makeWay(books, await books.newScope())
    await Promise.all(Array.from({ length: 5 }, (_, visitor) => till.click(clicked, { visitor: String(visitor) })))
    for (let index = 0; index < 5; index += 1) await till.orderAt(ordered, books.time.nowMs)
    for (let index = 0; index < 4; index += 1) {
      await till.click(mixed)
      await till.orderAt(mixed, books.time.nowMs)
    }
    const folding = inStretches(100)
    assert.equal(await folding.foldAll(6), false)
    for (const { scope } of [clicked, ordered, mixed]) assert.deepEqual(await marks(scope), [])
    await folding.foldAll(5)
    const [{ revision } = { revision: 0 }] = await marks(clicked.scope)
    assert.ok(revision > 0 && revision < 5)
    assert.deepEqual(await marks(clicked.scope), allAt(0, revision))
    assert.deepEqual(await marks(ordered.scope), allAt(5, 5))
    assert.deepEqual(await marks(mixed.scope), [])
    await folding.foldAll()
    assert.deepEqual(await marks(mixed.scope), allAt(4, 8))
  })

  test('takes a stretch at a time, of changes and of clicks, and says whether more is waiting', async () => {
    const till = createTill(books, books.openLedger())
    const way = await makeWay(books, await books.newScope())
    for (let index = 0; index < 5; index += 1) await till.click(way)
    for (let index = 0; index < 4; index += 1) await till.orderAt(way, books.time.nowMs)
    const folding = inStretches(3)
    assert.equal(await folding.foldAll(), true)
    assert.deepEqual(await marks(way.scope), allAt(3, 3))
    assert.equal(await folding.foldAll(), false)
    assert.deepEqual(await marks(way.scope), allAt(4, 9))
  })

  test('comes to the same in stretches of any length', async () => {
    for (const [index, stretch] of [1, 7, 50].entries()) {
      await churn(books, books.openLedger(), index, 100)
      const folding = inStretches(stretch)
      while (await folding.foldAll());
    }
    for (const family of familyNames) {
      const options = { rows: books.rows, transact, mend: false, onProgress: () => undefined }
      assert.deepEqual(await recount(family, options), [])
    }
  })
})
