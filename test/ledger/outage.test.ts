import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Pipeline } from '../../src/database/pipeline.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, type Way } from '../support/drafts.js'

suite('a database that fails in the middle', () => {
  let books: TestBooks
  let way: Way
  before(async () => {
    books = await createTestBooks()
  })
  after(() => books.close())

  /** Kills every writing connection to this test's own database. */
  const cut = () =>
    books.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'pulseback ledger' and datname = current_database()`,
    )

  async function assertWhole(orders: number, receipts: number) {
    const [found] = await books.rows<Record<string, number>>(
      `select (select count(*)::int from conversion where workspace_id = $1) as conversions,
              (select count(distinct transaction_id)::int from conversion where workspace_id = $1) as orders,
              (select count(*)::int from conversion_change where workspace_id = $1) as changes,
              (select max(position)::int from conversion_change where workspace_id = $1) as last,
              (select position::int from workspace_head where workspace_id = $1) as head,
              (select count(*)::int from receipt where workspace_id = $1) as receipts,
              (select count(distinct sequence)::int from receipt where workspace_id = $1) as sequences`,
      [way.scope.workspaceId],
    )
    assert.deepEqual(found, {
      ...{ conversions: orders, orders, changes: orders, last: orders, head: orders },
      ...{ receipts, sequences: receipts },
    })
    const day = { from: new Date(books.time.nowMs - 864e5), to: new Date(books.time.nowMs + 864e5) }
    assert.equal((await books.report(way.scope, day)).totals.conversions, orders)
  }

  test('connections that are cut under load lose nothing and double nothing', async () => {
    way = await makeWay(books, await books.newScope())
    const ledger = books.openLedger({ giveUpAfterMs: 60_000 })
    let answered = 0
    let cuts = 0
    const sendOne = async (index: number) => {
      const receipt = receiptDraft(way, books.time.nowMs)
      const answer = await ledger.keepPostback(receipt, named(way, { transactionId: `order-${index % 1_500}` }))
      answered += 1
      // Between batches and in the middle of one, as it falls.
      if (answered % 120 === 0) {
        cuts += 1
        await cut()
      }
      return answer
    }
    const lanes = Array.from({ length: 64 }, async (_, lane) => {
      const answers = []
      for (let index = lane; index < 2_000; index += 64) answers.push(await sendOne(index))
      return answers
    })
    const answers = (await Promise.all(lanes)).flat()
    assert.equal(answers.length, 2_000)
    assert.ok(cuts >= 10, `${cuts} cuts`)
    assert.equal(answers.filter(({ outcome }) => outcome === 'ACCEPTED').length, 1_500)
    assert.equal(answers.filter(({ outcome }) => outcome === 'DUPLICATE').length, 500)
    await assertWhole(1_500, 2_000)
  })

  /** Commits, and loses the news of it, as often as `times` says. */
  function losingNews(times: number): (pipeline: Pipeline) => Pipeline {
    let left = times
    return (pipeline) => ({
      ...pipeline,
      async command(sql) {
        const tag = await pipeline.command(sql)
        if (sql !== 'commit' || left === 0) return tag
        left -= 1
        throw new Error('the connection broke before the answer came')
      },
    })
  }

  test('a commit whose answer was lost is not done twice, and answers as it did', async () => {
    way = await makeWay(books, await books.newScope())
    const ledger = books.openLedger({}, undefined, losingNews(2))
    const clicks = Array.from({ length: 5 }, () => clickDraft(way, books.time.nowMs))
    const sent = [0, 1, 2, 0, 1].map((order) =>
      ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: `order-${order}` })),
    )
    const kept = await Promise.all(clicks.map((click) => ledger.keepClick(click)))
    const answers = await Promise.all(sent)
    assert.deepEqual(
      answers.map(({ outcome }) => outcome),
      ['ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'DUPLICATE', 'DUPLICATE'],
    )
    assert.equal(answers[0]?.conversionId, answers[3]?.conversionId)
    assert.ok(kept.every((answer) => answer.kept))
    await assertWhole(3, 5)
    const day = { from: new Date(books.time.nowMs - 864e5), to: new Date(books.time.nowMs + 864e5) }
    const { totals } = await books.report(way.scope, day)
    assert.deepEqual([totals.clicks, totals.uniqueClicks], [5, 1])
  })

  test('a status set by hand whose commit was answered late is set once', async () => {
    way = await makeWay(books, await books.newScope())
    const [first] = await Promise.all([
      books.openLedger().keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: 'order' })),
    ])
    assert.ok(first?.conversionId)
    const ledger = books.openLedger({}, undefined, losingNews(1))
    const { workspaceId } = way.scope
    const change = { workspaceId, conversionId: first.conversionId, status: 'REVERSED' as const, reason: 'returned' }
    await ledger.setConversionStatus(change)
    const changes = await books.rows<object>(
      `select position::int, kind, reason from conversion_change where workspace_id = $1 order by position`,
      [workspaceId],
    )
    assert.deepEqual(changes, [
      { position: 1, kind: 'CREATED', reason: null },
      { position: 2, kind: 'REVERSED', reason: 'returned' },
    ])
  })

  test('while the database stays away an entry is told UNAVAILABLE when its time is up', async () => {
    way = await makeWay(books, await books.newScope())
    const broken = (pipeline: Pipeline): Pipeline => ({
      ...pipeline,
      command: () => Promise.reject(new Error('connection refused')),
    })
    const ledger = books.openLedger({ giveUpAfterMs: 250 }, undefined, broken)
    const sent = ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: 'order' }))
    await assert.rejects(sent, { code: 'UNAVAILABLE' })
  })
})
