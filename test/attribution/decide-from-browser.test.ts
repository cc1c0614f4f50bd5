import assert from 'node:assert/strict'
import { beforeEach, suite, test } from 'node:test'
import type { Conversion, CreditedClick } from '../../src/attribution/conversion.js'
import { type BrowserBooks, decideFromBrowser, maxPerClick } from '../../src/attribution/decide-from-browser.js'
import { decidePostback } from '../../src/attribution/decide-postback.js'
import type { Decision } from '../../src/attribution/decision.js'
import type { CampaignTerms, GoalVersion } from '../../src/attribution/terms.js'
import { newId } from '../../src/kernel/ids.js'
import { money } from '../../src/kernel/money.js'
import { request } from '../support/drafts.js'

const dayMs = 86_400_000
const now = Date.parse('2026-06-01T12:00:00Z')
const advertiserId = newId<'adv'>(now)
const goal: GoalVersion = {
  event: 'sale',
  number: 1,
  active: true,
  revenue: { kind: 'FIXED', value: money('10') },
  payout: { kind: 'FIXED', value: money('5') },
  startsAs: 'APPROVED',
  duplicates: 'KEEP_FIRST',
  inForceFromMs: 0,
}

/** Books of one campaign and one click that keep what is decided on them. */
function openBooks() {
  const click: CreditedClick = {
    id: newId<'clk'>(now),
    advertiserId,
    campaignId: newId<'cmp'>(now),
    affiliateId: newId<'aff'>(now),
    linkId: newId<'lnk'>(now),
    atMs: now - dayMs,
    test: false,
  }
  const conversions: Conversion[] = []
  const state = { clientSide: true, goals: [goal], waiting: 0, clicks: [click], conversions, atMs: now }
  const campaign = (): CampaignTerms => ({
    id: click.campaignId,
    advertiserId,
    status: 'ACTIVE',
    destinationUrl: 'https://shop.example/',
    fallbackUrl: null,
    attributionWindowDays: 30,
    clientSide: state.clientSide,
    goals: Map.groupBy(state.goals, ({ event }) => event),
  })
  const books = (): BrowserBooks => ({
    catalog: {
      workspaceId: newId<'wsp'>(now),
      version: 1,
      currency: 'EUR',
      timeZone: 'UTC',
      advertisers: new Map(),
      affiliates: new Map(),
      affiliateIdByRef: new Map(),
      campaigns: new Map([[click.campaignId, campaign()]]),
      rates: new Map(),
      erasureKey: null,
    },
    click: (id) => state.clicks.find((one) => one.id === id) ?? null,
    byTransaction: (id) => conversions.filter(({ transactionId }) => transactionId === id),
    byClick: (id, event) =>
      conversions.find((one) => one.clickId === id && one.event === event && !one.transactionId && !one.countsEach) ??
      null,
    broughtBy: (id) => conversions.filter(({ clickId }) => clickId === id).length + state.waiting,
  })
  const decide = (rule: typeof decideFromBrowser, via: 'server' | 'browser', asked: Parameters<typeof request>[0]) => {
    const arrival = { receiptId: newId<'rcp'>(now), conversionId: newId<'cnv'>(), advertiserId, atMs: state.atMs }
    const decision = rule(request({ via, clickId: click.id, ...asked }), arrival, books())
    if (decision.outcome === 'ACCEPTED') conversions.push(decision.conversion)
    if (decision.outcome === 'UPDATED') conversions.splice(conversions.indexOf(decision.before), 1, decision.conversion)
    return decision
  }
  return {
    state,
    click,
    fromBrowser: (asked: Parameters<typeof request>[0] = {}) => decide(decideFromBrowser, 'browser', asked),
    fromServer: (asked: Parameters<typeof request>[0] = {}) => decide(decidePostback, 'server', asked),
  }
}

const said = ({ outcome, reason }: Decision) => (reason === null ? outcome : `${outcome} ${reason.code}`)

