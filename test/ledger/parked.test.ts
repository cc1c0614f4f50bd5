import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { removeRates, setRates } from '../../src/catalog/write-rates.js'
import { newId, type ReceiptId } from '../../src/kernel/ids.js'
import type { Ledger, PostbackAnswer } from '../../src/ledger/entries.js'
import { rematchParked } from '../../src/ledger/rematch.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, fixed, makeWay, named, receiptDraft, request, sale, type Way } from '../support/drafts.js'

suite('a postback that came too early', () => {
  let books: TestBooks
  let ledger: Ledger
  let way: Way
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
  })
  after(() => books.close())
  beforeEach(async () => {
    way = await makeWay(books, await books.newScope())
  })

  const keep = (one: ReturnType<typeof request>) => ledger.keepPostback(receiptDraft(way, books.time.nowMs), one)
  const foretold = () => newId<'clk'>(books.time.nowMs)
  const parked = async () => {
    const sql = `select receipt_id from parked_postback where workspace_id = $1`
    return (await books.rows<{ receipt_id: ReceiptId }>(sql, [way.scope.workspaceId])).length
  }
  const outcome = async ({ receiptId }: PostbackAnswer) => {
    const sql = `select outcome from receipt where workspace_id = $1 and id = $2`
    return (await books.rows<{ outcome: string }>(sql, [way.scope.workspaceId, receiptId]))[0]?.outcome
  }

  test('is matched by itself when its click appears', async () => {
    const id = foretold()
    const early = await keep(request({ clickId: id, transactionId: 'order' }))
    assert.deepEqual([early.outcome, early.reason?.code, early.httpStatus], ['UNMATCHED', 'CLICK_NOT_FOUND', 202])
    assert.equal(await parked(), 1)
    await ledger.keepClick(clickDraft(way, books.time.nowMs, { id, source: 'mail' }))
    assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
    const [found] = await books.rows<object>(
      `select transaction_id, source, click_id from conversion where workspace_id = $1`,
      [way.scope.workspaceId],
    )
    assert.deepEqual(found, { transaction_id: 'order', source: 'mail', click_id: id })
  })

  test('is matched by itself when its order appears, with all that waits behind it', async () => {
    const id = foretold()
    const reversal = await keep(request({ transactionId: 'order', status: 'REVERSED' }))
    const creation = await keep(request({ clickId: id, transactionId: 'order' }))
    assert.deepEqual([reversal.reason?.code, creation.reason?.code], ['ORDER_NOT_FOUND', 'CLICK_NOT_FOUND'])
    await ledger.keepClick(clickDraft(way, books.time.nowMs, { id }))
    assert.deepEqual([await outcome(creation), await outcome(reversal)], ['ACCEPTED', 'UPDATED'])
    assert.equal(await parked(), 0)
  })

  test('counts once, however many copies of it wait', async () => {
    const id = foretold()
    const early = await Promise.all(Array.from({ length: 20 }, () => keep(request({ clickId: id }))))
    await ledger.keepClick(clickDraft(way, books.time.nowMs, { id }))
    const outcomes = await Promise.all(early.map(outcome))
    assert.equal(outcomes.filter((each) => each === 'ACCEPTED').length, 1)
    assert.equal(outcomes.filter((each) => each === 'DUPLICATE').length, 19)
  })

  test('is matched in the batch that brings both, whichever is first', async () => {
    const id = foretold()
    const [early] = await Promise.all([
      keep(request({ clickId: id, transactionId: 'order' })),
      ledger.keepClick(clickDraft(way, books.time.nowMs, { id })),
    ])
    assert.equal(early.outcome, 'UNMATCHED')
    assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
  })

  test('is priced by the goal that was in force when it arrived', async () => {
    const id = foretold()
    await keep(request({ clickId: id, transactionId: 'order' }))
    books.time.nowMs += 1_000
    await updateCampaign(books.catalogWrites, way.scope, way.campaignId, { goals: [{ ...sale, revenue: fixed('99') }] })
    await ledger.keepClick(clickDraft(way, books.time.nowMs, { id }))
    const [found] = await books.rows<object>(
      `select trim_scale(revenue)::text as revenue from conversion where workspace_id = $1`,
      [way.scope.workspaceId],
    )
    assert.deepEqual(found, { revenue: '10' })
  })

  test('is not credited to an advertiser whose click it is not', async () => {
    const other = await makeWay(books, way.scope)
    const id = foretold()
    const early = await keep(request({ clickId: id, transactionId: 'order' }))
    await ledger.keepClick(clickDraft(other, books.time.nowMs, { id }))
    assert.deepEqual([await outcome(early), await parked()], ['UNMATCHED', 1])
  })

  const lead = { event: 'lead', revenue: fixed('2'), payout: fixed('1') }
  const addLead = () => updateCampaign(books.catalogWrites, way.scope, way.campaignId, { goals: [sale, lead] })

  test('is matched by itself when its goal appears', async () => {
    const early = await keep(named(way, { transactionId: 'order', event: 'lead' }))
    assert.equal(early.reason?.code, 'GOAL_NOT_FOUND')
    await addLead()
    await rematchParked(books.rows, ledger)
    assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
  })

  const usd = { currency: 'USD', day: '2026-03-27' }
  const setUsd = () => setRates(books.catalogWrites, way.scope, [{ ...usd, rate: '0.9' }])
  const reason = async ({ receiptId }: PostbackAnswer) => {
    const sql = `select reason_code, http_status from receipt where workspace_id = $1 and id = $2`
    const [found] = await books.rows<{ reason_code: string; http_status: number }>(sql, [
      way.scope.workspaceId,
      receiptId,
    ])
    return [found?.reason_code, found?.http_status]
  }

  test('is matched by itself when its click appears and then its rate, or the other way round', async () => {
    for (const rateFirst of [false, true]) {
      await removeRates(books.catalogWrites, way.scope, [usd])
      const id = foretold()
      const early = await keep(request({ clickId: id, transactionId: id, currency: 'USD', amount: '1' }))
      assert.equal(early.reason?.code, 'CLICK_NOT_FOUND')
      if (rateFirst) await setUsd()
      await rematchParked(books.rows, ledger)
      await ledger.keepClick(clickDraft(way, books.time.nowMs, { id }))
      if (!rateFirst) {
        // The receipt says what it waits for now.
        assert.deepEqual(await reason(early), ['RATE_NOT_FOUND', 202])
        await setUsd()
        await rematchParked(books.rows, ledger)
      }
      assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
    }
  })

  test('is matched by itself when its rate appears, where it and its click came in one batch', async () => {
    const id = foretold()
    const [early] = await Promise.all([
      keep(request({ clickId: id, currency: 'USD', amount: '1' })),
      ledger.keepClick(clickDraft(way, books.time.nowMs, { id })),
    ])
    assert.equal(early.reason?.code, 'CLICK_NOT_FOUND')
    assert.deepEqual(await reason(early), ['RATE_NOT_FOUND', 202])
    await setUsd()
    await rematchParked(books.rows, ledger)
    assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
  })

  test('is matched when its order appears because a rate did', async () => {
    const click = clickDraft(way, books.time.nowMs)
    await ledger.keepClick(click)
    const reversal = await keep(request({ clickId: click.id, status: 'REVERSED' }))
    const creation = await keep(request({ clickId: click.id, currency: 'USD', amount: '1' }))
    assert.deepEqual([reversal.reason?.code, creation.reason?.code], ['ORDER_NOT_FOUND', 'RATE_NOT_FOUND'])
    await setUsd()
    await rematchParked(books.rows, ledger)
    assert.deepEqual([await outcome(creation), await outcome(reversal), await parked()], ['ACCEPTED', 'UPDATED', 0])
  })

  test('is not tried again and again while the catalog stays as it is', async () => {
    const early = await keep(named(way, { transactionId: 'order', event: 'never' }))
    await addLead()
    const tried: string[] = []
    const counting = {
      replayReceipt(workspaceId: typeof way.scope.workspaceId, receiptId: typeof early.receiptId, dryRun: boolean) {
        tried.push(receiptId)
        return ledger.replayReceipt(workspaceId, receiptId, dryRun)
      },
    }
    await rematchParked(books.rows, counting)
    await rematchParked(books.rows, counting)
    assert.deepEqual([tried, await outcome(early), await parked()], [[early.receiptId], 'UNMATCHED', 1])
  })

  test('can be tried without booking, and then booked once', async () => {
    const early = await keep(named(way, { transactionId: 'order', event: 'lead' }))
    const replay = (dryRun: boolean) => ledger.replayReceipt(way.scope.workspaceId, early.receiptId, dryRun)
    assert.deepEqual(await replay(false), { before: 'UNMATCHED', after: 'UNMATCHED', reason: early.reason })
    await addLead()
    assert.equal((await replay(true)).after, 'ACCEPTED')
    assert.deepEqual([await outcome(early), await parked()], ['UNMATCHED', 1])
    const [first, second] = await Promise.all([replay(false), replay(false)])
    assert.equal(first?.after, 'ACCEPTED')
    assert.equal(second?.reason?.code, 'NOT_PARKED')
    assert.deepEqual([await outcome(early), await parked()], ['ACCEPTED', 0])
  })
})
