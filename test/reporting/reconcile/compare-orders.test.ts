import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type CampaignId, type ConversionId, newId } from '../../../src/kernel/ids.js'
import { money } from '../../../src/kernel/money.js'
import { conversionStatuses } from '../../../src/kernel/vocabulary.js'
import {
  type BookedOrder,
  compareOrders,
  type Finding,
  type ListedOrder,
} from '../../../src/reporting/reconcile/compare-orders.js'
import { createSums } from '../../../src/reporting/reconcile/sum-orders.js'

const campaignId = newId<'cmp'>() as CampaignId
const exact = { campaignIds: null, tolerance: money('0') }

const listed = (place: number, more: Partial<ListedOrder> = {}): ListedOrder => ({
  ...{ place, transactionId: 'A', line: null, event: null, amount: null, currency: null, status: null },
  ...more,
})
const booked = (more: Partial<BookedOrder> = {}): BookedOrder => ({
  ...{ id: newId<'cnv'>() as ConversionId, campaignId, transactionId: 'A', line: '', event: 'sale' },
  ...{ amount: '10', currency: 'EUR', status: 'APPROVED', test: false, occurredAt: 0 },
  ...more,
})
const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind)
const differences = (theirs: Partial<ListedOrder>, ours: Partial<BookedOrder>, tolerance = '0') => {
  const [finding] = compareOrders([listed(1, theirs)], [booked(ours)], { ...exact, tolerance: money(tolerance) })
  if (finding?.kind === 'matched') return []
  assert.equal(finding?.kind, 'different')
  return finding.differences.map(({ field, theirs: their, ours: our }) => `${field} ${their} ${our}`)
}

suite('an order and its listing', () => {
  test('agree in what the list says, and what it does not say is not compared', () => {
    assert.deepEqual(differences({}, { amount: null, status: 'REVERSED' }), [])
    assert.deepEqual(differences({ amount: '10', currency: 'EUR', status: 'APPROVED' }, {}), [])
    assert.deepEqual(differences({ amount: '10.00' }, { amount: '10' }), [])
    assert.deepEqual(differences({ amount: '10.01', status: 'PENDING' }, {}), [
      'amount 10.01 10',
      'status PENDING APPROVED',
    ])
    assert.deepEqual(differences({ amount: '10' }, { amount: null }), ['amount 10 null'])
  })

  test('may differ in amount by the tolerance, and no further', () => {
    assert.deepEqual(differences({ amount: '10.05' }, {}, '0.05'), [])
    assert.deepEqual(differences({ amount: '9.95' }, {}, '0.05'), [])
    assert.deepEqual(differences({ amount: '10.0501' }, {}, '0.05'), ['amount 10.0501 10'])
  })

  test('in another currency differ in that; their amounts say nothing', () => {
    assert.deepEqual(differences({ amount: '11', currency: 'USD' }, {}), ['currency USD EUR'])
  })

  test('are found by line and event where the list says them, and ambiguous where it says too little', () => {
    const orders = [booked({ line: '1' }), booked({ line: '2' }), booked({ line: '2', event: 'lead' })]
    const find = (more: Partial<ListedOrder>) => kinds(compareOrders([listed(1, more)], orders, exact))
    assert.deepEqual(find({}), ['ambiguous'])
    assert.deepEqual(find({ line: '2' }), ['ambiguous'])
    assert.deepEqual(find({ event: 'sale' }), ['ambiguous'])
    assert.deepEqual(find({ line: '2', event: 'sale' }), ['matched'])
    assert.deepEqual(find({ event: 'lead' }), ['matched'])
    assert.deepEqual(find({ line: '' }), ['missing'])
  })

  test('that come twice are compared once, and the second is told; also when it says more than the first', () => {
    const list = [listed(1), listed(2, { amount: '99' }), listed(3, { line: '' }), listed(4, { transactionId: 'B' })]
    const findings = compareOrders(list, [booked()], exact)
    assert.deepEqual(kinds(findings), ['matched', 'repeated', 'repeated', 'missing'])
    assert.deepEqual(
      findings.map((finding) => (finding.kind === 'repeated' ? finding.first : null)),
      [null, 1, 1, null],
    )
  })

  test('that miss each other nearly say by what', () => {
    const near = (theirs: Partial<ListedOrder>, ours: Partial<BookedOrder>) => {
      const comparing = { ...exact, campaignIds: new Set([campaignId]) }
      const [finding] = compareOrders([listed(1, theirs)], [booked(ours)], comparing)
      return finding?.kind === 'missing' ? finding.nearMiss : finding?.kind
    }
    assert.equal(near({}, {}), 'matched')
    assert.equal(near({ transactionId: 'B' }, {}), null)
    assert.equal(near({ line: '7' }, {}), 'OTHER_LINE')
    assert.equal(near({ event: 'lead' }, {}), 'OTHER_LINE')
    assert.equal(near({}, { test: true }), 'TEST')
    assert.equal(near({}, { campaignId: newId<'cmp'>() as CampaignId }), 'OTHER_CAMPAIGN')
  })
})

test('an order that several entries may mean is summed up once', () => {
  const sums = createSums('EUR')
  const list = [listed(1, { amount: '10' }), listed(2, { line: '1', amount: '4' })]
  const orders = [booked({ line: '1', amount: '4' }), booked({ line: '2', amount: '6' })]
  for (const finding of compareOrders(list, orders, exact)) sums.add(finding)
  assert.deepEqual(sums.all(), [{ currency: 'EUR', listed: '14', booked: '10', missing: '0', extra: '0' }])
})

const word = fc.constantFrom('', 'a', 'b')
const amount = fc.constantFrom('1', '2', '2.5')
const currency = fc.constantFrom('EUR', 'USD')
const status = fc.constantFrom(...conversionStatuses)
const transactionId = fc.constantFrom('A', 'B', 'C', 'D')
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

