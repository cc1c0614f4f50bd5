import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { createTestApp, type TestApp, take, within } from '../support/app.js'
import { type LiveShop, openShop } from './shop.js'

interface Change {
  readonly cursor: string
  readonly kind: string
  readonly status: string
  readonly matches: boolean
  readonly revenue: string | null
  readonly payout: string | null
  readonly conversion: {
    readonly id: string
    readonly status: string
    readonly transactionId: string
    readonly revenue: string | null
  }
}
interface Data {
  readonly conversions: Change
}

const query = `subscription ($filter: ConversionFilter, $after: Cursor) {
  conversions(filter: $filter, after: $after) {
    cursor kind status matches revenue payout conversion { id status transactionId revenue }
  }
}`

suite('the live feed of conversions', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  beforeEach(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  afterEach(() => app.close())

  const follow = (variables: object, key = shop.keys.admin) =>
    app.subscribe<Data>(key, query, variables as Record<string, unknown>)
  const next = async (feed: ReturnType<typeof follow>, count: number) =>
    (await take(feed, count)).map(({ conversions }) => conversions)
  const short = (changes: readonly Change[]) =>
    changes.map(({ kind, matches, conversion }) => `${conversion.transactionId} ${kind} ${matches}`)
  const refusal = async (variables: object, key?: string) => {
    const error: unknown = await within(follow(variables, key).next(), 'a refusal').catch((refused) => refused)
    assert.ok(Array.isArray(error), `it was not refused: ${JSON.stringify(error)}`)
    return error[0].extensions.code as string
  }

  test('a change passes by how the conversion was before or after it, and says which', async () => {
    const pending = follow({ filter: { statuses: ['PENDING'] }, after: await app.head() })
    const large = follow({ filter: { minRevenue: '20' }, after: await app.head() })
    await shop.order('1')
    await shop.post({ txid: '1', amount: '300' })
    await shop.post({ txid: '1', status: 'approved' })
    await shop.post({ txid: '1', amount: '50' })
    await shop.post({ txid: '1', status: 'reversed' })
    await shop.order('2', '500')
    assert.deepEqual(short(await next(pending, 4)), [
      '1 CREATED true',
      '1 UPDATED true',
      '1 APPROVED false',
      '2 CREATED true',
    ])
    assert.deepEqual(short(await next(large, 4)), [
      '1 UPDATED true',
      '1 APPROVED true',
      '1 UPDATED false',
      '2 CREATED true',
    ])
  })

  test('money and status are as of each change, live and in a replay', async () => {
    const start = await app.head()
    const live = follow({ after: start })
    await shop.order('1')
    await shop.post({ txid: '1', amount: '300' })
    await shop.post({ txid: '1', status: 'approved' })
    const seen = await next(live, 3)
    assert.deepEqual(
      seen.map(({ status, revenue, conversion }) => [status, revenue, conversion.status, conversion.revenue]),
      [
        ['PENDING', '10', 'PENDING', '10'],
        ['PENDING', '30', 'PENDING', '30'],
        ['APPROVED', '30', 'APPROVED', '30'],
      ],
    )
    assert.deepEqual(await next(follow({ after: start }), 3), seen)
  })

  test('a feed resumes behind any cursor, missing and repeating nothing', async () => {
    const start = await app.head()
    for (let index = 0; index < 12; index += 1) await shop.order(`order-${index}`)
    const all = await next(follow({ after: start }), 12)
    for (const [index, { cursor }] of all.entries()) {
      const resumed = follow({ after: cursor })
      if (index === 11) await shop.order('last')
      const rest = await next(resumed, index === 11 ? 1 : 11 - index)
      const expected = index === 11 ? ['last CREATED true'] : short(all.slice(index + 1))
      assert.deepEqual(short(rest), expected)
    }
  })

  test('a subscription behind a list begins where the list ends', async () => {
    await shop.order('listed')
    const listed = '{ conversions { asOf nodes { transactionId } } }'
    const { conversions } = await app.get<{ conversions: { asOf: string; nodes: object[] } }>(app.adminKey, listed)
    await shop.order('between')
    const feed = follow({ after: conversions.asOf })
    await shop.order('then')
    assert.deepEqual(conversions.nodes, [{ transactionId: 'listed' }])
    assert.deepEqual(short(await next(feed, 2)), ['between CREATED true', 'then CREATED true'])
  })

  test('changes that come while many subscribe reach each of them once', async () => {
    const start = await app.head()
    const feeds = Array.from({ length: 20 }, () => follow({ after: start }))
    const orders = Array.from({ length: 60 }, (_, index) => shop.order(`order-${index}`))
    const seen = await Promise.all(feeds.map((feed) => next(feed, 60)))
    await Promise.all(orders)
    const [first] = seen
    assert.ok(first)
    for (const each of seen) assert.deepEqual(each, first)
    assert.equal(new Set(first.map(({ conversion }) => conversion.id)).size, 60)
  })

  test('each role sees its own, and only its money', async () => {
    const feeds = Object.fromEntries(
      await Promise.all(
        (['analyst', 'advertiser', 'affiliate', 'otherAffiliate'] as const).map(
          async (name) => [name, follow({ after: await app.head(shop.keys[name]) }, shop.keys[name])] as const,
        ),
      ),
    )
    await shop.order('1', '100', 0)
    await shop.order('2', '100', 1)
    const money = async (name: string, count: number) =>
      (await next(feeds[name] as ReturnType<typeof follow>, count)).map(({ revenue, payout, conversion }) =>
        [conversion.transactionId, revenue, conversion.revenue, payout].join(' '),
      )
    assert.deepEqual(await money('analyst', 2), ['1 10 10 1', '2 10 10 1'])
    assert.deepEqual(await money('advertiser', 2), ['1 10 10 ', '2 10 10 '])
    assert.deepEqual(await money('affiliate', 1), ['1   1'])
    assert.deepEqual(await money('otherAffiliate', 1), ['2   1'])
  })

  test('a cursor is good for every key of the same scope, and for no other', async () => {
    const cursor = await app.head(shop.keys.admin)
    await shop.order('1')
    assert.deepEqual(short(await next(follow({ after: cursor }, shop.keys.otherAdmin), 1)), ['1 CREATED true'])
    for (const key of [shop.keys.advertiser, shop.keys.affiliate, shop.keys.analyst]) {
      assert.equal(await refusal({ after: cursor }, key), 'BAD_USER_INPUT')
    }
    assert.equal(
      await refusal({ after: await app.head(shop.keys.affiliate) }, shop.keys.otherAffiliate),
      'BAD_USER_INPUT',
    )
  })

  test('a forged cursor is refused', async () => {
    const cursor = await app.head()
    const flipped = [...cursor].map((_, index) => {
      const other = cursor[index] === 'A' ? 'B' : 'A'
      return cursor.slice(0, index) + other + cursor.slice(index + 1)
    })
    for (const forged of [flipped[0], flipped[20], flipped[60], cursor.slice(1), 'A'.repeat(80), '1']) {
      assert.equal(await refusal({ after: forged }), 'BAD_USER_INPUT', forged)
    }
  })

  test('a cursor from before a restore has expired', async () => {
    const cursor = await app.head()
    await app.rows(`update workspace_head set epoch = epoch + 1 where workspace_id = $1`, [app.workspaceId])
    assert.equal(await refusal({ after: cursor }), 'CURSOR_EXPIRED')
  })

  test('a filter by hidden money is refused at once', async () => {
    assert.equal(await refusal({ filter: { minRevenue: '1' } }, shop.keys.affiliate), 'BAD_USER_INPUT')
  })

  test('a text that no text can be is refused, live and in lists', async () => {
    const filters = [{ events: ['a\u0000'] }, { transactionId: '\u0000' }, { subs: { sub1: '\ud800' } }]
    for (const filter of filters) {
      assert.equal(await refusal({ filter }), 'BAD_USER_INPUT')
      const list = 'query ($filter: ConversionFilter) { conversions(filter: $filter) { asOf } }'
      await assert.rejects(app.get(shop.keys.admin, list, { filter }), /BAD_USER_INPUT/)
    }
  })

  test('every message carries its cursor as an extension', async () => {
    const feed = follow({ after: await app.head() })
    await shop.order('1')
    const { value } = await within(feed.next(), 'a change')
    assert.ok(value)
    const { extensions } = value as { extensions?: { cursor?: string } }
    assert.equal(extensions?.cursor, value.data.conversions.cursor)
  })
})
