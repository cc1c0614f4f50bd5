import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import type { Presence } from '../../src/database/presence.js'
import type { Relievable } from '../../src/ledger/append.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { createQueueingLedger, type QueueingLedger } from '../../src/spool/queueing-ledger.js'
import { openSpool, type Spool } from '../../src/spool/spool.js'
import { until } from '../support/app.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, sale, type Way } from '../support/drafts.js'
import { whileNotListening } from '../support/while-not-listening.js'

const limits = { secondLaneFrom: Number.POSITIVE_INFINITY, giveUpAfterMs: Number.POSITIVE_INFINITY }

suite('booking what was queued', () => {
  let books: TestBooks
  let way: Way
  let folder: string
  let ledger: QueueingLedger

  before(async () => {
    books = await createTestBooks()
  })
  after(() => books.close())
  beforeEach(async () => {
    way = await makeWay(books, await books.newScope())
    folder = await mkdtemp(join(tmpdir(), 'pulseback-spool-'))
  })
  afterEach(async () => {
    await ledger.close(0)
    await rm(folder, { recursive: true })
  })

  /** A ledger whose queue is full, so that all of it goes to the spool; `change` makes the spool fail. */
  function open(
    change: (spool: Spool) => Partial<Spool> = () => ({}),
    state = { isAway: false },
    { log = () => {}, ...its }: Partial<Relievable> & { log?: (message: string) => void } = { hasRoom: () => false },
  ): Spool {
    const opened = openSpool({ folder, maxBytes: 1e8, maxEntries: 1e5, log: () => undefined })
    const spool: Spool = Object.create(opened, Object.getOwnPropertyDescriptors(change(opened)))
    const straight: Ledger & Relievable = { ...books.openLedger(), ...its }
    const presence: Presence = {
      get isAway() {
        return state.isAway
      },
      doubt: async () => state,
      ask: (read) => read(),
      close() {},
    }
    ledger = createQueueingLedger({
      ledger: straight,
      spool,
      presence,
      openBooking: () => books.openLedger(limits),
      remembered: () => null,
      log,
    })
    return opened
  }

  const count = async (table: string) =>
    (
      await books.rows<{ count: number }>(
        `select count(*)::int from ${table} where workspace_id = '${way.scope.workspaceId}'`,
      )
    )[0]?.count

  const order = (transactionId: string) =>
    ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId }))

  test('what was booked and could not leave the spool is booked once', async () => {
    let fails = 3
    const spool = open((opened) => ({
      remove(entries) {
        fails -= 1
        // As when the process ends between the two.
        if (fails >= 0) throw new Error('the disk is full')
        opened.remove(entries)
      },
    }))
    // Each of them twice, so that a second booking would be seen as a DUPLICATE too many.
    const answers = await Promise.all(['a', 'a', 'b', 'b'].map(order))
    assert.deepEqual(
      new Set(answers.map(({ outcome, httpStatus }) => `${outcome} ${httpStatus}`)),
      new Set(['QUEUED 202']),
    )
    await until(() => !ledger.isQueueing, 'all to be booked')
    assert.equal(fails, -1)
    assert.equal(spool.entries, 0)
    assert.deepEqual([await count('receipt'), await count('conversion')], [4, 2])
  })

  test('what was answered while this process did something else is not queued', async () => {
    const log: string[] = []
    let sinceMs: number | null = Date.now()
    open(undefined, undefined, { waitingSinceMs: () => sinceMs, log: (message) => log.push(message) })
    await whileNotListening(async () => {
      await stat(folder)
      sinceMs = null
    }, 2_500)
    assert.deepEqual(log, [])
    // What nobody answers is.
    sinceMs = Date.now()
    await until(() => log.length > 0, 'patience to end')
  })

  test('a retry under the same key is a DUPLICATE, whether the first came by way of the spool or not', async () => {
    open()
    const request = named(way, { transactionId: 'a', amount: '10.00' })
    const receipt = () => receiptDraft(way, books.time.nowMs, { idempotencyKey: 'key' })
    assert.equal((await ledger.keepPostback(receipt(), request)).outcome, 'QUEUED')
    await until(() => !ledger.isQueueing, 'it to be booked')
    const { outcome, reason } = await books.openLedger().keepPostback(receipt(), request)
    assert.deepEqual([outcome, reason?.code], ['DUPLICATE', 'ALREADY_RECEIVED'])
  })

  test('a click whose catalog is not remembered is UNAVAILABLE, and not kept', async () => {
    const spool = open(undefined, { isAway: true })
    await assert.rejects(ledger.keepClick(clickDraft(way, books.time.nowMs)), { code: 'UNAVAILABLE' })
    assert.equal(spool.entries, 0)
  })

  test('changes of status and replays are not queued: they have an answer, or are UNAVAILABLE', async () => {
    const spool = open(undefined, { isAway: true })
    await order('a')
    assert.equal(spool.entries, 1)
    const { workspaceId } = way.scope
    const conversionId = '01890a5d-ac96-774b-bcce-b302099a8057' as never // an id of nothing
    const change = { workspaceId, conversionId, status: 'REVERSED' as const, reason: null }
    assert.deepEqual(await ledger.setConversionStatus(change), { outcome: 'NOT_FOUND' })
    assert.equal(spool.entries, 1)
  })

  test('what comes while it is booked goes behind it', async () => {
    way = await makeWay(books, way.scope, { goals: [{ ...sale, startsAs: 'PENDING' }] })
    const database = { isAway: true }
    open(undefined, database)
    await order('a')
    database.isAway = false
    const receipt = () => receiptDraft(way, books.time.nowMs)
    for (const status of ['APPROVED', 'REVERSED'] as const) {
      const { outcome } = await ledger.keepPostback(receipt(), named(way, { transactionId: 'a', status }))
      assert.equal(outcome, 'QUEUED')
    }
    await until(() => !ledger.isQueueing, 'all to be booked')
    const changes = await books.rows<{ kind: string }>(
      `select kind from conversion_change where workspace_id = $1 order by position`,
      [way.scope.workspaceId],
    )
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['CREATED', 'APPROVED', 'REVERSED'],
    )
  })
})
