import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { type ClickId, encodeId } from '../../src/kernel/ids.js'
import { createVisitorEraser } from '../../src/ledger/erase-visitor.js'
import type { Transact } from '../../src/ledger/fold.js'
import { familyNames } from '../../src/ledger/grains.js'
import { recount } from '../../src/ledger/recount.js'
import { dimensions } from '../../src/reporting/dimensions.js'
import { createTill, plain } from '../reporting/shop.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, receiptDraft, request, type Way } from '../support/drafts.js'

const startMs = Date.parse('2026-06-15T12:00:00Z')
const hourMs = 3_600_000
const me = { sub1: 'me@example.com', sub2: 'mail' }

/** For each state of the roll-ups: what of a visitor was folded when it was erased. */
for (const folded of ['nothing', 'the clicks and orders, and not what came after', 'everything'] as const) {
  suite(`a visitor erased while ${folded} was folded`, () => {
    let books: TestBooks
    let way: Way
    let mine: ClickId[]
    let figuresBefore: unknown
    let headBefore: { position: string; revision: string }
    const transact: Transact = (work) => inTransaction(books.orm, (em) => work(rowsOf(em)))
    const head = async () =>
      (
        await books.rows<{ position: string; revision: string }>(
          `select position, revision from workspace_head where workspace_id = $1`,
          [way.scope.workspaceId],
        )
      )[0] ?? { position: '', revision: '' }
    const range = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-07-01T00:00Z') }
    const rowsBy = async (by: (typeof dimensions)[number]) =>
      (await books.report(way.scope, { ...range, groupBy: [by] })).rows
        .map(({ key, metrics }) => `${Object.values(key)}: ${metrics.clicks}/${metrics.conversions}/${metrics.payout}`)
        .sort()
    /** Every figure, but those that are told by sub-id. */
    async function figures() {
      const all: unknown[] = []
      for (const basis of ['EVENT', 'CLICK', 'CHANGE'] as const) {
        for (const interval of [null, 'HOUR', 'DAY'] as const) {
          const { rows, totals } = await books.report(way.scope, { ...range, basis, interval })
          all.push(plain(rows), plain(totals))
        }
        for (const dimension of dimensions) {
          const { rows, totals } = await books.report(way.scope, { ...range, basis, groupBy: [dimension] })
          all.push(plain(totals), dimension.startsWith('SUB') ? null : plain(rows))
        }
      }
      return all
    }

    before(async () => {
      books = await createTestBooks(startMs)
      way = await makeWay(books, await books.newScope())
      const till = createTill(books, books.openLedger())
      const foldAll = async () => {
        while (await books.folding.foldAll());
      }
      mine = []
      for (let index = 0; index < 3; index++) {
        books.time.nowMs = startMs + index * 30 * hourMs
        const visitor = String(index)
        const traffic = { source: 'news', country: 'NP', device: 'mobile', cost: '0.25' }
        const click = await till.click(way, { ...traffic, subs: me, visitor })
        mine.push(click)
        const other = await till.click(way, { ...traffic, subs: { sub2: 'mail' }, visitor: `1${visitor}` })
        const status = { event: 'sale', status: 'PENDING' as const }
        await till.order(way, click, { ...status, transactionId: `mine-${index}` })
        await till.order(way, other, { ...status, transactionId: `other-${index}` })
      }
      if (folded !== 'nothing') await foldAll()
      await till.again(way, { transactionId: 'mine-0', status: 'APPROVED' })
      await till.again(way, { transactionId: 'mine-1', status: 'REJECTED' })
      await till.click(way, { subs: me, visitor: '99' })
      if (folded === 'everything') await foldAll()
      figuresBefore = await figures()
      headBefore = await head()
    })
    after(() => books.close())

    test('leaves every figure as it was, and positions too', async () => {
      assert.deepEqual(await rowsBy('SUB1'), [': 3/3/15', 'me@example.com: 4/2/10'])
      const erase = createVisitorEraser(books.rows, transact)
      const erased = await erase(way.scope.workspaceId, { clickIds: mine, transactionIds: [] })
      assert.deepEqual(erased, { clicks: 3, conversions: 3, receipts: 0 })
      assert.deepEqual(await figures(), figuresBefore)
      const now = await head()
      assert.equal(now.position, headBefore.position)
      assert.equal(Number(now.revision), Number(headBefore.revision) + 1)
    })

    test('is nowhere by sub-id, where it counts as one without', async () => {
      assert.deepEqual(await rowsBy('SUB1'), [': 6/5/25', 'me@example.com: 1/0/0'])
      assert.deepEqual(await rowsBy('SUB2'), [': 3/2/10', 'mail: 4/3/15'])
    })

    test('the roll-ups are what a recount makes of the rows, and what comes later counts on', async () => {
      const till = createTill(books, books.openLedger())
      await till.again(way, { transactionId: 'mine-2', status: 'APPROVED' })
      await till.again(way, { transactionId: 'mine-0', status: 'REVERSED' })
      while (await books.folding.foldAll());
      for (const family of familyNames) {
        assert.deepEqual(await recount(family, { rows: books.rows, transact, mend: false, onProgress: () => {} }), [])
      }
      assert.deepEqual(await rowsBy('SUB2'), [': 3/1/5', 'mail: 4/3/15'])
      const named = async (table: string) =>
        (await books.rows(`select from ${table} where value = 'me@example.com'`)).length
      assert.deepEqual([await named('conversion_rollup_sub'), await named('conversion_rollup_sub_1d')], [0, 0])
      // Of the one click that was not erased.
      assert.deepEqual([await named('click_rollup_sub'), await named('click_rollup_sub_1d')], [1, 1])
    })

    test('erased again, there is nothing left to do', async () => {
      const erase = createVisitorEraser(books.rows, transact)
      const before = await head()
      const erased = await erase(way.scope.workspaceId, { clickIds: mine, transactionIds: ['mine-0'] })
      assert.deepEqual([erased.clicks, erased.conversions], [0, 0])
      assert.deepEqual(await head(), before)
    })
  })
}

