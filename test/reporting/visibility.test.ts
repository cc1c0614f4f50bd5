import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { encodeId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { performanceMetrics, readQuestion } from '../../src/reporting/question.js'
import { listConversions } from '../../src/reporting/read-conversions.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'
import { asAdvertiser, asAffiliate, createTill, plain } from './shop.js'

const startMs = Date.parse('2026-06-01T12:00:00Z')
const day = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-06-02T00:00Z') }

suite('a report in the eyes of a role', () => {
  let books: TestBooks
  let ledger: Ledger
  let scope: Scope
  let own: Way
  before(async () => {
    books = await createTestBooks(startMs)
    ledger = books.openLedger()
    const till = createTill(books, ledger)
    scope = await books.newScope()
    own = await makeWay(books, scope)
    const other = await makeWay(books, scope)
    // Another affiliate to the same campaign, and another campaign of the same affiliate.
    const shared = await makeWay(books, scope, {}, { advertiserId: own.advertiserId, campaignId: own.campaignId })
    const elsewhere = await makeWay(books, scope, {}, { affiliateId: own.affiliateId })
    for (const [way, clicks] of [
      [own, 4],
      [other, 3],
      [shared, 2],
      [elsewhere, 1],
    ] as const) {
      for (let index = 0; index < clicks; index += 1) {
        const click = await till.click(way, { cost: '1.5', visitor: String(index) })
        if (index % 2 === 0) await till.order(way, click, { amount: '80' })
      }
    }
  })
  after(() => books.close())

  const totals = async (eyes: Scope) => plain((await books.report(eyes, day)).totals)

  test('an ADMIN and an ANALYST see all of the workspace', async () => {
    const seen = await totals(scope)
    assert.deepEqual(seen, await totals({ ...scope, role: 'ANALYST' } as Scope))
    assert.deepEqual(seen, {
      ...{
        clicks: 10,
        uniqueClicks: 10,
        botClicks: 0,
        conversions: 6,
        pending: 0,
        approved: 6,
        rejected: 0,
        reversed: 0,
      },
      ...{ saleAmount: '480', revenue: '60', payout: '30', cost: '15', profit: '15' },
      ...{ approvedRevenue: '60', approvedPayout: '30', conversionRate: 0.6, approvalRate: 1 },
      ...{ earningsPerClick: '6', costPerAction: '2.5', averageOrderValue: '80' },
      ...{ returnOnInvestment: 1, returnOnAdSpend: 4 },
    })
  })

  test('an ADVERTISER sees its own campaigns, what it pays, and nothing that tells the payout', async () => {
    assert.deepEqual(await totals(asAdvertiser(scope, own)), {
      ...{
        clicks: 6,
        uniqueClicks: 6,
        botClicks: 0,
        conversions: 3,
        pending: 0,
        approved: 3,
        rejected: 0,
        reversed: 0,
      },
      ...{ saleAmount: '240', revenue: '30', payout: null, cost: null, profit: null },
      ...{ approvedRevenue: '30', approvedPayout: null, conversionRate: 0.5, approvalRate: 1 },
      ...{ earningsPerClick: '5', costPerAction: null, averageOrderValue: '80' },
      ...{ returnOnInvestment: null, returnOnAdSpend: null },
    })
  })

  test('an AFFILIATE sees its own links, what it earns, and nothing that tells the revenue', async () => {
    assert.deepEqual(await totals(asAffiliate(scope, own)), {
      ...{
        clicks: 5,
        uniqueClicks: 5,
        botClicks: 0,
        conversions: 3,
        pending: 0,
        approved: 3,
        rejected: 0,
        reversed: 0,
      },
      ...{ saleAmount: null, revenue: null, payout: '15', cost: '7.5', profit: '7.5' },
      ...{ approvedRevenue: null, approvedPayout: '15', conversionRate: 0.6, approvalRate: 1 },
      ...{ earningsPerClick: '3', costPerAction: '2.5', averageOrderValue: null },
      ...{ returnOnInvestment: 1, returnOnAdSpend: 2 },
    })
  })

  test('rows, grouped by whatever, add up to what the viewer sees', async () => {
    for (const eyes of [scope, asAdvertiser(scope, own), asAffiliate(scope, own)]) {
      for (const groupBy of ['ADVERTISER', 'CAMPAIGN', 'AFFILIATE', 'LINK', 'SOURCE', 'SUB1'] as const) {
        const { rows, totals: all } = await books.report(eyes, { ...day, groupBy: [groupBy] })
        const sum = rows.reduce((clicks, { metrics }) => clicks + metrics.clicks, 0)
        assert.equal(sum, all.clicks, `${eyes.role} ${groupBy}`)
      }
    }
  })

  test('ordering by hidden money is refused, by visible money it is not', async () => {
    const hidden = (eyes: Scope) =>
      performanceMetrics.filter((by) => {
        try {
          readQuestion({ ...day, interval: 'DAY', orderBy: { by } }, eyes)
          return false
        } catch (error) {
          const { code, field } = error as { code?: string; field?: string }
          assert.deepEqual([code, field], ['BAD_USER_INPUT', 'orderBy'])
          return true
        }
      })
    assert.deepEqual(hidden(scope), [])
    assert.deepEqual(hidden(asAffiliate(scope, own)), [
      ...['SALE_AMOUNT', 'REVENUE', 'APPROVED_REVENUE', 'AVERAGE_ORDER_VALUE'],
    ])
    assert.deepEqual(hidden(asAdvertiser(scope, own)), [
      ...[
        'PAYOUT',
        'APPROVED_PAYOUT',
        'COST',
        'PROFIT',
        'COST_PER_ACTION',
        'RETURN_ON_INVESTMENT',
        'RETURN_ON_AD_SPEND',
      ],
    ])
  })

  test('filtering by hidden money is refused', async () => {
    const list = (eyes: Scope) => listConversions(books.rows, eyes, { minRevenue: '1' }, { first: 10, afterId: null })
    assert.equal((await list(asAdvertiser(scope, own))).rows.length, 3)
    await assert.rejects(list(asAffiliate(scope, own)), { code: 'BAD_USER_INPUT', field: 'minRevenue' })
  })

  test("someone else's id in a filter is answered as an unknown one", async () => {
    const foreign = await makeWay(books, await books.newScope())
    for (const campaignIds of [[encodeId('cmp', foreign.campaignId)], ['cmp_nonsense']]) {
      const { rows } = await books.report(scope, { ...day, groupBy: ['CAMPAIGN'], filter: { campaignIds } })
      assert.deepEqual(rows, [])
    }
  })
})
