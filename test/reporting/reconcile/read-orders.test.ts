import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Rows } from '../../../src/database/rows.js'
import { type ConversionId, encodeId } from '../../../src/kernel/ids.js'
import type { Ledger } from '../../../src/ledger/entries.js'
import { readOrdersBetween } from '../../../src/reporting/reconcile/read-orders.js'
import { readQuestion } from '../../../src/reporting/reconcile/read-question.js'
import { reconcile } from '../../../src/reporting/reconcile/reconcile.js'
import { createTestBooks, type TestBooks } from '../../support/books.js'
import { makeWay, receiptDraft, request, type Way } from '../../support/drafts.js'
import { createTill } from '../shop.js'

const hourMs = 3_600_000

suite('the orders of a stretch of time', () => {
  let books: TestBooks
  let ledger: Ledger
  let way: Way
  const happened = new Map<ConversionId, number>()
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
    const till = createTill(books, ledger)
    way = await makeWay(books, await books.newScope())
    const other = await makeWay(books, way.scope)
    // Booked hour after hour; some of it long after it happened, and some as much before as a postback may say.
    for (let hour = 0; hour < 40; hour += 1) {
      books.time.nowMs += hourMs
      const backMs = [0, -600_000, 30 * hourMs, 1][hour % 4] ?? 0
      const atMs = books.time.nowMs - backMs
      happened.set(await till.orderAt(way, atMs), atMs)
      await till.orderAt(other, atMs)
      // A change of it is not another order.
      const approved = request({ transactionId: `order-${2 * hour + 1}`, status: 'REVERSED' })
      await ledger.keepPostback(receiptDraft(way, books.time.nowMs), approved)
    }
  })
  after(() => books.close())

  async function read(fromMs: number, toMs: number, pageSize?: number): Promise<ConversionId[]> {
    const owner = { workspaceId: way.scope.workspaceId, advertiserId: way.advertiserId }
    const pages = readOrdersBetween(books.rows, owner, new Date(fromMs), new Date(toMs), pageSize)
    const found: ConversionId[] = []
    for await (const page of pages) found.push(...page.map(({ id }) => id))
    return found
  }
  const expected = (fromMs: number, toMs: number) =>
    [...happened].filter(([, atMs]) => atMs >= fromMs && atMs < toMs).map(([id]) => id)

  test('are found wherever it begins and ends, each once, in the order of booking', async () => {
    const endMs = books.time.nowMs
    for (let hour = -80; hour <= 1; hour += 1) {
      // Also between the booking of an order and when it happened, as its postback says, ten minutes later.
      for (const fromMs of [endMs + hour * hourMs, endMs + hour * hourMs + 300_000]) {
        for (const lengthMs of [1, hourMs, 100 * hourMs]) {
          assert.deepEqual(await read(fromMs, fromMs + lengthMs), expected(fromMs, fromMs + lengthMs))
        }
      }
    }
  })

  test('are read page by page, whatever the size of a page', async () => {
    const endMs = books.time.nowMs + hourMs
    for (const pageSize of [1, 2, 3, 39, 40, 79, 80, 81]) {
      assert.deepEqual(await read(0, endMs, pageSize), expected(0, endMs), `pages of ${pageSize}`)
    }
  })

  test('are compared with a list by the same five statements, however long it is', async () => {
    const statementsFor = async (length: number) => {
      let statements = 0
      const rows: Rows = (sql, values) => {
        statements += 1
        return books.rows(sql, values)
      }
      const list = Array.from({ length }, (_, index) => ({
        ...{ place: index + 1, transactionId: `order-${index}`, line: null, event: null },
        ...{ amount: null, currency: null, status: null },
      }))
      const to = new Date(books.time.nowMs + hourMs)
      const asked = { advertiserId: encodeId('adv', way.advertiserId), from: new Date(0), to }
      const { counts } = await reconcile(rows, await readQuestion(rows, way.scope, asked), list, 10)
      assert.ok(counts.missing > 0 && (counts.extra ?? 0) > 0, JSON.stringify(counts))
      return statements
    }
    assert.deepEqual([await statementsFor(1), await statementsFor(60)], [5, 5])
  })

  test('are none where nothing was booked', async () => {
    const empty = await books.newScope()
    const owner = { workspaceId: empty.workspaceId, advertiserId: way.advertiserId }
    for await (const page of readOrdersBetween(books.rows, owner, new Date(0), new Date())) assert.deepEqual(page, [])
  })
})
