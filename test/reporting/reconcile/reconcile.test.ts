import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { encodeId } from '../../../src/kernel/ids.js'
import { createTestApp, type TestApp } from '../../support/app.js'
import { type Counter, openCounter } from './world.js'

const startMs = Date.parse('2026-06-01T12:00:00Z')
const dayMs = 86_400_000
const month = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' }

const query = `query ($input: ReconcileInput!, $first: Int) {
  reconcile(input: $input, first: $first) {
    asOf advertiser { id } truncated
    counts { listed matched different ambiguous missing repeated extra }
    sums { currency listed booked missing extra }
    reasons { kind code count }
    missing { listed { place transactionId } reason { code text outcome receipt { id outcome } } }
    extra { id transactionId }
    different { listed { transactionId } conversion { id } differences { field theirs ours } reason { code outcome receipt { id } } }
    ambiguous { listed { transactionId } conversions { id } }
    repeated { listed { place } first }
  }
}`

interface Told {
  readonly asOf: string
  readonly advertiser: { readonly id: string }
  readonly truncated: boolean
  readonly counts: Record<string, number | null>
  readonly sums: readonly object[]
  readonly reasons: readonly { kind: string; code: string | null; count: number }[]
  readonly missing: readonly {
    listed: { place: number; transactionId: string }
    reason: { code: string; text: string; outcome: string | null; receipt: { id: string; outcome: string } | null }
  }[]
  readonly extra: readonly { id: string; transactionId: string | null }[]
  readonly different: readonly {
    listed: { transactionId: string }
    conversion: { id: string }
    differences: readonly { field: string; theirs: string; ours: string | null }[]
    reason: { code: string; outcome: string | null; receipt: { id: string } | null } | null
  }[]
  readonly ambiguous: readonly { listed: { transactionId: string }; conversions: readonly { id: string }[] }[]
  readonly repeated: readonly { listed: { place: number }; first: number }[]
}

