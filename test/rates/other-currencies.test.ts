import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type LiveShop, openShop } from '../live/shop.js'
import { createTestApp, type TestApp, until } from '../support/app.js'

interface Shown {
  readonly conversion: {
    readonly status: string
    readonly amount: string | null
    readonly currency: string
    readonly rate: string | null
    readonly saleAmount: string | null
    readonly revenue: string | null
    readonly payout: string | null
  }
}

interface Receipt {
  readonly receipt: {
    readonly outcome: string
    readonly reasonCode: string | null
    readonly reason: string | null
    readonly field: string | null
    readonly httpStatus: number
    readonly conversion: { readonly id: string } | null
  }
}

/** The workspace is in euros; its goal takes a tenth as revenue, pays out a fixed euro, and starts PENDING. */
suite('postbacks in another currency', { timeout: 60_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  before(async () => {
    // A Monday.
    app = await createTestApp({ startMs: Date.parse('2026-11-23T09:00:00Z') })
    shop = await openShop(app)
  })
  after(() => app.close())

  const post = (txid: string, more: Record<string, string>) =>
    shop.post({ affiliate_id: shop.affiliateIds[0] ?? '', campaign_id: shop.campaignId, txid, ...more })
  const setRate = (currency: string, day: string, rate: string) =>
    app.get(app.adminKey, `mutation ($rates: [CurrencyRateInput!]!) { setCurrencyRates(rates: $rates) { day } }`, {
      rates: [{ currency, day, rate }],
    })
  const conversion = async (id: string | null, key = app.adminKey) => {
    const query = `query ($id: ID!) { conversion(id: $id) { status amount currency rate saleAmount revenue payout } }`
    return (await app.get<Shown>(key, query, { id })).conversion
  }
  const receipt = async (id: string) => {
    const query = `query ($id: ID!) { receipt(id: $id) { outcome reasonCode reason field httpStatus conversion { id } } }`
    return (await app.get<Receipt>(app.adminKey, query, { id })).receipt
  }
  /** By itself: nobody asks for it. */
  const matched = async (id: string): Promise<string> => {
    await until(async () => (await receipt(id)).outcome === 'ACCEPTED', 'the match')
    return (await receipt(id)).conversion?.id ?? ''
  }

  test('wait for their rate, are matched by themselves, and keep the rate that they were booked with', async () => {
    const { receipt: id, outcome } = await post('usd-1', { amount: '49.90', currency: 'usd' })
    assert.equal(outcome, 'UNMATCHED')
    assert.deepEqual(await receipt(id), {
      outcome: 'UNMATCHED',
      reasonCode: 'RATE_NOT_FOUND',
      reason: 'no rate from USD to EUR for 2026-11-23 or the 7 days before',
      ...{ field: 'currency', httpStatus: 202, conversion: null },
    })
    // What was set for a week and a day before is too old.
    await setRate('USD', '2026-11-15', '0.5')
    await setRate('USD', '2026-11-20', '0.946342386675499')
    const booked = await matched(id)
    const pending = {
      ...{ status: 'PENDING', amount: '49.9', currency: 'USD', rate: '0.946342386675499' },
      ...{ saleAmount: '47.2225', revenue: '4.7222', payout: '1' },
    }
    assert.deepEqual(await conversion(booked), pending)

    await setRate('USD', '2026-11-20', '0.8')
    assert.deepEqual(await conversion(booked), pending)
    assert.equal((await post('usd-1', { status: 'approved' })).outcome, 'UPDATED')
    assert.deepEqual(await conversion(booked), { ...pending, status: 'APPROVED' })
    // A later amount without a currency is in the order's, and is converted by the order's rate.
    assert.equal((await post('usd-1', { amount: '100' })).outcome, 'UPDATED')
    const larger = { ...pending, status: 'APPROVED', amount: '100', saleAmount: '94.6342', revenue: '9.4634' }
    assert.deepEqual(await conversion(booked), larger)
    assert.equal((await post('usd-1', { amount: '100', currency: 'USD' })).outcome, 'DUPLICATE')
    assert.equal((await post('usd-1', { amount: '90', currency: 'EUR' })).outcome, 'CONFLICT')
    assert.deepEqual(await conversion(booked), larger)
    // A new order takes today's rate.
    const { conversion: next } = await post('usd-2', { amount: '49.90', currency: 'USD' })
    assert.equal((await conversion(next)).saleAmount, '39.92')
  })

  test('are converted by the rate of the day that they happened on', async () => {
    await setRate('GBP', '2026-11-18', '1.1')
    await setRate('GBP', '2026-11-19', '1.2')
    const rate = async (timestamp: string) => {
      const { conversion: id } = await post(timestamp, { amount: '1', currency: 'GBP', timestamp })
      return id === null ? null : (await conversion(id)).rate
    }
    assert.equal(await rate('2026-11-17T23:59:59.999Z'), null)
    assert.equal(await rate('2026-11-18T00:00:00Z'), '1.1')
    assert.equal(await rate('2026-11-18T23:59:59.999Z'), '1.1')
    assert.equal(await rate('2026-11-19T00:30:00+01:00'), '1.1')
    assert.equal(await rate('2026-11-19T00:00:00Z'), '1.2')
  })

  test('are in the workspace’s currency where they name none or name that', async () => {
    for (const named of ['', 'EUR']) {
      const more: Record<string, string> = named === '' ? {} : { currency: named }
      const { conversion: id } = await post(`eur ${named}`, { amount: '12.5', ...more })
      const { amount, currency, rate, saleAmount } = await conversion(id)
      assert.deepEqual(
        { amount, currency, rate, saleAmount },
        { amount: '12.5', currency: 'EUR', rate: '1', saleAmount: '12.5' },
      )
    }
  })

  test('show their money to those who may see it', async () => {
    await setRate('CHF', '2026-11-23', '1.07')
    const { conversion: id } = await post('chf', { amount: '10', currency: 'CHF' })
    const seen = { amount: '10', rate: '1.07', saleAmount: '10.7' }
    for (const key of [shop.keys.analyst, shop.keys.advertiser]) {
      const { amount, rate, saleAmount } = await conversion(id, key)
      assert.deepEqual({ amount, rate, saleAmount }, seen)
    }
    const { amount, rate, saleAmount, payout } = await conversion(id, shop.keys.affiliate)
    assert.deepEqual({ amount, rate, saleAmount, payout }, { amount: null, rate: null, saleAmount: null, payout: '1' })
  })

  test('can be tried without booking, and then booked, by who replays them', async () => {
    const { receipt: id } = await post('sek', { amount: '100', currency: 'SEK' })
    const replay = async (dryRun: boolean) => {
      const query = `mutation ($ids: [ID!]!, $dryRun: Boolean) {
        replayReceipts(ids: $ids, dryRun: $dryRun) { before after reason } }`
      type Replayed = { replayReceipts: { before: string; after: string; reason: string | null }[] }
      return (await app.get<Replayed>(shop.keys.advertiser, query, { ids: [id], dryRun })).replayReceipts[0]
    }
    const reason = 'RATE_NOT_FOUND: no rate from SEK to EUR for 2026-11-23 or the 7 days before'
    assert.deepEqual(await replay(false), { before: 'UNMATCHED', after: 'UNMATCHED', reason })
    // So that it does not match by itself while we look.
    await app.rows(`update parked_postback set lacks_catalog = false where workspace_id = $1`, [app.workspaceId])
    await setRate('SEK', '2026-11-23', '0.0912')
    assert.equal((await replay(true))?.after, 'ACCEPTED')
    assert.equal((await receipt(id)).outcome, 'UNMATCHED')
    assert.equal((await replay(false))?.after, 'ACCEPTED')
    assert.equal((await conversion((await receipt(id)).conversion?.id ?? '')).saleAmount, '9.12')
  })

  test('are refused where they come to more than the books hold', async () => {
    await setRate('KWD', '2026-11-23', '2.81')
    const { outcome, receipt: id } = await post('kwd', { amount: '999999999999', currency: 'KWD' })
    assert.equal(outcome, 'REJECTED')
    assert.deepEqual((await receipt(id)).reasonCode, 'AMOUNT_TOO_LARGE')
    const { conversion: order } = await post('kwd-2', { amount: '1', currency: 'KWD' })
    assert.equal((await post('kwd-2', { amount: '999999999999' })).outcome, 'REJECTED')
    assert.equal((await conversion(order)).saleAmount, '2.81')
  })

  test('are priced in the reports as they are in the books', async () => {
    const query = `{ performance(query: {range: LAST_7_DAYS}) { currency totals { saleAmount revenue } } }`
    type Report = { performance: { currency: string; totals: { saleAmount: string; revenue: string } } }
    const { performance } = await app.get<Report>(app.adminKey, query)
    const [booked] = await app.rows<{ sale: string; revenue: string }>(
      `select trim_scale(sum(sale_amount))::text as sale, trim_scale(sum(revenue))::text as revenue
         from conversion where workspace_id = $1`,
      [app.workspaceId],
    )
    assert.deepEqual(performance, {
      currency: 'EUR',
      totals: { saleAmount: booked?.sale, revenue: booked?.revenue },
    })
  })
})
