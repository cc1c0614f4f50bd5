import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { updateAffiliate } from '../../src/catalog/write-affiliate.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { removeRates, setRates } from '../../src/catalog/write-rates.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, fixed, makeWay, named, receiptDraft, request, sale, type Way } from '../support/drafts.js'

suite('the books follow the catalog', () => {
  let books: TestBooks
  let ledger: Ledger
  let way: Way
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
  })
  after(() => books.close())
  beforeEach(async () => {
    way = await makeWay(books, await books.newScope(), { goals: [{ ...sale, duplicates: 'UPDATE' }] })
  })

  const keep = (one: ReturnType<typeof request>, atMs = books.time.nowMs) =>
    ledger.keepPostback(receiptDraft(way, atMs), one)
  const money = async (transactionId: string) => {
    const [found] = await books.rows<object>(
      `select goal_number as version, trim_scale(revenue)::text as revenue, trim_scale(payout)::text as payout
         from conversion where workspace_id = $1 and transaction_id = $2`,
      [way.scope.workspaceId, transactionId],
    )
    return found
  }
  /** Through another node's catalog: this ledger is not told. */
  const changeGoals = (goals: Parameters<typeof updateCampaign>[3]['goals']) =>
    updateCampaign(books.catalogWrites, way.scope, way.campaignId, { goals })

  test('a new version prices what comes after it and not what came before', async () => {
    const percent = { ...sale, duplicates: 'UPDATE' as const, revenue: { kind: 'PERCENT' as const, value: '10' } }
    await keep(named(way, { transactionId: 'before', amount: '100' }))
    const beforeMs = books.time.nowMs
    books.time.nowMs += 1_000
    await changeGoals([percent])
    await keep(named(way, { transactionId: 'after', amount: '100' }))
    await keep(named(way, { transactionId: 'late', amount: '100' }), beforeMs)
    // A later amount of an old order is priced as the order was.
    await keep(named(way, { transactionId: 'before', amount: '300' }))
    await keep(named(way, { transactionId: 'after', amount: '300' }))
    assert.deepEqual(await money('before'), { version: 1, revenue: '10', payout: '5' })
    assert.deepEqual(await money('late'), { version: 1, revenue: '10', payout: '5' })
    assert.deepEqual(await money('after'), { version: 2, revenue: '30', payout: '5' })
  })

  test('what another node changed is seen by the very next batch', async () => {
    assert.equal((await keep(named(way, { transactionId: '1', event: 'lead' }))).reason?.code, 'GOAL_NOT_FOUND')
    await changeGoals([sale, { event: 'lead', revenue: fixed('2'), payout: fixed('1') }])
    assert.equal((await keep(named(way, { transactionId: '2', event: 'lead' }))).outcome, 'ACCEPTED')

    assert.equal((await ledger.keepClick(clickDraft(way, books.time.nowMs))).kept, true)
    await updateCampaign(books.catalogWrites, way.scope, way.campaignId, { status: 'PAUSED' })
    assert.equal((await ledger.keepClick(clickDraft(way, books.time.nowMs))).kept, false)
    await updateCampaign(books.catalogWrites, way.scope, way.campaignId, { status: 'ACTIVE' })
    await updateAffiliate(books.catalogWrites, way.scope, way.affiliateId, { status: 'BLOCKED' })
    assert.equal((await ledger.keepClick(clickDraft(way, books.time.nowMs))).kept, false)
  })

  test('a rate that another node set, changed or took back is seen by the very next batch', async () => {
    const usd = { currency: 'USD', day: '2026-03-27' }
    const set = (rate: string) => setRates(books.catalogWrites, way.scope, [{ ...usd, rate }])
    const order = async (transactionId: string) => {
      const { reason } = await keep(named(way, { transactionId, amount: '10', currency: 'USD' }))
      const sql = `select trim_scale(sale_amount)::text as sale from conversion where workspace_id = $1 and transaction_id = $2`
      const [found] = await books.rows<{ sale: string }>(sql, [way.scope.workspaceId, transactionId])
      return found?.sale ?? reason?.code
    }
    assert.equal(await order('1'), 'RATE_NOT_FOUND')
    await set('0.9')
    assert.equal(await order('2'), '9')
    await set('0.8')
    assert.equal(await order('3'), '8')
    await removeRates(books.catalogWrites, way.scope, [usd])
    assert.equal(await order('4'), 'RATE_NOT_FOUND')
    await set('0.7')
    assert.equal(await order('5'), '7')
  })

  test('clicks made before a pause still credit', async () => {
    const click = clickDraft(way, books.time.nowMs)
    await ledger.keepClick(click)
    await updateCampaign(books.catalogWrites, way.scope, way.campaignId, { status: 'PAUSED' })
    assert.equal((await keep(request({ clickId: click.id, transactionId: 'order' }))).outcome, 'ACCEPTED')
  })

  test('a goal that was withdrawn credits nothing new, and its orders go on', async () => {
    await keep(named(way, { transactionId: 'order', amount: '1' }))
    books.time.nowMs += 1_000
    await changeGoals([{ event: 'lead', revenue: fixed('2'), payout: fixed('1') }])
    const late = await keep(named(way, { transactionId: 'late', event: 'sale' }))
    assert.equal(late.reason?.code, 'GOAL_NOT_FOUND')
    assert.equal((await keep(request({ transactionId: 'order', status: 'REVERSED' }))).outcome, 'UPDATED')
  })

  test('an order younger than its window credits, an older one does not', async () => {
    const click = clickDraft(way, books.time.nowMs)
    await ledger.keepClick(click)
    const windowMs = 30 * 86_400_000
    const at = (occurredAtMs: number, transactionId: string) =>
      keep(request({ clickId: click.id, transactionId, occurredAtMs }))
    assert.equal((await at(click.atMs + windowMs, 'last')).outcome, 'ACCEPTED')
    assert.equal((await at(click.atMs + windowMs + 1, 'late')).reason?.code, 'OUTSIDE_WINDOW')
  })
})