suite('a list held against the books', () => {
  let app: TestApp
  let counter: Counter
  before(async () => {
    app = await createTestApp({ startMs })
    counter = await openCounter(app)
  })
  after(() => app.close())

  type Order = Record<string, unknown>
  async function compare(orders: readonly Order[], more: object = {}, key = app.adminKey, first = 500): Promise<Told> {
    const input = { advertiserId: counter.advertiserId, orders, ...more }
    return (await app.get<{ reconcile: Told }>(key, query, { input, first })).reconcile
  }
  async function refusal(key: string, input: object, first: number | null = 500): Promise<string> {
    const payload = { query, variables: { input: { orders: [], ...input }, first } }
    const headers = { authorization: `Bearer ${key}` }
    const response = await app.server.inject({ method: 'POST', url: '/graphql', headers, payload })
    const [error] = response.json().errors ?? []
    return [error?.extensions.code, error?.extensions.field].filter((part) => part !== undefined).join(' ')
  }
  const why = async (transactionId: string, more: Order = {}, asked: object = {}) => {
    const { missing } = await compare([{ transactionId, ...more }], asked)
    const [one] = missing
    return one === undefined ? 'found' : [one.reason.outcome, one.reason.code].filter(Boolean).join(' ')
  }

  test('counts what agrees, and says nothing more of it', async () => {
    await counter.order('same', { amount: '10' })
    const told = await compare([{ transactionId: 'same', amount: '10.00', currency: 'EUR', status: 'PENDING' }])
    assert.deepEqual(told.counts, {
      ...{ listed: 1, matched: 1, different: 0, ambiguous: 0, missing: 0, repeated: 0, extra: null },
    })
    assert.deepEqual([told.missing, told.different, told.reasons, told.truncated], [[], [], [], false])
    assert.equal(told.advertiser.id, counter.advertiserId)
  })

  test('says of what is missing what became of its latest request', async () => {
    const unknown = await counter.postback({ click_id: `clk_${'0'.repeat(26)}`, txid: 'no-click' })
    assert.equal(unknown.outcome, 'UNMATCHED')
    const { missing } = await compare([{ transactionId: 'never-sent' }, { transactionId: 'no-click' }])
    assert.deepEqual(
      missing.map(({ listed, reason }) => [listed.place, reason.outcome, reason.code, reason.receipt?.id ?? null]),
      [
        [1, null, 'NO_REQUEST', null],
        [2, 'UNMATCHED', 'CLICK_NOT_FOUND', unknown.receipt],
      ],
    )
    assert.match(missing[1]?.reason.text ?? '', /^no click clk_/)

    await counter.postback({ click_id: await counter.click(), txid: 'bad-amount', amount: '1,5' })
    assert.equal(await why('bad-amount'), 'REJECTED INVALID_AMOUNT')
    await counter.postback({ click_id: await counter.click(), txid: 'no-goal', event: 'install' })
    assert.equal(await why('no-goal'), 'UNMATCHED GOAL_NOT_FOUND')
    await counter.postback({ click_id: await counter.click(), txid: 'no-event' })
    assert.equal(await why('no-event'), 'REJECTED AMBIGUOUS')
    const click = await counter.click(startMs - 31 * dayMs)
    await counter.postback({ click_id: click, txid: 'too-late', event: 'sale' })
    assert.equal(await why('too-late'), 'REJECTED OUTSIDE_WINDOW')
    // What it waited for has come, so it is in the books.
    await counter.postback({ txid: 'early', status: 'approved' })
    assert.equal(await why('early'), 'UNMATCHED ORDER_NOT_FOUND')
    await counter.order('early')
    assert.equal(await why('early'), 'found')
  })

  test('of several requests for what is missing, tells the latest', async () => {
    await counter.postback({ click_id: await counter.click(), txid: 'tried-twice', event: 'sale', amount: 'x' })
    app.time.nowMs += 1_000
    await counter.postback({ click_id: `clk_${'0'.repeat(26)}`, txid: 'tried-twice', event: 'sale' })
    assert.equal(await why('tried-twice'), 'UNMATCHED CLICK_NOT_FOUND')
  })

  test('tells what the books have only nearly', async () => {
    await counter.order('a-test', { test: '1' })
    assert.equal(await why('a-test'), 'TEST')
    await counter.order('line-1', { line: '1' })
    assert.equal(await why('line-1', { line: '2' }), 'OTHER_LINE')
    assert.equal(await why('line-1', { event: 'lead' }), 'OTHER_LINE')
    assert.equal(await why('line-1', { line: '1', event: 'sale' }), 'found')
    const campaignIds = [encodeId('cmp', counter.second.campaignId)]
    assert.equal(await why('line-1', {}, { campaignIds }), 'OTHER_CAMPAIGN')
  })

  test("does not know of another advertiser's orders and requests", async () => {
    await counter.order('not-yours', {}, counter.other)
    await counter.postback({ click_id: `clk_${'0'.repeat(26)}`, txid: 'not-yours' }, counter.other)
    assert.equal(await why('not-yours'), 'NO_REQUEST')
  })

  test('says what differs, by how much, and which request was not taken as it came', async () => {
    const conversion = await counter.order('changed', { amount: '10' })
    app.time.nowMs += 1_000
    const kept = await counter.postback({ txid: 'changed', amount: '12' })
    assert.equal(kept.outcome, 'CONFLICT')
    app.time.nowMs += 1_000
    // A later one that was taken explains nothing of it.
    assert.equal((await counter.postback({ txid: 'changed', amount: '10' })).outcome, 'DUPLICATE')
    const { different, counts, reasons } = await compare([
      { transactionId: 'changed', amount: '12', status: 'APPROVED', currency: 'EUR' },
    ])
    assert.deepEqual(different, [
      {
        listed: { transactionId: 'changed' },
        conversion: { id: conversion },
        differences: [
          { field: 'amount', theirs: '12', ours: '10' },
          { field: 'status', theirs: 'APPROVED', ours: 'PENDING' },
        ],
        reason: { code: 'AMOUNT_KEPT', outcome: 'CONFLICT', receipt: { id: kept.receipt } },
      },
    ])
    assert.deepEqual([counts.different, reasons], [1, [{ kind: 'different', code: 'AMOUNT_KEPT', count: 1 }]])
  })

  test('finds each kind of reason for a difference', async () => {
    const reasonFor = async (transactionId: string, more: Order) => {
      const { different } = await compare([{ transactionId, ...more }])
      assert.equal(different.length, 1)
      const { reason } = different[0] ?? {}
      return [reason?.outcome, reason?.code].filter(Boolean).join(' ')
    }
    await counter.order('once', { amount: '5' })
    assert.equal(await reasonFor('once', { amount: '6' }), 'ACCEPTED ACCEPTED')
    app.time.nowMs += 1_000
    await counter.postback({ txid: 'once', amount: '5' })
    assert.equal(await reasonFor('once', { amount: '6' }), 'DUPLICATE DUPLICATE')
    app.time.nowMs += 1_000
    await counter.postback({ txid: 'once', status: 'rejected' })
    assert.equal(await reasonFor('once', { status: 'APPROVED' }), 'UPDATED UPDATED')
    await counter.postback({ txid: 'once', status: 'approved' })
    assert.equal(await reasonFor('once', { status: 'APPROVED' }), 'CONFLICT ILLEGAL_STATUS')
    // A request about it that could not even be read names no conversion.
    await counter.order('unread', { amount: '5' })
    await counter.postback({ txid: 'unread', status: 'nonsense' })
    assert.equal(await reasonFor('unread', { status: 'APPROVED' }), 'REJECTED INVALID_STATUS')

    const id = await counter.order('by-hand', { amount: '5' })
    await app.get(app.adminKey, 'mutation ($id: ID!) { setConversionStatus(id: $id, status: REJECTED) { id } }', { id })
    assert.equal(await reasonFor('by-hand', { status: 'APPROVED' }), 'SET_BY_HAND')
    assert.equal(await reasonFor('by-hand', { amount: '6' }), 'ACCEPTED ACCEPTED')
  })

  test("a line's reason is not another line's", async () => {
    await counter.order('lines', { line: '1', amount: '1' })
    await counter.order('lines', { line: '2', amount: '2' })
    assert.equal((await counter.postback({ txid: 'lines', line: '1', amount: '9' })).outcome, 'CONFLICT')
    const { different } = await compare([
      { transactionId: 'lines', line: '1', amount: '9' },
      { transactionId: 'lines', line: '2', amount: '9' },
    ])
    assert.deepEqual(
      different.map(({ reason }) => reason?.code),
      ['AMOUNT_KEPT', 'ACCEPTED'],
    )
  })

  test('without a kept request there is no reason for a difference', async () => {
    await counter.order('old', { amount: '5' })
    await app.rows(`delete from receipt where transaction_id = 'old'`)
    const { different, reasons } = await compare([{ transactionId: 'old', amount: '6' }])
    assert.equal(different[0]?.reason, null)
    assert.deepEqual(reasons, [{ kind: 'different', code: null, count: 1 }])
  })

  test('does not guess which of several is meant, and compares what is listed twice once', async () => {
    const conversions = [await counter.order('two', { line: '1' }), await counter.order('two', { line: '2' })]
    const { ambiguous, repeated, counts } = await compare([
      { transactionId: 'two' },
      { transactionId: 'two', line: '1' },
      { transactionId: 'two', line: '1', amount: '4' },
    ])
    assert.deepEqual(ambiguous[0]?.conversions.map(({ id }) => id).sort(), conversions.sort())
    assert.deepEqual(repeated, [{ listed: { place: 3 }, first: 2 }])
    assert.deepEqual([counts.listed, counts.ambiguous, counts.matched, counts.repeated], [3, 1, 1, 1])
  })

  test('an event for all is that of orders which name none, and no order names another', async () => {
    await counter.order('both', { event: 'sale' })
    await counter.order('both', { event: 'lead' })
    assert.equal((await compare([{ transactionId: 'both' }])).counts.ambiguous, 1)
    assert.equal((await compare([{ transactionId: 'both' }], { event: 'lead' })).counts.matched, 1)
    const input = { advertiserId: counter.advertiserId, event: 'lead', orders: [{ transactionId: 'x', event: 'sale' }] }
    assert.equal(await refusal(app.adminKey, input), 'BAD_USER_INPUT orders.0.event')
  })

  suite('what the list lacks', () => {
    let shop: TestApp
    let till: Counter
    const keyOf: Record<string, string> = {}
    before(async () => {
      shop = await createTestApp({ startMs })
      till = await openCounter(shop)
      const at = (text: string) => ({ timestamp: text, amount: '1' })
      keyOf.before = await till.order('before', at('2026-05-31T23:59:59.999Z'))
      keyOf.first = await till.order('first', at('2026-06-01T00:00:00Z'))
      keyOf.last = await till.order('last', at('2026-06-01T11:59:59.999Z'))
      keyOf.after = await till.order('after', at('2026-06-01T12:00:00Z'))
      keyOf.lead = await till.order('lead', { ...at('2026-06-01T10:00:00Z'), event: 'lead' })
      keyOf.second = await till.order('second', at('2026-06-01T10:00:00Z'), till.second)
      await till.order('test', { ...at('2026-06-01T10:00:00Z'), test: '1' })
      await till.order('foreign', at('2026-06-01T10:00:00Z'), till.other)
      const unnamed = { click_id: await till.click(), event: 'sale', ...at('2026-06-01T11:00:00Z') }
      const clicked = await till.postback(unnamed)
      keyOf.unnamed = clicked.conversion ?? ''
      // Booked long after, so not in the order of happening.
      shop.time.nowMs += 20 * dayMs
      keyOf.late = await till.order('late', at('2026-06-01T09:00:00Z'))
    })
    after(() => shop.close())
    const half = { from: '2026-06-01T00:00:00Z', to: '2026-06-01T12:00:00Z' }

    async function lacks(orders: readonly Order[], more: object = {}): Promise<string[]> {
      const input = { advertiserId: till.advertiserId, orders, ...half, ...more }
      const { extra, counts } = (await shop.get<{ reconcile: Told }>(shop.adminKey, query, { input })).reconcile
      assert.equal(counts.extra, extra.length)
      return extra.map(({ id }) => Object.keys(keyOf).find((name) => keyOf[name] === id) ?? id).sort()
    }

    test('is all that happened from `from` on and before `to`, and is no test', async () => {
      assert.deepEqual(await lacks([], { to: '2026-06-01T12:00:00.001Z' }), [
        ...['after', 'first', 'last', 'late', 'lead', 'second', 'unnamed'],
      ])
      assert.deepEqual(await lacks([]), ['first', 'last', 'late', 'lead', 'second', 'unnamed'])
    })

    test('is not what is listed, whenever that happened', async () => {
      const orders = [{ transactionId: 'first' }, { transactionId: 'late', amount: '2' }, { transactionId: 'before' }]
      assert.deepEqual(await lacks(orders), ['last', 'lead', 'second', 'unnamed'])
    })

    test('is of the event and the campaigns that were asked for', async () => {
      assert.deepEqual(await lacks([], { event: 'lead' }), ['lead'])
      assert.deepEqual(await lacks([], { campaignIds: [encodeId('cmp', till.second.campaignId)] }), ['second'])
    })

    test('makes the difference between the sums', async () => {
      const input = {
        ...{ advertiserId: till.advertiserId, ...half },
        orders: [
          { transactionId: 'first', amount: '1.5' },
          { transactionId: 'nobody', amount: '7' },
        ],
      }
      const { sums } = (await shop.get<{ reconcile: Told }>(shop.adminKey, query, { input })).reconcile
      assert.deepEqual(sums, [{ currency: 'EUR', listed: '8.5', booked: '6', missing: '7', extra: '5' }])
      const without = { ...input, orders: [{ transactionId: 'first' }] }
      const told = await shop.get<{ reconcile: Told }>(shop.adminKey, query, { input: without })
      assert.deepEqual(told.reconcile.sums, [])
    })

    test('is found wherever the range begins', async () => {
      for (let hour = -30; hour < 14; hour += 1) {
        const from = new Date(Date.parse('2026-06-01T00:00:00Z') + hour * 3_600_000)
        const expected = Object.entries({
          ...{ before: '2026-05-31T23:59:59.999Z', first: half.from, last: '2026-06-01T11:59:59.999Z' },
          ...{ after: half.to, lead: '2026-06-01T10:00:00Z', second: '2026-06-01T10:00:00Z' },
          ...{ late: '2026-06-01T09:00:00Z', unnamed: '2026-06-01T11:00:00Z' },
        }).filter(([, at]) => Date.parse(at) >= from.getTime())
        const found = await lacks([], { from: from.toISOString(), to: '2026-07-01T00:00:00Z' })
        assert.deepEqual(found, expected.map(([name]) => name).sort(), from.toISOString())
      }
    })
  })

  suite('asked by', () => {
    const orders = [{ transactionId: 'same' }]
    test('an ANALYST and the ADVERTISER itself, is answered as to an ADMIN', async () => {
      const asAdmin = await compare(orders, month)
      const asAnalyst = await compare(orders, month, counter.keys.analyst)
      const asAdvertiser = await compare(orders, { ...month, advertiserId: undefined }, counter.keys.advertiser)
      const told = ({ counts, sums, missing }: Told) => ({ counts, sums, missing })
      assert.deepEqual(told(asAnalyst), told(asAdmin))
      assert.deepEqual(told(asAdvertiser), told(asAdmin))
      assert.equal(asAdvertiser.advertiser.id, counter.advertiserId)
    })

    test('someone whom it is not for, is refused', async () => {
      const { advertiserId } = counter
      assert.equal(await refusal(counter.keys.affiliate, { advertiserId }), 'FORBIDDEN')
      assert.equal(await refusal(counter.keys.otherAdvertiser, { advertiserId }), 'NOT_FOUND advertiserId')
      assert.equal(await refusal(app.adminKey, {}), 'BAD_USER_INPUT advertiserId')
      assert.equal(await refusal(app.adminKey, { advertiserId: `adv_${'0'.repeat(26)}` }), 'NOT_FOUND advertiserId')
      assert.equal(await refusal(app.adminKey, { advertiserId: 'nonsense' }), 'NOT_FOUND advertiserId')
    })

    test('someone who names what is none of its campaigns, is refused', async () => {
      const { advertiserId } = counter
      for (const id of [encodeId('cmp', counter.other.campaignId), `cmp_${'0'.repeat(26)}`, 'nonsense']) {
        assert.equal(await refusal(app.adminKey, { advertiserId, campaignIds: [id] }), 'NOT_FOUND campaignIds')
      }
    })
  })

  suite('is refused', () => {
    const input = (more: object) => ({ advertiserId: counter.advertiserId, ...more })
    test('with half a range, or one that ends before it begins', async () => {
      assert.equal(await refusal(app.adminKey, input({ from: month.from })), 'BAD_USER_INPUT to')
      assert.equal(await refusal(app.adminKey, input({ to: month.to })), 'BAD_USER_INPUT from')
      assert.equal(await refusal(app.adminKey, input({ from: month.to, to: month.from })), 'BAD_USER_INPUT from')
    })

    test('beyond its limits', async () => {
      const list = (length: number) => Array.from({ length }, (_, index) => ({ transactionId: String(index) }))
      assert.equal(await refusal(app.adminKey, input({ orders: list(2_001) })), 'BAD_USER_INPUT orders')
      assert.equal(await refusal(app.adminKey, input({}), 0), 'BAD_USER_INPUT first')
      assert.equal(await refusal(app.adminKey, input({}), 2_001), 'BAD_USER_INPUT first')
      const long = { transactionId: 'x'.repeat(256) }
      assert.equal(await refusal(app.adminKey, input({ orders: [long] })), 'BAD_USER_INPUT orders.0.transactionId')
      assert.equal(await refusal(app.adminKey, input({ tolerance: '-1' })), 'BAD_USER_INPUT tolerance')
    })

    test('with text that no order has', async () => {
      for (const order of [{ transactionId: '' }, { transactionId: 'a\0' }, { transactionId: '\ud800' }]) {
        assert.equal(await refusal(app.adminKey, input({ orders: [order] })), 'BAD_USER_INPUT orders.0.transactionId')
      }
      const line = { transactionId: 'a', line: '\0' }
      assert.equal(await refusal(app.adminKey, input({ orders: [line] })), 'BAD_USER_INPUT orders.0.line')
    })
  })

  test('tells at most `first` of each kind, counts all, and says that there is more', async () => {
    const list = Array.from({ length: 7 }, (_, index) => ({ transactionId: `gone-${index}` }))
    const told = await compare(list, {}, app.adminKey, 5)
    assert.deepEqual([told.missing.length, told.counts.missing, told.truncated], [5, 7, true])
    assert.deepEqual(told.reasons, [{ kind: 'missing', code: 'NO_REQUEST', count: 7 }])
    assert.equal((await compare(list, {}, app.adminKey, 7)).truncated, false)
  })
})
