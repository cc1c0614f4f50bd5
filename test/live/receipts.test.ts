import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp, take, until } from '../support/app.js'
import { type LiveShop, openShop } from './shop.js'

interface Receipt {
  readonly receipts: { readonly id: string; readonly outcome: string; readonly transactionId: string | null }
}

const query = `subscription ($filter: ReceiptFilter) { receipts(filter: $filter) { id outcome transactionId } }`

suite('the live feeds of receipts and reports', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  before(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  after(() => app.close())

  /** Feeds begin at "now": a first message that has come proves that one has begun. */
  async function begun(key: string, filter: object = {}) {
    const feed = app.subscribe<Receipt>(key, query, { filter })
    const waiting = feed.next()
    let isBegun = false
    void waiting.then(() => {
      isBegun = true
    })
    await until(async () => {
      await shop.post({ txid: 'probe', status: 'approved' })
      return isBegun
    }, 'a first receipt')
    return {
      async next(count: number) {
        const found: Receipt['receipts'][] = []
        while (found.length < count) {
          const [message] = await take(feed, 1)
          if (message !== undefined && message.receipts.transactionId !== 'probe') found.push(message.receipts)
        }
        return found.map(({ outcome, transactionId }) => `${transactionId} ${outcome}`)
      },
    }
  }

  test('each postback is shown with what became of it, and once more when one that waited is settled', async () => {
    const feed = await begun(shop.keys.advertiser)
    await shop.post({ txid: 'r1', status: 'approved' })
    assert.deepEqual(await feed.next(1), ['r1 UNMATCHED'])
    await shop.order('r1')
    await shop.order('r1')
    await shop.post({ txid: 'r1', amount: 'much' })
    assert.deepEqual(await feed.next(4), ['r1 ACCEPTED', 'r1 UPDATED', 'r1 DUPLICATE', 'r1 REJECTED'])
  })

  test('a filter passes what it names, by how the receipt stands now', async () => {
    const feed = await begun(shop.keys.admin, { outcomes: ['ACCEPTED', 'UNMATCHED'] })
    await shop.order('f1')
    await shop.order('f1')
    await shop.order('f2')
    assert.deepEqual(await feed.next(2), ['f1 ACCEPTED', 'f2 ACCEPTED'])
  })

  test('an advertiser is shown its own, an affiliate none', async () => {
    const own = await begun(shop.keys.advertiser)
    const strangers = [shop.keys.otherAdvertiser, shop.keys.affiliate].map((key) => {
      const feed = app.subscribe<Receipt>(key, query)
      const heard = { count: 0 }
      void feed.next().then(() => {
        heard.count += 1
      })
      return heard
    })
    for (let index = 0; index < 20; index += 1) await shop.order(`o${index}`)
    await own.next(20)
    assert.deepEqual(strangers, [{ count: 0 }, { count: 0 }])
  })

  test('a report is sent at once, again when a figure in it changed, and not when none did', async () => {
    const range =
      'from: "2026-06-01T00:00:00Z", to: "2026-06-02T00:00:00Z", filter: {events: ["sale"]}, groupBy: [CAMPAIGN]'
    const fields = 'asOf totals { conversions revenue } rows { rowKey key metrics { conversions } }'
    type Report = { performance: { asOf: string; totals: { conversions: number; revenue: string }; rows: object[] } }
    const feed = app.subscribe<Report>(
      app.adminKey,
      `subscription { performance(query: {${range}}, everyMs: 100) { ${fields} } }`,
    )
    const [first] = await take(feed, 1)
    assert.ok(first)
    await shop.order('p1')
    const [second] = await take(feed, 1)
    assert.equal(second?.performance.totals.conversions, first.performance.totals.conversions + 1)
    // A receipt alone moves no figure.
    await shop.order('p1')
    await shop.order('p2')
    const [third] = await take(feed, 1)
    assert.equal(third?.performance.totals.conversions, first.performance.totals.conversions + 2)
    // Live and asked for, it is the same answer to the byte.
    const asked = await app.get<Report>(app.adminKey, `{ performance(query: {${range}}) { ${fields} } }`)
    assert.equal(JSON.stringify(asked), JSON.stringify(third))
  })
})