suite('what a browser reports', () => {
  let books: ReturnType<typeof openBooks>
  beforeEach(() => {
    books = openBooks()
  })
  const onlyConversion = () => {
    assert.equal(books.state.conversions.length, 1)
    return books.state.conversions[0] as Conversion // its length has just been seen
  }

  for (const status of ['PENDING', 'APPROVED', 'REJECTED', 'REVERSED'] as const) {
    test(`starts PENDING, whatever the goal says and where it says itself ${status}`, () => {
      assert.equal(said(books.fromBrowser({ status })), 'ACCEPTED')
      assert.equal(onlyConversion().status, 'PENDING')
    })
  }

  test('is priced as was agreed, and keeps the amount that the page said', () => {
    assert.equal(said(books.fromBrowser({ amount: '999' })), 'ACCEPTED')
    const { amount, revenue, payout } = onlyConversion()
    assert.deepEqual([amount?.toString(), revenue.toString(), payout.toString()], ['999', '10', '5'])
  })

  test('is refused where the campaign takes none', () => {
    books.state.clientSide = false
    assert.equal(said(books.fromBrowser()), 'REJECTED CLIENT_SIDE_OFF')
    books.fromServer()
    assert.equal(said(books.fromBrowser()), 'REJECTED CLIENT_SIDE_OFF')
  })

  for (const kind of ['revenue', 'payout'] as const) {
    test(`is refused where the ${kind} was priced by the amount when it arrived`, () => {
      const priced = { ...goal, [kind]: { kind: 'PERCENT', value: money('10') }, inForceFromMs: 0 }
      books.state.goals = [priced, { ...goal, number: 2, inForceFromMs: now }]
      books.state.atMs = now - 1
      assert.equal(said(books.fromBrowser({ amount: '5' })), 'REJECTED CLIENT_SIDE_OFF')
      books.state.atMs = now
      assert.equal(said(books.fromBrowser({ amount: '5' })), 'ACCEPTED')
    })
  }

  test('needs a click: neither an order alone nor an affiliate will do', () => {
    books.fromServer({ transactionId: 'A' })
    assert.equal(said(books.fromBrowser({ clickId: null, transactionId: 'A' })), 'REJECTED CLICK_REQUIRED')
    const named = { clickId: null, affiliate: 'ann', campaignId: books.click.campaignId, transactionId: 'B' }
    assert.equal(said(books.fromBrowser(named)), 'REJECTED CLICK_REQUIRED')
  })

  test('happens when it arrives: no time of its own choosing leads around the window', () => {
    books.state.atMs = now + 40 * dayMs
    assert.equal(said(books.fromBrowser({ occurredAtMs: now })), 'REJECTED OUTSIDE_WINDOW')
    books.state.atMs = now
    assert.equal(said(books.fromBrowser({ occurredAtMs: now - 5 })), 'ACCEPTED')
    assert.equal(onlyConversion().occurredAtMs, now)
  })

  for (const duplicates of ['KEEP_FIRST', 'UPDATE', 'COUNT_EACH'] as const) {
    suite(`of a ${duplicates} goal`, () => {
      beforeEach(() => {
        books.state.goals = [{ ...goal, duplicates }]
      })

      test('counts once a click and event, however often the page is loaded', () => {
        assert.deepEqual(
          [1, 2, 3].map(() => said(books.fromBrowser())),
          ['ACCEPTED', 'DUPLICATE', 'DUPLICATE'],
        )
        assert.equal(books.state.conversions.length, 1)
      })

      test('changes no order, known by its click or by its number', () => {
        for (const order of [{}, { transactionId: 'A' }]) {
          books.fromBrowser(order)
          const before = [...books.state.conversions]
          assert.match(
            said(books.fromBrowser({ ...order, amount: '7' })),
            /^CONFLICT (CLIENT_SIDE_CHANGE|AMOUNT_KEPT)$/,
          )
          assert.match(said(books.fromBrowser({ ...order, status: 'APPROVED' })), /^DUPLICATE$/)
          assert.deepEqual(books.state.conversions, before)
        }
      })

      test("changes no order of the server's", () => {
        books.fromServer({ transactionId: 'A', amount: '5', status: 'APPROVED' })
        const before = [...books.state.conversions]
        const change = { transactionId: 'A', amount: '7', status: 'REVERSED' as const }
        assert.match(said(books.fromBrowser(change)), /^CONFLICT (CLIENT_SIDE_CHANGE|AMOUNT_KEPT)$/)
        assert.deepEqual(books.state.conversions, before)
      })

      test("is then the server's to approve", () => {
        books.fromBrowser({ transactionId: 'A' })
        assert.equal(said(books.fromServer({ clickId: null, transactionId: 'A', status: 'APPROVED' })), 'UPDATED')
        assert.equal(onlyConversion().status, 'APPROVED')
      })
    })
  }

  test('takes nothing off an order, known or not yet', () => {
    const refund = { transactionId: 'A', refund: money('1'), refundId: 'r' }
    assert.equal(said(books.fromBrowser(refund)), 'REJECTED CLIENT_SIDE_CHANGE')
    books.fromServer({ transactionId: 'A', amount: '5' })
    assert.equal(said(books.fromBrowser(refund)), 'REJECTED CLIENT_SIDE_CHANGE')
  })

  test('is not an order of another click', () => {
    books.fromServer({ transactionId: 'A' })
    const other = { ...books.click, id: newId<'clk'>(now) }
    books.state.clicks.push(other)
    assert.equal(said(books.fromBrowser({ clickId: other.id, transactionId: 'A' })), 'CONFLICT CLICK_DIFFERS')
  })

  test('is counted for so many orders of a click and no more, and an order known by then is still a duplicate', () => {
    const orders = Array.from({ length: maxPerClick + 1 }, (_, index) => ({ transactionId: `order-${index}` }))
    const outcomes = orders.map((order) => said(books.fromBrowser(order)))
    assert.deepEqual(outcomes, [...Array(maxPerClick).fill('ACCEPTED'), 'REJECTED CLICK_FULL'])
    assert.equal(said(books.fromBrowser(orders[0])), 'DUPLICATE')
    assert.equal(said(books.fromServer(orders.at(-1))), 'ACCEPTED')
  })

  test('may wait so many times for a click and no more', () => {
    const unknown = { clickId: newId<'clk'>(now) }
    books.state.waiting = maxPerClick - 1
    assert.equal(said(books.fromBrowser(unknown)), 'UNMATCHED CLICK_NOT_FOUND')
    assert.equal(said(books.fromBrowser({ event: 'lead' })), 'UNMATCHED GOAL_NOT_FOUND')
    books.state.waiting = maxPerClick
    assert.equal(said(books.fromBrowser(unknown)), 'REJECTED CLICK_FULL')
    assert.equal(said(books.fromBrowser({ event: 'lead' })), 'REJECTED CLICK_FULL')
  })

  test('does not use up what an order of the server has room for, with as many clicks as it likes', () => {
    for (let index = 0; index < maxPerClick; index += 1) books.fromBrowser({ transactionId: 'A', line: `${index}` })
    const other = { ...books.click, id: newId<'clk'>(now) }
    books.state.clicks.push(other)
    const more = { clickId: other.id, transactionId: 'A', line: 'more' }
    assert.equal(said(books.fromBrowser(more)), 'REJECTED ORDER_TOO_LARGE')
    assert.equal(said(books.fromServer(more)), 'ACCEPTED')
  })

  test("is not told whether another advertiser's click is there", () => {
    const foreign = { ...books.click, id: newId<'clk'>(now), advertiserId: newId<'adv'>(now) }
    books.state.clicks.push(foreign)
    books.state.clientSide = false
    assert.equal(said(books.fromBrowser({ clickId: foreign.id })), 'UNMATCHED CLICK_NOT_FOUND')
  })
})
