import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, type TestContext, test } from 'node:test'
import { schema } from '../../src/schema.js'
import { createTestApp, type Message, type TestApp, take, until } from '../support/app.js'
import { type Statement, watchStatements } from '../support/statements.js'
import { type LiveShop, openShop } from './shop.js'

interface Data {
  readonly conversions: { readonly cursor: string; readonly matches: boolean; readonly conversion: Conversion }
}
interface Conversion {
  readonly transactionId: string
  readonly campaign: { readonly name: string }
  readonly affiliate: { readonly name: string }
  readonly link: { readonly url: string; readonly source: string } | null
}

const subscribing = (fields: string) => `subscription ($filter: ConversionFilter, $after: Cursor) {
  conversions(filter: $filter, after: $after) { cursor matches conversion { ${fields} } }
}`
const plain = subscribing('transactionId')

suite('work that subscriptions share', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  beforeEach(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  afterEach(() => app.close())

  const follow = (variables: Record<string, unknown>, key = shop.keys.admin, query = plain) =>
    app.subscribe<Data>(key, query, variables)
  const numbersOf = (taken: readonly Data[]) => taken.map(({ conversions }) => conversions.conversion.transactionId)

  /** How often a change has been shown: each execution of a subscription's document asks its root field once. */
  function countExecutions({ mock }: TestContext): () => number {
    const field = schema.getSubscriptionType()?.getFields().conversions
    assert.ok(field?.resolve)
    // A resolver gets all that it needs by its arguments.
    const { mock: calls } = mock.method(field as Required<typeof field>, 'resolve')
    return () => calls.callCount()
  }

  /** Books orders one after the other; each of the feeds gets each of them before the next. */
  async function orderFor(feeds: readonly AsyncIterator<Message<Data>>[], txids: readonly string[]) {
    for (const txid of txids) {
      await shop.order(txid)
      for (const taken of await Promise.all(feeds.map((feed) => take(feed, 1))))
        assert.deepEqual(numbersOf(taken), [txid])
    }
  }

  test('a change is shown once, for all who ask the same, wherever each of them began', async (context) => {
    const executions = countExecutions(context)
    const start = await app.head()
    const first = follow({ after: start })
    const orders = ['1', '2', '3', '4', '5']
    for (const txid of orders) await shop.order(txid)
    const begun = await take(first, 5)
    const cursors = [start, ...begun.map(({ conversions }) => conversions.cursor)]
    const feeds = cursors.flatMap((after) => [follow({ after }), follow({ after })])
    for (const [index, feed] of feeds.entries()) {
      const behind = orders.slice(Math.floor(index / 2))
      assert.deepEqual(numbersOf(await take(feed, behind.length)), behind)
    }
    assert.equal(executions(), 5)
    await orderFor([first, ...feeds], ['6', '7', '8'])
    assert.equal(executions(), 8)
  })

  test('a change that passes ten filters is shown once; one that leaves some of them once more', async (context) => {
    const executions = countExecutions(context)
    const campaignIds = [shop.campaignId]
    const filters = [
      ...[{}, { campaignIds }, { events: ['sale'] }, { events: ['sale', 'lead'] }, { test: false }],
      ...[{ minRevenue: '1' }, { minRevenue: '2' }, { affiliateIds: shop.affiliateIds }],
      ...[{ statuses: ['PENDING', 'APPROVED'] }, { statuses: ['PENDING'] }],
    ]
    const after = await app.head()
    const feeds = filters.map((filter) => follow({ filter, after }))
    await orderFor(feeds, ['1', '2', '3'])
    assert.equal(executions(), 3)
    await shop.post({ txid: '1', status: 'approved' })
    const taken = (await Promise.all(feeds.map((feed) => take(feed, 1)))).flat()
    assert.deepEqual(
      taken.map(({ conversions }) => conversions.matches),
      [...Array.from({ length: 9 }, () => true), false],
    )
    assert.equal(executions(), 5)
  })

  test('whoever sees with the same eyes shares, whatever the key; others never do', async (context) => {
    const executions = countExecutions(context)
    const { admin, otherAdmin, analyst, advertiser, affiliate } = shop.keys
    const keys = [admin, otherAdmin, analyst, advertiser, affiliate]
    const feeds = await Promise.all(keys.map(async (key) => follow({ after: await app.head(key) }, key)))
    await orderFor(feeds, ['1', '2', '3'])
    assert.equal(executions(), 3 * 4)
  })

  test('what is asked for decides with whom one shares', async (context) => {
    const executions = countExecutions(context)
    const after = await app.head()
    const queries = [plain, plain.replaceAll(/\s+/g, ' '), subscribing('transactionId status')]
    const feeds = queries.map((query) => follow({ after }, shop.keys.admin, query))
    await orderFor(feeds, ['1', '2'])
    assert.equal(executions(), 2 * 2)
  })

  const named = subscribing('transactionId status campaign { name } affiliate { name } link { url source }')

  /** An order that a click led to, so that it has a link. */
  async function createClicker() {
    const link = await app.get<{ createLink: { id: string } }>(
      shop.keys.admin,
      'mutation ($input: CreateLinkInput!) { createLink(input: $input) { id } }',
      { input: { campaignId: shop.campaignId, affiliateId: shop.affiliateIds[0], source: 'mail' } },
    )
    const { headers } = await app.server.inject({ method: 'GET', url: `/c/${link.createLink.id}` })
    const clickId = new URL(String(headers.location)).searchParams.get('c') ?? ''
    return (txid: string) => shop.post({ click_id: clickId, txid, amount: '100' })
  }

  /** What was asked with each change. What goes on beside, such as upkeep and the look at the heads, is asked now and then. */
  const askedWithEach = (statements: readonly Statement[], changes: number) =>
    [...Map.groupBy(statements, ({ text }) => text)].flatMap(([text, { length }]) => (length >= changes ? [text] : []))
  const isEventsRead = (text: string) => text.startsWith('begin isolation level repeatable read')

  test('what subscriptions usually select is shown without asking the database', async (context) => {
    const order = await createClicker()
    const feeds = [follow({ after: await app.head() }, shop.keys.admin, named)]
    const affiliates = follow({ after: await app.head(shop.keys.affiliate) }, shop.keys.affiliate, named)
    feeds.push(affiliates)
    // The first change has the names read.
    await order('first')
    for (const feed of feeds) await take(feed, 1)
    const statements = watchStatements(context)
    for (let index = 0; index < 30; index += 1) {
      await order(`order-${index}`)
      for (const feed of feeds) {
        const [taken] = await take(feed, 1)
        const { conversion } = taken?.conversions ?? {}
        assert.deepEqual([conversion?.campaign.name, conversion?.affiliate.name], ['Shoes', 'Ann'])
        assert.equal(conversion?.link?.source, 'mail')
        assert.match(conversion?.link?.url ?? '', /\/c\/lnk_/)
      }
    }
    assert.deepEqual(askedWithEach(statements, 30), [])
  })

  test('what is only in the database is read with each change, and the count above would tell', async (context) => {
    const order = await createClicker()
    const feed = follow({ after: await app.head() }, shop.keys.admin, subscribing('transactionId click { id }'))
    await order('first')
    await take(feed, 1)
    const statements = watchStatements(context)
    for (const txid of ['1', '2', '3']) {
      await order(txid)
      await take(feed, 1)
    }
    assert.equal(statements.filter(({ text }) => isEventsRead(text)).length, 3)
    assert.ok(askedWithEach(statements, 3).some((text) => text.includes('from click')))
  })

  test('a campaign that was renamed shows its new name with the next change', async () => {
    const feed = follow({ after: await app.head() }, shop.keys.admin, named)
    const nameWith = async (txid: string) => {
      await shop.order(txid)
      const [taken] = await take(feed, 1)
      return taken?.conversions.conversion.campaign.name
    }
    assert.equal(await nameWith('1'), 'Shoes')
    for (const name of ['Boots', 'Sandals', 'Slippers']) {
      await app.get(
        shop.keys.admin,
        'mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }',
        { id: shop.campaignId, input: { name } },
      )
      assert.equal(await nameWith(name), name)
    }
  })

  test('the last one to leave ends the work, and who comes later begins it anew', async (context) => {
    const executions = countExecutions(context)
    const isFollowed = () => app.live.catalog.of(app.workspaceId) !== null
    const [one, other] = [follow({ after: await app.head() }), follow({ after: await app.head() })]
    await orderFor([one, other], ['1'])
    await one.return?.()
    await orderFor([other], ['2'])
    assert.ok(isFollowed())
    await other.return?.()
    await until(() => !isFollowed(), 'the end of the live tail')
    await shop.order('3')
    await shop.order('4')
    assert.equal(executions(), 2)
    const late = follow({ after: await app.head() })
    await orderFor([late], ['5'])
    assert.equal(executions(), 3)
  })
})
