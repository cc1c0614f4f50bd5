import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { CodedError } from '../../src/kernel/errors.js'
import type { PostbackAnswer } from '../../src/ledger/entries.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, request, type Way } from '../support/drafts.js'

suite('what goes into the books together', () => {
  let books: TestBooks
  let way: Way
  before(async () => {
    books = await createTestBooks()
    way = await makeWay(books, await books.newScope())
  })
  after(() => books.close())

  const receipt = (of = way) => receiptDraft(of, books.time.nowMs)
  const outcomes = (answers: readonly PostbackAnswer[]) =>
    Object.fromEntries(
      [...Map.groupBy(answers, ({ outcome }) => outcome)].map(([outcome, all]) => [outcome, all.length]),
    )
  const count = async (table: string, where: string, values: unknown[]) => {
    const [row] = await books.rows<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`, values)
    return row?.n
  }
  const positions = async ({ scope }: Way) => {
    const sql = `select position::int as position from conversion_change where workspace_id = $1 order by position`
    return (await books.rows<{ position: number }>(sql, [scope.workspaceId])).map(({ position }) => position)
  }
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

  test('one text that the database refuses becomes a REJECTED receipt, alone, and the rest is booked', async () => {
    const ledger = books.openLedger()
    const own = await makeWay(books, await books.newScope())
    const bad = [
      named(own, { transactionId: 'order-\u0000' }),
      // Parked as jsonb, which takes no NUL and no half of a surrogate pair.
      named(own, { transactionId: 'a', event: 'bad\u0000event' }),
      named(own, { transactionId: 'b', event: 'bad\ud800event' }),
    ]
    const good = Array.from({ length: 60 }, (_, index) => named(own, { transactionId: `order-${index}` }))
    const mixed = good.flatMap((one, index) => (index % 20 === 7 ? [one, bad[(index - 7) / 20] ?? one] : [one]))
    const answers = await Promise.all(mixed.map((one) => ledger.keepPostback(receipt(own), one)))

    assert.deepEqual(outcomes(answers), { ACCEPTED: 60, REJECTED: 3 })
    const refused = answers.filter(({ outcome }) => outcome === 'REJECTED')
    for (const { reason, httpStatus, receiptId } of refused) {
      assert.deepEqual([reason?.code, httpStatus], ['NOT_STORABLE', 422])
      const where = `workspace_id = $1 and id = $2 and outcome = 'REJECTED' and reason_code = 'NOT_STORABLE'`
      assert.equal(await count('receipt', where, [own.scope.workspaceId, receiptId]), 1)
    }
    assert.deepEqual(await positions(own), upTo(60))
    assert.equal(await count('receipt', 'workspace_id = $1', [own.scope.workspaceId]), 63)
  })

  test('a click that cannot be stored fails alone', async () => {
    const ledger = books.openLedger()
    const bad = clickDraft(way, books.time.nowMs, { subs: { sub1: 'a\u0000b' } })
    const good = Array.from({ length: 20 }, () => clickDraft(way, books.time.nowMs))
    const [refused, ...kept] = await Promise.allSettled([bad, ...good].map((click) => ledger.keepClick(click)))
    assert.equal(refused?.status, 'rejected')
    assert.deepEqual(new Set(kept.map(({ status }) => status)), new Set(['fulfilled']))
    const ids = good.map(({ id }) => id)
    assert.equal(await count('click', 'workspace_id = $1 and id = any($2)', [way.scope.workspaceId, ids]), 20)
  })

  test('a hundred copies at once count once', async () => {
    const ledger = books.openLedger()
    const own = await makeWay(books, await books.newScope())
    const click = clickDraft(own, books.time.nowMs)
    await ledger.keepClick(click)
    for (const copy of [
      request({ clickId: click.id, transactionId: 'order' }),
      request({ clickId: click.id }),
      named(own, { transactionId: 'other' }),
    ]) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ledger.keepPostback(receipt(own), copy)))
      assert.deepEqual(outcomes(answers), { ACCEPTED: 1, DUPLICATE: 99 })
      assert.equal(new Set(answers.map(({ conversionId }) => conversionId)).size, 1)
    }
    assert.deepEqual(await positions(own), upTo(3))
  })

  test('a hundred copies at once count once also where two nodes write', async () => {
    const nodes = [books.openLedger(), books.openLedger()]
    const own = await makeWay(books, await books.newScope())
    for (let round = 0; round < 5; round += 1) {
      const copy = named(own, { transactionId: `order-${round}` })
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => {
          const node = nodes[index % 2]
          assert.ok(node)
          return node.keepPostback(receipt(own), copy)
        }),
      )
      assert.deepEqual(outcomes(answers), { ACCEPTED: 1, DUPLICATE: 99 })
    }
    assert.deepEqual(await positions(own), upTo(5))
  })

  test('what does not fit into the queue is told UNAVAILABLE at once, and leaves nothing', async () => {
    const ledger = books.openLedger({ maxQueued: 10 })
    const own = await makeWay(books, await books.newScope())
    const all = Array.from({ length: 30 }, (_, index) => named(own, { transactionId: `order-${index}` }))
    const settled = await Promise.allSettled(all.map((one) => ledger.keepPostback(receipt(own), one)))
    const refused = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
    assert.equal(refused.length, 20)
    for (const { reason } of refused) assert.ok(reason instanceof CodedError && reason.code === 'UNAVAILABLE')
    assert.deepEqual(await positions(own), upTo(10))
    assert.equal(await count('receipt', 'workspace_id = $1', [own.scope.workspaceId]), 10)
  })

  test('a closed ledger takes nothing more, and answers what it had taken', async () => {
    const ledger = books.openLedger()
    const own = await makeWay(books, await books.newScope())
    const taken = ledger.keepPostback(receipt(own), named(own, { transactionId: 'order' }))
    const closed = ledger.close()
    await assert.rejects(ledger.keepPostback(receipt(own), named(own, { transactionId: 'late' })), {
      code: 'UNAVAILABLE',
    })
    await closed
    assert.equal((await taken).outcome, 'ACCEPTED')
  })

  test('workspaces that share batches keep positions and orders of their own', async () => {
    const ledger = books.openLedger({ maxWorkspacesPerBatch: 2 })
    const ways = [0, 1, 2].map(async () => makeWay(books, await books.newScope()))
    const all = await Promise.all(ways)
    const sent = Array.from({ length: 90 }, (_, index) => {
      const own = all[index % 3] ?? way
      return ledger.keepPostback(receipt(own), named(own, { transactionId: `order-${Math.floor(index / 3)}` }))
    })
    assert.deepEqual(outcomes(await Promise.all(sent)), { ACCEPTED: 90 })
    for (const own of all) assert.deepEqual(await positions(own), upTo(30))
  })

  test("one workspace's clicks, orders and affiliates are unknown to another", async () => {
    const ledger = books.openLedger()
    const other = await makeWay(books, await books.newScope())
    const click = clickDraft(way, books.time.nowMs)
    await ledger.keepClick(click)
    await ledger.keepPostback(receipt(), request({ clickId: click.id, transactionId: 'theirs' }))
    const asked = [
      request({ clickId: click.id, transactionId: 'mine' }),
      request({ transactionId: 'theirs', status: 'REVERSED' }),
      named(other, { transactionId: 'x', affiliate: named(way, {}).affiliate }),
      named(other, { transactionId: 'x', campaignId: way.campaignId }),
    ]
    const answers = await Promise.all(asked.map((one) => ledger.keepPostback(receipt(other), one)))
    assert.deepEqual(
      answers.map(({ reason }) => reason?.code),
      ['CLICK_NOT_FOUND', 'ORDER_NOT_FOUND', 'AFFILIATE_NOT_FOUND', 'CAMPAIGN_NOT_FOUND'],
    )
    assert.deepEqual(await positions(other), [])
  })
})