suite('an erased order', () => {
  let books: TestBooks
  let way: Way
  let ledger: ReturnType<TestBooks['openLedger']>
  let other: ReturnType<TestBooks['openLedger']>
  let click: ClickId
  const transact: Transact = (work) => inTransaction(books.orm, (em) => work(rowsOf(em)))
  const erase = (transactionIds: string[], clickIds: ClickId[] = []) =>
    createVisitorEraser(books.rows, transact)(way.scope.workspaceId, { clickIds, transactionIds })
  const send = (by: typeof ledger, more: Parameters<typeof request>[0], at: Partial<Way> = {}) =>
    by.keepPostback(
      receiptDraft({ ...way, ...at }, books.time.nowMs, {
        url: `/postback?txid=${more.transactionId}`,
        ip: '203.0.113.7',
        transactionId: more.transactionId ?? null,
        clickId: more.clickId ? encodeId('clk', more.clickId) : null,
      }),
      request(more),
    )
  const conversions = () =>
    books.rows<{ transaction_id: string; line: string }>(
      `select transaction_id, line from conversion where workspace_id = $1 order by transaction_id, line`,
      [way.scope.workspaceId],
    )

  before(async () => {
    books = await createTestBooks(startMs)
    ledger = books.openLedger()
    // Another node, which has the catalog of before in memory.
    other = books.openLedger()
    way = await makeWay(books, await books.newScope(), { goals: [{ ...goal, duplicates: 'UPDATE' }] })
    click = await createTill(books, ledger).click(way, { ip: '203.0.113.7', userAgent: 'Browser', subs: me })
    await send(ledger, { clickId: click, transactionId: 'order-1', amount: '10' })
    await send(other, { clickId: click, transactionId: 'order-2', amount: '20' })
  })
  after(() => books.close())

  test('is found by a late retry on every node, and by its news, and counts once', async () => {
    assert.deepEqual(await erase(['order-1']), { clicks: 0, conversions: 1, receipts: 1 })
    for (const node of [ledger, other]) {
      const retry = await send(node, { clickId: click, transactionId: 'order-1', amount: '10' })
      assert.equal(retry.outcome, 'DUPLICATE')
    }
    assert.equal((await send(other, { transactionId: 'order-1', amount: '12' })).outcome, 'UPDATED')
    assert.equal((await send(ledger, { transactionId: 'order-1', status: 'REVERSED' })).outcome, 'UPDATED')
    assert.equal((await conversions()).length, 2)
  })

  test('has no id in the books that tells which it was, and others keep theirs', async () => {
    const [erased, kept] = await conversions()
    assert.match(erased?.transaction_id ?? '', /^erased:[\w-]{43}$/)
    assert.equal(kept?.transaction_id, 'order-2')
    const [{ again } = { again: '' }] = await books.rows<{ again: string }>(
      `select 'erased:' || rtrim(translate(encode(sha256('order-1'), 'base64'), '+/', '-_'), '=') as again`,
    )
    assert.notEqual(erased?.transaction_id, again)
  })

  test('a further line of it is an order of its own', async () => {
    const line = await send(ledger, { clickId: click, transactionId: 'order-1', line: '2', amount: '1' })
    assert.equal(line.outcome, 'ACCEPTED')
    const retry = await send(other, { clickId: click, transactionId: 'order-1', line: '2', amount: '1' })
    assert.equal(retry.outcome, 'DUPLICATE')
  })

  test('what its late retries said is erased by asking again', async () => {
    const named = () =>
      books.rows(
        `select from receipt where transaction_id = 'order-1' or url like '%order-1%' or ip is not null and url like '%order-1%'`,
      )
    assert.ok((await named()).length > 0)
    await erase(['order-1'])
    assert.equal((await named()).length, 0)
  })

  test("another advertiser's order of the same id is left alone where a click says whose is meant", async () => {
    const theirs = await makeWay(books, way.scope)
    const sold = await send(
      ledger,
      { affiliate: encodeId('aff', theirs.affiliateId), campaignId: theirs.campaignId, transactionId: 'order-2' },
      theirs,
    )
    assert.equal(sold.outcome, 'ACCEPTED')
    await erase([], [click])
    const left = await books.rows<{ transaction_id: string }>(
      `select transaction_id from receipt where advertiser_id = $1`,
      [theirs.advertiserId],
    )
    assert.deepEqual(left, [{ transaction_id: 'order-2' }])
    assert.equal((await conversions()).filter(({ transaction_id }) => transaction_id === 'order-2').length, 1)
  })

  test('what waited for it, or for its click, does not wait any more', async () => {
    const absent = await createTill(books, ledger).click(way)
    await send(ledger, { transactionId: 'order-9', status: 'REVERSED' })
    const waiting = () => books.rows(`select from parked_postback where workspace_id = $1`, [way.scope.workspaceId])
    assert.equal((await waiting()).length, 1)
    await erase(['order-9'])
    assert.equal((await waiting()).length, 0)
    const sold = await send(ledger, { clickId: absent, transactionId: 'order-9', amount: '5' })
    assert.equal(sold.outcome, 'ACCEPTED')
  })

  test('orders without an id are erased by their click, and found by it after as before', async () => {
    const visit = await createTill(books, ledger).click(way, { ip: '203.0.113.8', subs: me })
    assert.equal((await send(ledger, { clickId: visit, amount: '7' })).outcome, 'ACCEPTED')
    assert.equal((await send(ledger, { clickId: visit, amount: '7' })).outcome, 'DUPLICATE')
    assert.deepEqual(await erase([], [visit]), { clicks: 1, conversions: 1, receipts: 2 })
    assert.equal((await send(other, { clickId: visit, amount: '7' })).outcome, 'DUPLICATE')
  })
})

const goal = {
  event: 'sale',
  revenue: { kind: 'PERCENT' as const, value: '10' },
  payout: { kind: 'PERCENT' as const, value: '5' },
}
