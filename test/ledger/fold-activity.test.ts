import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import type { Scope } from '../../src/access/scope.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import type { AdvertiserId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { foldActivityOnce } from '../../src/ledger/fold-activity.js'
import { readActivity } from '../../src/reporting/read-activity.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, request, type Way } from '../support/drafts.js'

type Times = Record<AdvertiserId, readonly (number | null)[]>

suite('when advertisers were last heard of', () => {
  let books: TestBooks
  let ledger: Ledger
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
  })
  after(() => books.close())

  const foldSome = (scope: Scope, revisions: number, receipts: number) =>
    inTransaction(books.orm, (em) => foldActivityOnce(rowsOf(em), scope.workspaceId, { revisions, receipts }))

  async function told(scope: Scope): Promise<Times> {
    const all = await readActivity(books.rows, scope, books.time.nowMs, 100)
    return Object.fromEntries(
      all.map((one) => [one.advertiserId, [one.lastClickAt, one.lastReceiptAt, one.lastConversionAt]]),
    )
  }
  /** The same, of the raw rows. */
  async function counted({ workspaceId }: Scope): Promise<Times> {
    const last = (table: string, where = 'true') =>
      `(select (extract(epoch from max(x.at)) * 1000)::float8 from ${table} x
         where x.workspace_id = a.workspace_id and x.advertiser_id = a.id and ${where})`
    const rows = await books.rows<{ id: AdvertiserId; click: number; receipt: number; change: number }>(
      `select id, ${last('click', 'not bot and not test')} as click, ${last('receipt')} as receipt,
              ${last('conversion_change')} as change from advertiser a where workspace_id = $1`,
      [workspaceId],
    )
    return Object.fromEntries(rows.map(({ id, click, receipt, change }) => [id, [click, receipt, change]]))
  }

  const way = fc.nat({ max: 1 })
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('click' as const),
      way,
      bot: fc.boolean(),
      test: fc.boolean(),
      backMs: fc.nat(5_000),
    }),
    fc.record({
      kind: fc.constant('order' as const),
      way,
      name: fc.nat(5),
      status: fc.constantFrom(null, 'APPROVED' as const),
    }),
    fc.record({ kind: fc.constant('early' as const), way, name: fc.nat(5) }),
    fc.record({ kind: fc.constant('refusal' as const), way, backMs: fc.nat(5_000) }),
    fc.record({ kind: fc.constant('fold' as const), revisions: fc.nat(3), receipts: fc.nat(3) }),
    fc.record({ kind: fc.constant('foldAll' as const) }),
  )

  async function perform(one: typeof step extends fc.Arbitrary<infer Step> ? Step : never, ways: readonly Way[]) {
    books.time.nowMs += 1_000
    const { nowMs } = books.time
    const at = ways['way' in one ? one.way : 0] as Way // there are two
    switch (one.kind) {
      case 'click':
        return ledger.keepClick(clickDraft(at, nowMs - one.backMs, { bot: one.bot, test: one.test }))
      case 'order': {
        const sent = named(at, { transactionId: `o-${one.name}`, status: one.status })
        return ledger.keepPostback(receiptDraft(at, nowMs), sent)
      }
      // Parked until its order comes, and then numbered anew.
      case 'early': {
        const sent = request({ transactionId: `o-${one.name}`, status: 'REVERSED' })
        return ledger.keepPostback(receiptDraft(at, nowMs), sent)
      }
      case 'refusal': {
        const refusal = { code: 'INVALID_AMOUNT', message: 'no', field: null, httpStatus: 422 } as const
        return ledger.keepRefusal(receiptDraft(at, nowMs - one.backMs), refusal)
      }
      case 'fold':
        return foldSome(at.scope, one.revisions, one.receipts)
      case 'foldAll':
        while (await books.activityFolding.foldAll());
    }
  }

  test('is exact after every step, however far it is folded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const scope = await books.newScope()
        const first = await makeWay(books, scope)
        const ways = [first, await makeWay(books, scope)]
        for (const one of steps) {
          await perform(one, ways)
          assert.deepEqual(await told(scope), await counted(scope))
        }
        while (await foldSome(scope, 1, 1)) assert.deepEqual(await told(scope), await counted(scope))
        assert.deepEqual(await told(scope), await counted(scope))
      }),
      { numRuns: 12 },
    )
  })

  test('stays when its rows are dropped with age', async () => {
    const scope = await books.newScope()
    const at = await makeWay(books, scope)
    await ledger.keepClick(clickDraft(at, books.time.nowMs))
    await ledger.keepPostback(receiptDraft(at, books.time.nowMs), named(at, { transactionId: 'x' }))
    const known = await told(scope)
    assert.deepEqual(known, await counted(scope))
    while (await books.activityFolding.foldAll());
    await books.rows(`delete from click where workspace_id = $1`, [scope.workspaceId])
    await books.rows(`delete from receipt where workspace_id = $1`, [scope.workspaceId])
    assert.deepEqual(await told(scope), known)
  })

  test('is folded by one node at a time, and what another folds is not waited for', async () => {
    const scope = await books.newScope()
    const at = await makeWay(books, scope)
    await foldSome(scope, 1, 1)
    await ledger.keepClick(clickDraft(at, books.time.nowMs))
    await inTransaction(books.orm, async (em) => {
      assert.equal(await foldActivityOnce(rowsOf(em), scope.workspaceId), false)
      // The other node finds the mark taken, and neither waits nor folds the same again.
      assert.equal(await foldSome(scope, 10, 10), false)
    })
    assert.deepEqual(await told(scope), await counted(scope))
  })
})
