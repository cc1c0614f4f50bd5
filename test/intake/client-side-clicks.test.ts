import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { type ClientSideShop, openClientSideShop, outcomes } from './client-side-shop.js'

suite('clicks that come from browsers', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  const open = (campaign: object = {}) => openClientSideShop(app, campaign)

  suite('the cookie of a click', () => {
    const kept = async (shop: ClientSideShop, headers = {}) => (await shop.click(headers)).cookie

    test("has the click's id and nothing else, for as long as the click counts, and no script reads it", async () => {
      const shop = await open({ attributionWindowDays: 7 })
      const { clickId, cookie } = await shop.click()
      assert.equal(cookie, `pb_click=${clickId}; Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=None`)
    })

    test('is not set by campaigns that take nothing from browsers', async () => {
      assert.equal(await kept(await open({ clientSide: false })), null)
    })

    test('is not set for those who want none, whose click is kept all the same', async () => {
      const shop = await open()
      const { clickId, cookie } = await shop.click({ 'sec-gpc': '1' })
      assert.equal(cookie, null)
      await shop.pixel(`click_id=${clickId}`)
      assert.deepEqual(outcomes(await shop.receipts()), ['ACCEPTED'])
    })

    test('is not set where the click was not kept', async () => {
      const shop = await open({ fallbackUrl: 'https://shop.example/ended' })
      await app.get(app.adminKey, `mutation ($id: ID!) { updateCampaign(id: $id, input: { status: PAUSED }) { id } }`, {
        id: shop.campaignId,
      })
      const { headers, statusCode } = await shop.asVisitor({ url: `/c/${shop.linkId}` })
      assert.deepEqual([statusCode, headers.location], [302, 'https://shop.example/ended'])
      assert.equal(headers['set-cookie'], undefined)
    })
  })

  suite('a click told of by a page', () => {
    const tell = (shop: ClientSideShop, fields: object, headers: object = {}) =>
      shop.asVisitor({
        method: 'POST',
        url: '/clicks',
        headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
        payload: JSON.stringify({ link: shop.linkId, ...fields }),
      })
    const clicks = (shop: ClientSideShop) =>
      app
        .get<{ clicks: { nodes: Record<string, unknown>[] } }>(
          app.adminKey,
          `{ clicks(first: 50, filter: { campaignIds: ["${shop.campaignId}"] }) {
               nodes { id source creative subs cost bot test } } }`,
        )
        .then(({ clicks: { nodes } }) => nodes)

    test('is kept as a click through the link is, and can be credited', async () => {
      const shop = await open()
      const response = await tell(shop, { creative: 'banner', sub1: 'x', cost: 0.05 })
      assert.equal(response.statusCode, 200)
      assert.equal(response.headers['access-control-allow-origin'], '*')
      assert.equal(response.headers['set-cookie'], undefined)
      const { click } = response.json()
      assert.deepEqual(await clicks(shop), [
        {
          id: click,
          source: 'blog',
          creative: 'banner',
          subs: { sub1: 'x' },
          cost: '0.05',
          bot: false,
          test: false,
        },
      ])
      await shop.pixel(`click_id=${click}`)
      assert.deepEqual(outcomes(await shop.receipts()), ['ACCEPTED'])
    })

    test('may be a form', async () => {
      const shop = await open()
      const response = await shop.asVisitor({
        method: 'POST',
        url: '/clicks',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `link=${shop.linkId}&source=caf%C3%A9`,
      })
      assert.equal((await clicks(shop))[0]?.id, response.json().click)
      assert.equal((await clicks(shop))[0]?.source, 'café')
    })

    for (const [who, headers] of [
      ['a bot', { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }],
      ['a page that is fetched ahead', { 'sec-purpose': 'prefetch;prerender' }],
    ] as const) {
      test(`is marked where it is ${who}`, async () => {
        const shop = await open()
        await tell(shop, {}, headers)
        assert.equal((await clicks(shop))[0]?.bot, true)
      })
    }

    test('keeps nothing of the page it came from', async () => {
      const shop = await open()
      await tell(shop, { referrer: 'https://secret.example/a' }, { referer: 'https://secret.example/b' })
      const [row] = await app.rows<{ text: string }>(
        `select to_jsonb(c)::text as text from click c order by id desc limit 1`,
      )
      assert.ok(row)
      assert.doesNotMatch(row.text, /secret/)
    })

    test('is refused where there is no such link, where the offer has ended, and where it cannot be read', async () => {
      const shop = await open()
      assert.equal((await tell(shop, { link: 'lnk_01h455vb4pex5vsknk084sn02r' })).statusCode, 404)
      assert.equal((await tell(shop, { link: null })).statusCode, 404)
      assert.equal((await tell(shop, { note: 'x'.repeat(17_000) })).statusCode, 413)
      for (const payload of ['', '{', '[]', '{"link":{}}', 'link=x']) {
        assert.equal((await shop.asVisitor({ method: 'POST', url: '/clicks', payload })).statusCode, 400, payload)
      }
      await app.get(app.adminKey, `mutation ($id: ID!) { updateCampaign(id: $id, input: { status: PAUSED }) { id } }`, {
        id: shop.campaignId,
      })
      assert.equal((await tell(shop, {})).statusCode, 410)
      assert.deepEqual(await clicks(shop), [])
    })

    test('may be told of by any page, which asks first where it must', async () => {
      const { statusCode, headers } = await app.server.inject({ method: 'OPTIONS', url: '/clicks' })
      assert.deepEqual(
        [statusCode, headers['access-control-allow-origin'], headers['access-control-allow-methods']],
        [204, '*', 'POST'],
      )
    })
  })

  test('where the cookie is switched off, no click sets one', async () => {
    const without = await createTestApp({ env: { CLICK_COOKIE: 'off' } })
    try {
      const made = createCatalogMaker(without)
      const campaignId = await made.campaign(await made.advertiser(), { clientSide: true })
      const linkId = await made.link(campaignId, await made.affiliate())
      const { statusCode, headers } = await without.server.inject({ url: `/c/${linkId}` })
      assert.deepEqual([statusCode, headers['set-cookie']], [302, undefined])
    } finally {
      await without.close()
    }
  })
})