const lists = fc
  .array(
    fc.record({
      ...{ transactionId, line: maybe(word), event: maybe(fc.constantFrom('sale', 'lead')) },
      ...{ amount: maybe(amount), currency: maybe(currency), status: maybe(status) },
    }),
    { maxLength: 12 },
  )
  .map((all): ListedOrder[] => all.map((order, index) => ({ ...order, place: index + 1 })))

/** As the books have them: each order once. */
const books = fc
  .uniqueArray(
    fc.record({
      ...{ transactionId, line: word, event: fc.constantFrom('sale', 'lead'), amount: maybe(amount), currency, status },
      test: fc.boolean(),
    }),
    { maxLength: 12, selector: (order) => JSON.stringify([order.transactionId, order.line, order.event]) },
  )
  .map((all): BookedOrder[] => all.map((order) => booked(order)))

/** Told apart by all that an order has, and by nothing that two books may disagree on. */
const fullName = ({ transactionId: id, line, event }: Pick<BookedOrder, 'transactionId' | 'line' | 'event'>) =>
  JSON.stringify([id, line, event])
const asListed = (orders: readonly BookedOrder[]): ListedOrder[] =>
  orders.map(({ transactionId: id, line, event, ...said }, index) =>
    listed(index + 1, { transactionId: id ?? '', line, event, ...{ amount: said.amount, currency: said.currency } }),
  )

suite('whatever is listed and booked', () => {
  test('each listed order ends in one finding, in order, and no booked one is found twice', () => {
    fc.assert(
      fc.property(lists, books, (list, orders) => {
        const findings = compareOrders(list, orders, exact)
        assert.deepEqual(
          findings.map((finding) => finding.listed),
          list,
        )
        const found = findings.flatMap((finding) => ('order' in finding ? [finding.order.id] : []))
        assert.equal(new Set(found).size, found.length)
        const distinct = new Set(list.map((order) => JSON.stringify([order.transactionId, order.line, order.event])))
        const compared = findings.filter(({ kind }) => kind !== 'repeated').length
        assert.ok(compared <= distinct.size)
        for (const finding of findings) {
          // What is told as found has what the list says, and a test is never found.
          const own = 'order' in finding ? [finding.order] : finding.kind === 'ambiguous' ? finding.orders : []
          for (const order of own) {
            assert.equal(order.transactionId, finding.listed.transactionId)
            assert.ok(finding.listed.line === null || finding.listed.line === order.line)
            assert.ok(finding.listed.event === null || finding.listed.event === order.event)
            assert.ok(!order.test)
          }
          if (finding.kind === 'matched' && finding.listed.status !== null) {
            assert.equal(finding.listed.status, finding.order.status)
          }
        }
      }),
    )
  })

  test('who swaps list and books swaps missing and extra', () => {
    const real = books.map((orders) => orders.map((order) => ({ ...order, test: false })))
    fc.assert(
      fc.property(real, real, (theirs, ours) => {
        const missing = (list: BookedOrder[], of: BookedOrder[]) =>
          compareOrders(asListed(list), of, exact).flatMap((finding) =>
            finding.kind === 'missing'
              ? [JSON.stringify([finding.listed.transactionId, finding.listed.line, finding.listed.event])]
              : [],
          )
        const extra = (list: BookedOrder[], of: BookedOrder[]) => {
          const covered = compareOrders(asListed(list), of, exact).flatMap((finding) =>
            'order' in finding ? [finding.order.id] : [],
          )
          return of.filter(({ id }) => !covered.includes(id)).map(fullName)
        }
        assert.deepEqual(missing(theirs, ours).sort(), extra(ours, theirs).sort())
        assert.deepEqual(extra(theirs, ours).sort(), missing(ours, theirs).sort())
        // And what both have differs from either side, or from none.
        const different = (list: BookedOrder[], of: BookedOrder[]) =>
          compareOrders(asListed(list), of, exact).filter(({ kind }) => kind === 'matched').length
        const bothSay = (orders: BookedOrder[]) => orders.every(({ amount: said }) => said !== null)
        if (bothSay(theirs) && bothSay(ours)) assert.equal(different(theirs, ours), different(ours, theirs))
      }),
    )
  })

  test('listed − booked = missing − extra + what the found ones differ by, in each currency', () => {
    const cents = (text: string) => BigInt(Math.round(Number(text) * 100))
    fc.assert(
      fc.property(books, books, (theirs, ours) => {
        const list = asListed(theirs).map((order) => ({ ...order, amount: order.amount ?? '1' }))
        const findings = compareOrders(list, ours, exact)
        const sums = createSums('EUR')
        for (const finding of findings) sums.add(finding)
        const covered = new Set(findings.flatMap((finding) => ('order' in finding ? [finding.order.id] : [])))
        for (const order of ours) if (!covered.has(order.id)) sums.addExtra(order)
        if (list.length === 0) return assert.deepEqual(sums.all(), [])
        for (const { currency: own, ...sum } of sums.all()) {
          const found = findings.flatMap((finding) => ('order' in finding ? [finding] : []))
          const theirSide = found.filter(({ listed: { currency: said } }) => said === own)
          const ourSide = found.filter(({ order }) => order.currency === own)
          const differ =
            theirSide.reduce((total, { listed: { amount: said } }) => total + cents(said ?? '0'), 0n) -
            ourSide.reduce((total, { order }) => total + cents(order.amount ?? '0'), 0n)
          assert.equal(cents(sum.listed) - cents(sum.booked), cents(sum.missing) - cents(sum.extra) + differ)
        }
      }),
    )
  })
})
