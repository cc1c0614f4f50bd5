import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Rows } from '../../src/database/rows.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { createVisitorEraser } from '../../src/ledger/erase-visitor.js'
import { until } from '../support/app.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, request, sale, type Way } from '../support/drafts.js'

/**
 * Two batches under way on one node: the head is locked, so the first waits to be committed, and the second has been
 * decided on what the first decided. Then the head is let go.
 */
suite('a batch that is decided while the one before it commits', () => {
  let books: TestBooks
  before(async () => {
    books = await createTestBooks()
  })
  after(() => books.close())

  /** A node that has met these books and found nobody else there. */
  async function openNode(campaign: Parameters<typeof makeWay>[2] = {}) {
    const way = await makeWay(books, await books.newScope(), campaign)
    const ledger = books.openLedger({ secondLaneFrom: 1 })
    const keep = (sent: ReturnType<typeof request>) => ledger.keepPostback(receiptDraft(way, books.time.nowMs), sent)
    await keep(named(way, { transactionId: 'first of all' }))
    return { way, ledger, keep }
  }

  const waitingAtHead = async () => {
    const [row] = await books.rows<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where application_name = 'pulseback ledger' and datname = current_database() and wait_event_type = 'Lock'`,
    )
    return row?.n
  }

  const cutFirst = (rows: Rows) =>
    rows(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'pulseback ledger' and datname = current_database() and wait_event_type = 'Lock'
        order by query_start limit 1`,
    )

  const receiptOf = async ({ scope }: Way, receiptId: string) => {
    const [row] = await books.rows<{ outcome: string; code: string | null; waits: boolean }>(
      `select r.outcome, r.reason_code as code, p.receipt_id is not null as waits
         from receipt r left join parked_postback p on p.workspace_id = r.workspace_id and p.receipt_id = r.id
        where r.workspace_id = $1 and r.id = $2`,
      [scope.workspaceId, receiptId],
    )
    return row
  }

  /** Sends both, each in a batch of its own, while `meanwhile` holds the head; resolves to what became of them. */
  async function sendTwo<One, Other>(
    { scope }: Way,
    first: () => Promise<One>,
    second: () => Promise<Other>,
    meanwhile: (rows: Rows) => Promise<unknown> = async () => {},
    others = 0,
  ): Promise<[One, Other]> {
    let sent: [Promise<One>, Promise<Other>] | undefined
    await inTransaction(books.orm, async (em) => {
      const rows = rowsOf(em)
      await rows(`select from workspace_head where workspace_id = $1 for update`, [scope.workspaceId])
      const one = first()
      await until(async () => (await waitingAtHead()) === others + 1, 'the first batch to wait at the head')
      sent = [one, second()]
      await until(async () => (await waitingAtHead()) === others + 2, 'the second batch to wait behind it')
      await meanwhile(rows)
    })
    assert.ok(sent)
    return Promise.all(sent)
  }

  const changes = async ({ scope }: Way) =>
    books.rows<{ position: number; kind: string; txid: string | null; revenue: string }>(
      `select c.position::int as position, c.kind, v.transaction_id as txid, c.revenue::text as revenue
         from conversion_change c join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
        where c.workspace_id = $1 and c.position > 1 order by c.position`,
      [scope.workspaceId],
    )

  test('an order that the first brings in is known to the second', async () => {
    const { way, keep } = await openNode()
    const order = named(way, { transactionId: 'order' })
    const [one, two] = await sendTwo(
      way,
      () => keep(order),
      () => keep({ ...order, status: 'REJECTED' }),
    )
    assert.deepEqual([one.outcome, two.outcome], ['ACCEPTED', 'CONFLICT'])
    const [again, other] = await sendTwo(
      way,
      () => keep(order),
      () => keep(named(way, { transactionId: 'other' })),
    )
    assert.deepEqual([again.outcome, other.outcome], ['DUPLICATE', 'ACCEPTED'])
    assert.deepEqual(
      (await changes(way)).map(({ position, txid }) => [position, txid]),
      [
        [2, 'order'],
        [3, 'other'],
      ],
    )
    assert.deepEqual(books.logged, [])
  })

  test('what the first parks is matched by the click that the second brings, with all that belongs to its order', async () => {
    const { way, ledger, keep } = await openNode({ clientSide: true })
    for (let line = 0; line < 20; line += 1) await keep(named(way, { transactionId: 'order', line: `${line}` }))
    for (const [transactionId, expected] of [
      ['another', { outcome: 'ACCEPTED', code: null, waits: false }],
      ['order', { outcome: 'REJECTED', code: 'ORDER_TOO_LARGE', waits: false }],
    ] as const) {
      const click = clickDraft(way, books.time.nowMs)
      const [parked] = await sendTwo(
        way,
        () => keep(request({ via: 'browser', clickId: click.id, transactionId, line: 'one more' })),
        () => ledger.keepClick(click),
      )
      assert.equal(parked.outcome, 'UNMATCHED')
      assert.deepEqual(await receiptOf(way, parked.receiptId), expected)
    }
  })

  test('what the first has matched does not wait any more for the second', async () => {
    const { way, ledger, keep } = await openNode({ goals: [{ ...sale, startsAs: 'PENDING' }] })
    const click = clickDraft(way, books.time.nowMs)
    const order = request({ clickId: click.id, transactionId: 'order' })
    const parked = await keep(order)
    const [, approved] = await sendTwo(
      way,
      () => ledger.keepClick(click),
      () => keep({ ...order, status: 'APPROVED' }),
    )
    assert.equal(approved.outcome, 'UPDATED')
    assert.deepEqual(await receiptOf(way, parked.receiptId), { outcome: 'ACCEPTED', code: null, waits: false })
  })

  test('who asks the books themselves, under the lock, is not told what has failed meanwhile', async () => {
    const { way, ledger, keep } = await openNode()
    const click = clickDraft(way, books.time.nowMs)
    const parked = await keep(request({ clickId: click.id, transactionId: 'order' }))
    const [, replayed] = await sendTwo(
      way,
      () => ledger.keepClick(click),
      () => ledger.replayReceipt(way.scope.workspaceId, parked.receiptId, true),
      cutFirst,
    )
    assert.deepEqual([replayed.after, replayed.reason?.code], ['UNMATCHED', 'CLICK_NOT_FOUND'])
    assert.equal((await receiptOf(way, parked.receiptId))?.outcome, 'ACCEPTED')
    books.logged.length = 0
  })

  test('a link that was made since is not taken for one that leads nowhere', async () => {
    const { way, ledger } = await openNode()
    const newer = await makeWay(books, way.scope)
    assert.equal((await ledger.keepClick(clickDraft(newer, books.time.nowMs))).kept, true)
    assert.deepEqual(books.logged, [])
  })

  test('a key and a visitor of the first are known to the second', async () => {
    const { way, ledger } = await openNode()
    const each = named(way, { transactionId: 'keyed' })
    const keyed = () => ledger.keepPostback({ ...receiptDraft(way, books.time.nowMs), idempotencyKey: 'key' }, each)
    const [, repeated] = await sendTwo(way, keyed, keyed)
    assert.equal(repeated.reason?.code, 'ALREADY_RECEIVED')

    const visitor = { visitor: '77' }
    await sendTwo(
      way,
      () => ledger.keepClick(clickDraft(way, books.time.nowMs, visitor)),
      () => ledger.keepClick(clickDraft(way, books.time.nowMs, visitor)),
    )
    const [unique] = await books.rows<{ n: number }>(
      `select count(*)::int as n from click where workspace_id = $1 and first_visit`,
      [way.scope.workspaceId],
    )
    assert.equal(unique?.n, 1)
  })

  test('where the first fails, the second is decided anew, and both are booked once', async () => {
    const { way, keep } = await openNode()
    const order = named(way, { transactionId: 'order' })
    const [one, two] = await sendTwo(
      way,
      () => keep(order),
      () => keep(order),
      cutFirst,
    )
    assert.deepEqual([one.outcome, two.outcome].sort(), ['ACCEPTED', 'DUPLICATE'])
    assert.deepEqual(
      (await changes(way)).map(({ position, txid }) => [position, txid]),
      [[2, 'order']],
    )
    books.logged.length = 0
  })

  test('where another node was quicker, both are decided anew on what it wrote', async () => {
    const { way, keep } = await openNode()
    const order = named(way, { transactionId: 'order' })
    const other = books.openLedger()
    // Its batch waits at the head before the others do.
    let theirs: Promise<{ outcome: string }> | undefined
    const [one, two] = await sendTwo(
      way,
      async () => {
        theirs = other.keepPostback(receiptDraft(way, books.time.nowMs), order)
        await until(async () => (await waitingAtHead()) === 1, 'the other node to wait at the head')
        return keep(order)
      },
      () => keep(order),
      async () => {},
      1,
    )
    assert.equal((await theirs)?.outcome, 'ACCEPTED')
    assert.deepEqual([one.outcome, two.outcome], ['DUPLICATE', 'DUPLICATE'])
    assert.equal((await changes(way)).length, 1)
    assert.deepEqual(books.logged, [])
  })

  test('what a batch that hangs meant to write is not taken for written, once others have written in its place', async (context) => {
    const way = await makeWay(books, await books.newScope())
    const gate = Promise.withResolvers<void>()
    context.after(() => gate.resolve())
    const hung = Promise.withResolvers<void>()
    let hangsNext = false
    const ledger = books.openLedger({ secondLaneFrom: 1 }, undefined, (pipeline) => {
      let opens: Promise<void> | null = null
      return {
        ...pipeline,
        rows: async (...statement) => {
          await opens
          return pipeline.rows(...statement)
        },
        async copy(...rows) {
          await opens
          return pipeline.copy(...rows)
        },
        async command(sql) {
          if (hangsNext) {
            opens = gate.promise
            hangsNext = false
            hung.resolve()
          }
          await opens
          return pipeline.command(sql)
        },
      }
    })
    const keep = (transactionId: string) =>
      ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId }))
    await keep('first of all')
    hangsNext = true
    const hanging = keep('order')
    await hung.promise
    const other = await books
      .openLedger()
      .keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: 'order' }))
    // The first of these finds that the head has moved; the last is decided ahead again.
    for (const transactionId of ['one', 'two', 'three']) assert.equal((await keep(transactionId)).outcome, 'ACCEPTED')
    const again = await keep('order')
    assert.deepEqual([again.outcome, again.conversionId], ['DUPLICATE', other.conversionId])
    gate.resolve()
    assert.deepEqual(await hanging.then(({ outcome, conversionId }) => [outcome, conversionId]), [
      'DUPLICATE',
      other.conversionId,
    ])
    assert.deepEqual(books.logged, [])
  })

  test('what was erased meanwhile does not come back out of a batch that had read it', async () => {
    const { way, ledger, keep } = await openNode()
    const click = clickDraft(way, books.time.nowMs)
    await keep(request({ clickId: click.id, transactionId: 'private' }))
    await sendTwo(
      way,
      () => ledger.keepClick(clickDraft(way, books.time.nowMs)),
      () => ledger.keepClick(click),
      (rows) =>
        createVisitorEraser(rows, (work) => work(rows))(way.scope.workspaceId, {
          clickIds: [],
          transactionIds: ['private'],
        }),
    )
    assert.equal((await changes(way)).length, 0)
  })
})
