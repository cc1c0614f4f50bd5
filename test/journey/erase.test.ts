import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'
import { browser } from '../support/browser.js'
import { createTwoOfEach } from '../support/catalog.js'

const person = 'jane.doe'

suite('erasing a visitor', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof createTwoOfEach>>
  let clickId: string
  let postback: string
  const figures = () =>
    app.get(
      app.adminKey,
      `{ performance(query: {range: TODAY, groupBy: [CAMPAIGN, AFFILIATE, COUNTRY, SOURCE]}) {
           rows { key metrics { clicks uniqueClicks conversions revenue payout } } totals { clicks conversions revenue } } }`,
    )
  const erase = (key: string, input: object) =>
    app.post<{ eraseVisitor: object }>(
      key,
      `mutation ($clickIds: [ID!], $transactionIds: [String!]) {
         eraseVisitor(clickIds: $clickIds, transactionIds: $transactionIds) { clicks conversions receipts } }`,
      input,
    )
  const send = async (query: string) => (await app.server.inject({ url: `${postback}&${query}` })).json().outcome

  before(async () => {
    app = await createTestApp()
    world = await createTwoOfEach({ ...app, get: app.get } as unknown as Parameters<typeof createTwoOfEach>[0]) // it asks for get and adminKey alone
    const visit = await app.server.inject({
      url: `/c/${world.links[0]}?sub1=${person}&sub2=x&gclid=${person}&source=mail`,
      headers: { 'user-agent': `${browser} ${person}` },
      remoteAddress: '203.0.113.7',
    })
    clickId = /clk_\w+/.exec(String(visit.headers.location))?.[0] ?? ''
    const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl } }`
    type Read = { advertiser: { postbackUrl: string } }
    const { advertiser } = await app.get<Read>(app.adminKey, query, { id: world.advertisers[0] })
    postback = `/postback?token=${new URL(advertiser.postbackUrl).searchParams.get('token')}`
    assert.equal(await send(`click_id=${clickId}&txid=${person}-1&email=${person}`), 'ACCEPTED')
    assert.equal(await send(`txid=${person}-unknown&status=reversed`), 'UNMATCHED')
    assert.equal(await send(`click_id=${clickId}&txid=${person}-1&event=${person}`), 'UNMATCHED')
  })
  after(() => app.close())

  /** Every table that has the person in a row of it. */
  async function traces(): Promise<string[]> {
    const tables = await app.rows<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'r' order by 1`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await app.rows(`select from "${name}" t where t::text like $1 or t::text like $2 limit 1`, [
        `%${person}%`,
        '%203.0.113.7%',
      ])
      if (rows.length > 0) found.push(name.replace(/_\d{4}_\d{2}$/, ''))
    }
    return found
  }

  test('nobody but an ADMIN may', async () => {
    for (const key of [world.keys.analyst, world.keys.advertiser, world.keys.affiliate]) {
      const { errors } = await erase(key, { clickIds: [clickId] })
      assert.equal(errors?.[0]?.extensions.code, 'FORBIDDEN')
    }
  })

  test('more than a thousand of either is refused, with the field to blame', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => String(index))
    for (const field of ['clickIds', 'transactionIds']) {
      const { errors } = await erase(app.adminKey, { [field]: many })
      assert.deepEqual(errors?.[0]?.extensions, { code: 'BAD_USER_INPUT', field })
    }
  })

  test('leaves no trace of who it was in any table, every figure as it was, and the order known', async () => {
    for (const table of ['click', 'conversion', 'receipt', 'parked_postback']) {
      assert.ok((await traces()).includes(table), table)
    }
    const before = await figures()
    const input = { clickIds: [clickId], transactionIds: [`${person}-1`, `${person}-unknown`] }
    const { data } = await erase(app.adminKey, input)
    assert.deepEqual(data.eraseVisitor, { clicks: 1, conversions: 1, receipts: 3 })
    assert.deepEqual(await traces(), [])
    assert.deepEqual(await figures(), before)
    assert.equal(await send(`click_id=${clickId}&txid=${person}-1`), 'DUPLICATE')
    assert.deepEqual(await figures(), before)
  })

  test('ids of nobody erase nothing', async () => {
    const { data } = await erase(app.adminKey, {
      clickIds: ['clk_01h455vb4pex5vsknk084sn02q', 'x'],
      transactionIds: ['no'],
    })
    assert.deepEqual(data.eraseVisitor, { clicks: 0, conversions: 0, receipts: 0 })
  })

  test("another workspace's visitor stays", async () => {
    const { createWorkspace } = await import('../../src/catalog/create-workspace.js')
    const { adminKey } = await createWorkspace(app.orm, app.clock, { name: 'Other', currency: 'EUR' })
    await send(`click_id=${clickId}&txid=${person}-2&event=sale`)
    const { data } = await erase(adminKey, { clickIds: [clickId], transactionIds: [`${person}-2`] })
    assert.deepEqual(data.eraseVisitor, { clicks: 0, conversions: 0, receipts: 0 })
    assert.ok((await traces()).includes('conversion'))
  })
})
