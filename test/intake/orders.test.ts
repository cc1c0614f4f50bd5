import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { type Answered, openShop, type Shop } from '../support/shop.js'
import { withoutLimits } from '../support/without-limits.js'

const percent = (value: string) => ({ kind: 'PERCENT', value })
const fixed = (value: string) => ({ kind: 'FIXED', value })
const goals = [
  { event: 'sale', revenue: percent('10'), payout: percent('5') },
  { event: 'subscription', revenue: percent('10'), payout: percent('5'), duplicates: 'UPDATE', startsAs: 'PENDING' },
  { event: 'lead', revenue: fixed('2'), payout: fixed('1'), duplicates: 'COUNT_EACH' },
]

suite('orders as shops know them', { timeout: 120_000 }, () => {
  let app: TestApp
  let shop: Shop
  before(async () => {
    app = await createTestApp()
    shop = await openShop(app, { goals })
  })
  after(() => app.close())

  const told = ({ httpStatus, outcome, reason }: Answered) => [httpStatus, outcome, reason?.split(':')[0] ?? null]
  /** Sends them one after the other, and says what each was answered. */
  async function tell(...all: object[]): Promise<unknown[]> {
    const answers: unknown[] = []
    for (const parameters of all) answers.push(told(await shop.send(parameters)))
    return answers
  }
  const worth = async (txid: string) =>
    (await shop.order(txid)).map(({ event, line, status, amount, revenue }) =>
      [event, line, status, amount, revenue].join(' '),
    )

  test('KEEP_FIRST keeps the first amount, takes a legal status with another, and says so', async () => {
    const order = { txid: 'keep', event: 'sale', click_id: await shop.click() }
    const answers = await tell(
      { ...order, amount: '100' },
      { ...order, amount: '100.00' },
      { ...order, amount: '90' },
      { ...order, amount: '80', status: 'reversed' },
    )
    assert.deepEqual(answers, [
      [200, 'ACCEPTED', null],
      [200, 'DUPLICATE', null],
      [202, 'CONFLICT', 'AMOUNT_KEPT'],
      [200, 'UPDATED', 'AMOUNT_KEPT'],
    ])
    assert.deepEqual(await worth('keep'), ['sale  REVERSED 100 10'])
  })

  test('UPDATE takes each new amount, and a late retry of an old one undoes nothing', async () => {
    const order = { txid: 'update', event: 'subscription', click_id: await shop.click() }
    const answers = await tell({ ...order, amount: '100' }, { ...order, amount: '70' }, { ...order, amount: '100' })
    assert.deepEqual(answers, [
      [200, 'ACCEPTED', null],
      [200, 'UPDATED', null],
      [200, 'DUPLICATE', null],
    ])
    assert.deepEqual(await worth('update'), ['subscription  PENDING 70 7'])
  })

  test('COUNT_EACH counts each postback without a txid', async () => {
    const lead = { event: 'lead', click_id: await shop.click() }
    const answers = await tell(lead, lead, { ...lead, txid: 'form-1' }, { ...lead, txid: 'form-1' })
    assert.deepEqual(
      answers.map((answer) => (answer as unknown[])[1]),
      ['ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'DUPLICATE'],
    )
  })

  test('lines and goals of one order are conversions of their own', async () => {
    const order = { txid: 'lines', click_id: await shop.click() }
    const sale = { ...order, event: 'sale' }
    const answers = await tell(
      { ...sale, line: '1', amount: '10' },
      { ...sale, line: '2', amount: '20' },
      { ...order, event: 'lead' },
      { txid: 'lines', status: 'reversed' },
      { txid: 'lines', event: 'sale', line: '2', status: 'reversed' },
    )
    assert.deepEqual(answers, [
      [200, 'ACCEPTED', null],
      [200, 'ACCEPTED', null],
      [200, 'ACCEPTED', null],
      [422, 'REJECTED', 'AMBIGUOUS'],
      [200, 'UPDATED', null],
    ])
    assert.deepEqual(await worth('lines'), ['lead  APPROVED  2', 'sale 1 APPROVED 10 1', 'sale 2 REVERSED 20 2'])
  })

  test('a late approval, rejection or chargeback needs no more than the txid', async () => {
    const order = { event: 'subscription', click_id: await shop.click(), amount: '50' }
    const answers = await tell(
      { ...order, txid: 'late-1' },
      { txid: 'late-1', status: 'approved' },
      { txid: 'late-1', status: 'reversed' },
      { txid: 'late-1', status: 'approved' },
      { ...order, txid: 'late-2' },
      { txid: 'late-2', status: 'rejected' },
    )
    assert.deepEqual(
      answers.map((answer) => (answer as unknown[]).slice(1).join(' ')),
      ['ACCEPTED ', 'UPDATED ', 'UPDATED ', 'DUPLICATE ', 'ACCEPTED ', 'UPDATED '],
    )
    assert.deepEqual(await worth('late-1'), ['subscription  REVERSED 50 5'])
    assert.deepEqual(await worth('late-2'), ['subscription  REJECTED 50 5'])
  })

  test('refunds are taken off whatever the policy, each once, and the last of it takes the order back', async () => {
    const refund = (refund_id: string, amount: string) => ({ txid: 'refunded', refund: amount, refund_id })
    const answers = await tell(
      { txid: 'refunded', event: 'sale', click_id: await shop.click(), amount: '100' },
      refund('r1', '30'),
      refund('r1', '30'),
      refund('r2', '30.5'),
      refund('r3', '40'),
      { txid: 'refunded', event: 'sale', amount: '100' },
    )
    assert.deepEqual(answers, [
      [200, 'ACCEPTED', null],
      [200, 'UPDATED', null],
      [200, 'DUPLICATE', null],
      [200, 'UPDATED', null],
      [202, 'CONFLICT', 'REFUND_TOO_LARGE'],
      [202, 'CONFLICT', 'AMOUNT_KEPT'],
    ])
    assert.deepEqual(await worth('refunded'), ['sale  APPROVED 39.5 3.95'])
    assert.deepEqual(await tell(refund('r4', '39.5'), refund('r4', '39.5'), refund('r5', '1')), [
      [200, 'UPDATED', null],
      [200, 'DUPLICATE', null],
      [202, 'CONFLICT', 'NOTHING_TO_REFUND'],
    ])
    assert.deepEqual(await worth('refunded'), ['sale  REVERSED 39.5 3.95'])
  })

  test('a refund is named in the ledger', async () => {
    await shop.send({ txid: 'named', event: 'sale', click_id: await shop.click(), amount: '10' })
    await shop.send({ txid: 'named', refund: '4', refund_id: 'R-7' })
    const [order] = await shop.order('named')
    type Found = { conversion: { changes: { kind: string; reason: string | null; saleAmountDelta: string }[] } }
    const query = 'query ($id: ID!) { conversion(id: $id) { changes { kind reason saleAmountDelta } } }'
    const { conversion } = await app.get<Found>(app.adminKey, query, { id: order?.id })
    assert.deepEqual(conversion.changes.map(Object.values), [
      ['CREATED', null, '10'],
      ['UPDATED', 'refund R-7', '-4'],
    ])
  })

  test('a reversal or a refund that comes before its order waits for it, however old its click is', async () => {
    const click_id = await shop.click()
    const order = { event: 'sale', click_id }
    const long = 40 * 86_400_000
    app.time.nowMs += long
    const early = await tell(
      { ...order, txid: 'early-1', status: 'reversed' },
      { txid: 'early-2', refund: '4', refund_id: 'r1' },
      { ...order, txid: 'early-2', refund: '5', refund_id: 'r2' },
    )
    assert.deepEqual(
      early.map((answer) => (answer as unknown[]).slice(1).join(' ')),
      Array(3).fill('UNMATCHED ORDER_NOT_FOUND'),
    )
    const timestamp = new Date(app.time.nowMs - long).toISOString()
    await tell(
      { ...order, txid: 'early-1', amount: '10', timestamp },
      { ...order, txid: 'early-2', amount: '10', timestamp },
    )
    assert.deepEqual(await worth('early-1'), ['sale  REVERSED 10 1'])
    assert.deepEqual(await worth('early-2'), ['sale  APPROVED 1 0.1'])
  })

  test('a hundred copies at once, at two nodes of one database, count once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-node-'))
    const config = readConfig({ LOG_LEVEL: 'fatal', DATA_DIR: dataDir, ...withoutLimits }, [])
    const other = await createApp(config, app.connection, () => app.time.nowMs)
    try {
      const url = await other.server.listen({ port: 0, host: '127.0.0.1' })
      const copies = (parameters: object, headers = {}) =>
        Promise.all(
          Array.from({ length: 100 }, (_, index) => shop.send(parameters, headers, index % 2 === 0 ? app.url : url)),
        )
      const order = { txid: 'copies', event: 'sale', click_id: await shop.click(), amount: '10' }
      const count = (answers: readonly Answered[]) => {
        const outcomes = answers.map(({ outcome }) => outcome)
        return ['ACCEPTED', 'DUPLICATE'].map((each) => outcomes.filter((outcome) => outcome === each).length)
      }
      assert.deepEqual(count(await copies(order)), [1, 99])
      // These would each count, were it not for their key.
      const lead = { event: 'lead', click_id: await shop.click() }
      const answers = await copies(lead, { 'idempotency-key': 'lead-1' })
      assert.deepEqual(count(answers), [1, 99])
      assert.equal(new Set(answers.map(({ conversion }) => conversion)).size, 1)
      assert.equal(new Set(answers.map(({ receipt }) => receipt)).size, 100)
    } finally {
      await other.close()
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  test('an idempotency key tells a retry, lasts thirty days, and is for one request', async () => {
    const lead = { event: 'lead', click_id: await shop.click() }
    const key = { 'idempotency-key': 'k-1' }
    const sent = [
      told(await shop.send({ ...lead, line: 'é'.repeat(40) }, key)),
      told(await shop.send(lead, key)),
      told(await shop.send(lead, key)),
      told(await shop.send({ ...lead, amount: '5' }, { 'webhook-id': 'k-1' })),
      told(await shop.send(lead, { 'idempotency-key': 'k 1' })),
    ]
    assert.deepEqual(sent, [
      // What was refused has not used its key up.
      [422, 'REJECTED', 'TOO_LONG'],
      [200, 'ACCEPTED', null],
      [200, 'DUPLICATE', 'ALREADY_RECEIVED'],
      [202, 'CONFLICT', 'KEY_REUSED'],
      [400, 'REJECTED', 'INVALID_IDEMPOTENCY_KEY'],
    ])
    app.time.nowMs += 30 * 86_400_000
    const click_id = await shop.click()
    assert.deepEqual(told(await shop.send({ ...lead, click_id }, key)), [200, 'ACCEPTED', null])
    const other = await openShop(app, { goals })
    const theirs = await other.send({ event: 'lead', click_id: await other.click() }, key)
    assert.deepEqual(told(theirs), [200, 'ACCEPTED', null])
  })

  test('a key of a postback that waits is told so, and the order is made once', async () => {
    const refund = { txid: 'awaited', refund: '1', refund_id: 'r1' }
    const key = { 'idempotency-key': 'waiting' }
    assert.deepEqual(told(await shop.send(refund, key)), [202, 'UNMATCHED', 'ORDER_NOT_FOUND'])
    const again = await shop.send(refund, key)
    assert.deepEqual([...told(again), again.conversion], [200, 'DUPLICATE', 'ALREADY_RECEIVED', null])
    const order = await shop.send({ txid: 'awaited', event: 'sale', click_id: await shop.click(), amount: '10' })
    assert.deepEqual(await worth('awaited'), ['sale  APPROVED 9 0.9'])
    assert.equal((await shop.send(refund, key)).conversion, order.conversion)
  })
})
