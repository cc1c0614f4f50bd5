import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApi, type TestApi } from '../support/api.js'
import { createTwoOfEach } from '../support/catalog.js'

interface Rate {
  readonly currency: string
  readonly day: string
  readonly rate: string
  readonly byHand: boolean
  readonly updatedAt: string
}

interface RatePage {
  readonly currencyRates: {
    readonly nodes: readonly Rate[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

suite('Currency rates over the API', () => {
  let api: TestApi
  let keys: Awaited<ReturnType<typeof createTwoOfEach>>['keys']
  before(async () => {
    api = await createTestApi()
    ;({ keys } = await createTwoOfEach(api))
  })
  after(() => api.close())

  const set = `mutation ($rates: [CurrencyRateInput!]!) { setCurrencyRates(rates: $rates) { currency day rate byHand updatedAt } }`
  const remove = `mutation ($rates: [CurrencyDayInput!]!) { removeCurrencyRates(rates: $rates) }`
  const list = `query ($first: Int, $after: PageCursor, $filter: CurrencyRateFilter) {
    currencyRates(first: $first, after: $after, filter: $filter) {
      nodes { currency day rate byHand updatedAt } pageInfo { hasNextPage endCursor } } }`
  const usd = { currency: 'USD', day: '2026-03-01', rate: '0.9463' }
  const page = async (key: string, variables: Record<string, unknown> = {}) =>
    (await api.get<RatePage>(key, list, variables)).currencyRates
  const shown = (rates: readonly Rate[]) => rates.map(({ currency, day, rate }) => `${day} ${currency} ${rate}`)
  const version = async () => {
    const sql = `select catalog_version as version from workspace_head where workspace_id = $1`
    return Number((await api.rows<{ version: string }>(sql, [api.workspaceId]))[0]?.version)
  }

  test('an admin sets them and is told what is kept, in the order given', async () => {
    const rates = [usd, { currency: 'idr', day: '2026-02-27', rate: '0.00005939600205510' }]
    const { setCurrencyRates } = await api.get<{ setCurrencyRates: Rate[] }>(api.adminKey, set, { rates })
    const updatedAt = new Date(api.time.nowMs).toISOString()
    assert.deepEqual(setCurrencyRates, [
      { ...usd, byHand: true, updatedAt },
      { currency: 'IDR', day: '2026-02-27', rate: '0.0000593960020551', byHand: true, updatedAt },
    ])
    // The same again is no change of the catalog; another rate is one.
    const before = await version()
    await api.get(api.adminKey, set, { rates })
    assert.equal(await version(), before)
    await api.get(api.adminKey, set, { rates: [{ ...usd, rate: '0.95' }] })
    assert.equal(await version(), before + 1)
  })

  test('nobody else sets them or takes them back', async () => {
    const { analyst, advertiser, affiliate } = keys
    for (const key of [analyst, advertiser, affiliate]) {
      assert.equal(await api.refusal(key, set, { rates: [usd] }), 'FORBIDDEN')
      const { currency, day } = usd
      assert.equal(await api.refusal(key, remove, { rates: [{ currency, day }] }), 'FORBIDDEN')
    }
  })

  test('those who see all of the workspace see them, and for others there are none', async () => {
    await api.get(api.adminKey, set, { rates: [usd] })
    for (const key of [api.adminKey, keys.analyst]) {
      assert.ok(shown((await page(key)).nodes).includes('2026-03-01 USD 0.9463'))
    }
    for (const key of [keys.advertiser, keys.affiliate]) {
      assert.deepEqual(await page(key), { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } })
    }
  })

  test('what cannot be a rate is refused, and the field named', async () => {
    const refused: readonly (readonly [string, readonly object[]])[] = [
      ['rates', []],
      ['rates', Array.from({ length: 1_001 }, () => usd)],
      ['rates.1', [usd, { ...usd, rate: '2' }]],
      ['rates.0.currency', [{ ...usd, currency: 'EUR' }]],
      // Today is the first of March: tomorrow may be there already, the day after may not.
      ['rates.0.day', [{ ...usd, day: '2026-03-03' }]],
      ['rates.1.day', [usd, { ...usd, day: '2024-10-16' }]],
      ['rates.0.rate', [{ ...usd, rate: '0' }]],
      ['rates.0.rate', [{ ...usd, rate: '0.0000000009' }]],
      ['rates.0.rate', [{ ...usd, rate: '1000000001' }]],
      ['rates.0.rate', [{ ...usd, rate: '0.1234567890123456' }]],
    ]
    for (const [field, rates] of refused) {
      assert.equal(await api.refusal(api.adminKey, set, { rates }), `BAD_USER_INPUT ${field}`, JSON.stringify(rates[0]))
    }
    for (const rate of ['-1', '1e3', '1,5', '', 0.9463, 1, null, '0.1234567890123456789012345']) {
      assert.equal(await api.refusal(api.adminKey, set, { rates: [{ ...usd, rate }] }), 'BAD_USER_INPUT', String(rate))
    }
    for (const day of ['2026-02-30', '2026-3-1', '01.03.2026', '2026-03-01T00:00:00Z', '0000-01-01', 20260301]) {
      assert.equal(await api.refusal(api.adminKey, set, { rates: [{ ...usd, day }] }), 'BAD_USER_INPUT', String(day))
    }
    assert.equal(await api.refusal(api.adminKey, set, { rates: [{ ...usd, currency: 'XXY' }] }), 'BAD_USER_INPUT')
    const bounds = [
      { ...usd, day: '2026-03-02', rate: '1000000000' },
      { ...usd, day: '2024-10-17', rate: '0.000000001' },
    ]
    await api.get(api.adminKey, set, { rates: bounds })
    assert.deepEqual(
      await api.get(api.adminKey, remove, { rates: bounds.map(({ currency, day }) => ({ currency, day })) }),
      {
        removeCurrencyRates: 2,
      },
    )
  })

  test('are listed newest day first and page by page, as far as a filter goes', async () => {
    const currencies = ['GBP', 'CHF', 'SEK']
    const days = ['2026-01-05', '2026-01-06', '2026-01-07']
    const rates = days.flatMap((day) => currencies.map((currency) => ({ currency, day, rate: '1.5' })))
    await api.get(api.adminKey, set, { rates })
    const filter = { currencies, from: '2026-01-05', to: '2026-01-06' }
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo }: RatePage['currencyRates'] = await page(api.adminKey, { first: 4, after, filter })
      seen.push(...shown(nodes))
      after = pageInfo.endCursor
      if (!pageInfo.hasNextPage) break
    }
    assert.deepEqual(seen, [
      '2026-01-06 CHF 1.5',
      '2026-01-06 GBP 1.5',
      '2026-01-06 SEK 1.5',
      '2026-01-05 CHF 1.5',
      '2026-01-05 GBP 1.5',
      '2026-01-05 SEK 1.5',
    ])
    const many = { filter: { currencies: Array.from({ length: 201 }, () => 'USD') } }
    assert.equal(await api.refusal(api.adminKey, list, many), 'BAD_USER_INPUT filter.currencies')
    for (const first of [0, 501]) assert.equal(await api.refusal(api.adminKey, list, { first }), 'BAD_USER_INPUT first')
    const other = await api.get<{ advertisers: { pageInfo: { endCursor: string } } }>(
      api.adminKey,
      '{ advertisers(first: 1) { pageInfo { endCursor } } }',
    )
    const { endCursor } = other.advertisers.pageInfo
    // A cursor of another list, and one of this list that was made up.
    const madeUp = Buffer.from([8, ...Buffer.from('2026-02-30USD   ')]).toString('base64url')
    for (const after of [endCursor, madeUp]) {
      assert.equal(await api.refusal(api.adminKey, list, { after }), 'BAD_USER_INPUT after')
    }
  })

  test('are another workspace’s own affair', async () => {
    const count = async () => (await page(api.adminKey, { first: 500 })).nodes.length
    const before = await count()
    const foreign = `insert into currency_rate (workspace_id, currency, day, rate, by_hand, updated_at, catalog_version)
      select w.id, 'TRY', '2026-02-20', 1, true, now(), 1 from workspace w where w.id <> $1`
    await api.rows(
      `insert into workspace (id, name, currency, time_zone, created_at) values (gen_random_uuid(), 'Other', 'EUR', 'UTC', now())`,
    )
    await api.rows(foreign, [api.workspaceId])
    assert.equal(await count(), before)
    const asked = { rates: [{ currency: 'TRY', day: '2026-02-20' }] }
    assert.deepEqual(await api.get(api.adminKey, remove, asked), { removeCurrencyRates: 0 })
  })
})
