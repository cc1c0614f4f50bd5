import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { decodeId, encodeId, type Id, type IdPrefix, newId } from '../../src/kernel/ids.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { type CatalogMaker, createCatalogMaker } from '../support/catalog.js'
import { clickDraft, type Way } from '../support/drafts.js'

const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const fixed = { kind: 'FIXED', value: '10' }
const percent = { kind: 'PERCENT', value: '10' }

interface Conversion {
  readonly event: string
  readonly status: string
  readonly transactionId: string | null
  readonly amount: string | null
  readonly revenue: string
  readonly payout: string
  readonly affiliate: { readonly id: string }
}

interface Receipt {
  readonly outcome: string
  readonly reasonCode: string | null
  readonly field: string | null
  readonly method: string
  readonly url: string
  readonly body: string | null
  readonly ip: string | null
  readonly clickId: string | null
  readonly transactionId: string | null
}

function inside<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> {
  const id = decodeId(prefix, text)
  assert.ok(id !== null)
  return id
}

suite('what comes from browsers', () => {
  let app: TestApp
  let make: CatalogMaker
  before(async () => {
    app = await createTestApp()
    make = createCatalogMaker(app)
  })
  after(() => app.close())

  /** An advertiser of its own for each test, with a campaign that takes conversions from browsers. */
  async function open(campaign: object = {}) {
    const advertiserId = await make.advertiser()
    const affiliateId = await make.affiliate()
    const goals = [{ event: 'sale', revenue: fixed, payout: { kind: 'FIXED', value: '5' } }]
    const campaignId = await make.campaign(advertiserId, { clientSide: true, goals, ...campaign })
    const linkId = await make.link(campaignId, affiliateId, { source: 'blog' })
    const { advertiser } = await app.get<{ advertiser: { postbackUrl: string } }>(
      app.adminKey,
      `{ advertiser(id: "${advertiserId}") { postbackUrl } }`,
    )
    const token = new URL(advertiser.postbackUrl).searchParams.get('token') ?? ''
    /** Each a millisecond after the one before, so that receipts are listed in order. */
    const send = (options: InjectOptions) => {
      app.time.nowMs += 1
      return app.server.inject(options)
    }
    const asVisitor = (options: InjectOptions) =>
      send({ ...options, headers: { 'user-agent': browser, ...options.headers } })
    const ask = <Node>(field: string, select: string) =>
      app
        .get<{ list: { nodes: Node[] } }>(
          app.adminKey,
          `{ list: ${field}(first: 100, filter: { advertiserIds: ["${advertiserId}"] }) { nodes { ${select} } } }`,
        )
        .then(({ list }) => list.nodes)
    return {
      advertiserId,
      affiliateId,
      campaignId,
      linkId,
      asVisitor,
      way: (): Way => ({
        scope: {
          workspaceId: app.workspaceId,
          keyId: newId<'key'>(),
          role: 'ADMIN',
          advertiserId: null,
          affiliateId: null,
        },
        advertiserId: inside('adv', advertiserId),
        affiliateId: inside('aff', affiliateId),
        campaignId: inside('cmp', campaignId),
        linkId: inside('lnk', linkId),
      }),
      async click(headers = {}) {
        const { headers: answered } = await asVisitor({ url: `/c/${linkId}`, headers })
        const location = String(answered.location)
        return {
          clickId: /clk_[0-9a-z]{26}/.exec(location)?.[0] ?? '',
          cookie: answered['set-cookie'] === undefined ? null : String(answered['set-cookie']),
        }
      },
      pixel: (query: string, headers = {}) =>
        asVisitor({ url: `/pixel.gif?advertiser_id=${advertiserId}&${query}`, headers }),
      beacon: (fields: Record<string, string>, headers = {}) =>
        asVisitor({
          method: 'POST',
          url: '/pixel.gif',
          headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', ...headers },
          payload: new URLSearchParams({ advertiser_id: advertiserId, ...fields }).toString(),
        }),
      postback: (query: string) => send({ url: `/postback?token=${token}&${query}` }),
      conversions: () =>
        ask<Conversion>('conversions', 'event status transactionId amount revenue payout affiliate { id }'),
      /** The newest first. */
      receipts: () => ask<Receipt>('receipts', 'outcome reasonCode field method url body ip clickId transactionId'),
    }
  }

  const outcomes = (receipts: readonly Receipt[]) =>
    receipts.map(({ outcome, reasonCode }) => (reasonCode === null ? outcome : `${outcome} ${reasonCode}`))

  suite('the pixel', () => {
    const isPixel = (response: Awaited<ReturnType<TestApp['server']['inject']>>) => {
      assert.equal(response.statusCode, 200)
      assert.equal(response.headers['content-type'], 'image/gif')
      assert.equal(response.headers['cache-control'], 'no-store')
      assert.equal(response.rawPayload.length, 43)
      assert.equal(response.rawPayload.subarray(0, 6).toString(), 'GIF89a')
    }

    test('books a conversion of the click that it names, as PENDING and at the agreed price', async () => {
      const shop = await open()
      const { clickId } = await shop.click()
      isPixel(await shop.pixel(`click_id=${clickId}&txid=A-1&amount=49.90&status=approved`))
      assert.deepEqual(await shop.conversions(), [
        {
          event: 'sale',
          status: 'PENDING',
          transactionId: 'A-1',
          amount: '49.9',
          revenue: '10',
          payout: '5',
          affiliate: { id: shop.affiliateId },
        },
      ])
    })

    test("leaves a receipt as it came, but for secrets and the visitor's address", async () => {
      const shop = await open()
      const { clickId } = await shop.click()
      await shop.pixel(`click_id=${clickId}&txid=A-1&note=pbt_secret1`)
      assert.deepEqual(await shop.receipts(), [
        {
          outcome: 'ACCEPTED',
          reasonCode: null,
          field: null,
          method: 'GET',
          url: `/pixel.gif?advertiser_id=${shop.advertiserId}&click_id=${clickId}&txid=A-1&note=***`,
          body: null,
          ip: null,
          clickId,
          transactionId: 'A-1',
        },
      ])
    })

    test('finds the click by the cookie that the click set', async () => {
      const shop = await open()
      const { clickId, cookie } = await shop.click()
      isPixel(await shop.pixel('txid=A-1', { cookie: `other=1; ${cookie?.split(';')[0]}; last=2` }))
      const [receipt] = await shop.receipts()
      assert.deepEqual([receipt?.outcome, receipt?.clickId], ['ACCEPTED', clickId])
    })

    test('goes by the click it names, and not by the cookie, where it has both', async () => {
      const shop = await open()
      const [named, kept] = [await shop.click(), await shop.click()]
      await shop.pixel(`click_id=${named.clickId}`, { cookie: `${kept.cookie?.split(';')[0]}` })
      assert.equal((await shop.receipts())[0]?.clickId, named.clickId)
    })

    test('reads no cookie of those who want none by now', async () => {
      const shop = await open()
      const { cookie } = await shop.click()
      isPixel(await shop.pixel('txid=A-1', { cookie: `${cookie?.split(';')[0]}`, 'sec-gpc': '1' }))
      assert.deepEqual(outcomes(await shop.receipts()), ['REJECTED CLICK_REQUIRED'])
    })

    test('is counted once, however often its page is loaded', async () => {
      const shop = await open({ goals: [{ event: 'sale', revenue: fixed, payout: fixed, duplicates: 'COUNT_EACH' }] })
      const { clickId } = await shop.click()
      await Promise.all(Array.from({ length: 10 }, () => shop.pixel(`click_id=${clickId}`)))
      assert.equal((await shop.conversions()).length, 1)
      const told = outcomes(await shop.receipts())
      assert.deepEqual(told.sort(), ['ACCEPTED', ...Array(9).fill('DUPLICATE')])
    })

    const refused: [what: string, query: (clickId: string) => string, outcome: string][] = [
      ['no click', () => 'txid=A', 'REJECTED CLICK_REQUIRED'],
      ['an order alone', () => 'txid=known&status=reversed', 'REJECTED CLICK_REQUIRED'],
      ['another amount', (click) => `click_id=${click}&txid=known&amount=99`, 'CONFLICT AMOUNT_KEPT'],
      ['another status', (click) => `click_id=${click}&txid=known&status=reversed`, 'DUPLICATE'],
      ['a click that is none', () => 'click_id=abc', 'REJECTED INVALID_CLICK_ID'],
      ['an unknown click', () => `click_id=${encodeId('clk', newId<'clk'>())}`, 'UNMATCHED CLICK_NOT_FOUND'],
      ['bad escapes', (click) => `click_id=${click}&txid=%FF`, 'REJECTED INVALID_ENCODING'],
      ['a name with a secret', () => 'pbt_secret1=%FF', 'REJECTED INVALID_ENCODING'],
    ]
    for (const [what, query, outcome] of refused) {
      test(`is a picture all the same, and its receipt says why: ${what}`, async () => {
        const shop = await open()
        const { clickId } = await shop.click()
        await shop.postback(`click_id=${clickId}&txid=known&amount=5&status=approved`)
        const before = await shop.conversions()
        isPixel(await shop.pixel(query(clickId)))
        assert.deepEqual(await shop.conversions(), before)
        const [receipt] = await shop.receipts()
        assert.deepEqual(outcomes(await shop.receipts())[0], outcome)
        assert.doesNotMatch(JSON.stringify(receipt), /pbt_/)
      })
    }

    test('credits no campaign that takes none from browsers', async () => {
      const shop = await open({ clientSide: false })
      const { clickId } = await shop.click()
      isPixel(await shop.pixel(`click_id=${clickId}`))
      assert.deepEqual([outcomes(await shop.receipts()), await shop.conversions()], [['REJECTED CLIENT_SIDE_OFF'], []])
    })

    test("is not asked whence it comes or how the advertiser's own server names things", async () => {
      const shop = await open()
      await app.get(
        app.adminKey,
        `mutation ($id: ID!, $input: UpdateAdvertiserInput!) { updateAdvertiser(id: $id, input: $input) { id } }`,
        { id: shop.advertiserId, input: { allowedIps: ['203.0.113.1'], preset: 'tune' } },
      )
      const { clickId } = await shop.click()
      // By then the node has heard of it.
      app.time.nowMs += 10_000
      await shop.postback(`click_id=${clickId}&txid=A`)
      await shop.pixel(`click_id=${clickId}&txid=A`)
      assert.deepEqual(outcomes(await shop.receipts()), ['ACCEPTED', 'REJECTED ADDRESS_NOT_ALLOWED'])
    })

    for (const id of ['', 'adv_', 'nonsense', encodeId('adv', newId<'adv'>()), encodeId('lnk', newId<'lnk'>())]) {
      test(`of nobody's advertiser leaves nothing: "${id.slice(0, 8)}"`, async () => {
        const shop = await open()
        const { clickId } = await shop.click()
        isPixel(await shop.asVisitor({ url: `/pixel.gif?advertiser_id=${id}&click_id=${clickId}` }))
        assert.deepEqual(await shop.receipts(), [])
      })
    }

    test('credits nobody with the click of another advertiser', async () => {
      const [shop, other] = [await open(), await open()]
      const { clickId } = await other.click()
      await shop.pixel(`click_id=${clickId}`)
      assert.deepEqual(outcomes(await shop.receipts()), ['UNMATCHED CLICK_NOT_FOUND'])
      assert.deepEqual([await shop.conversions(), await other.conversions()], [[], []])
    })

    test('counts so many orders of a click and no more, in one batch or one after the other', async () => {
      const shop = await open()
      const { clickId } = await shop.click()
      await Promise.all(Array.from({ length: 30 }, (_, index) => shop.pixel(`click_id=${clickId}&txid=${index}`)))
      assert.equal((await shop.conversions()).length, 20)
      await shop.pixel(`click_id=${clickId}&txid=A`)
      assert.equal(outcomes(await shop.receipts())[0], 'REJECTED CLICK_FULL')
      assert.equal((await shop.conversions()).length, 20)
      await shop.postback(`click_id=${clickId}&txid=C`)
      assert.equal((await shop.conversions()).length, 21)
    })
  })

  suite("the script's request", () => {
    test('is answered 204 with a receipt, and tells a visitor nothing of the books', async () => {
      const shop = await open()
      const { clickId } = await shop.click()
      for (const txid of ['A-1', 'A-1']) {
        const response = await shop.beacon({ click_id: clickId, txid })
        assert.deepEqual([response.statusCode, response.body], [204, ''])
        assert.equal(response.headers['access-control-allow-origin'], '*')
        assert.equal(response.headers['access-control-allow-credentials'], undefined)
      }
      const receipts = await shop.receipts()
      assert.deepEqual(outcomes(receipts), ['DUPLICATE', 'ACCEPTED'])
      assert.deepEqual(
        [receipts[0]?.method, receipts[0]?.url, receipts[0]?.body],
        ['POST', '/pixel.gif', `advertiser_id=${shop.advertiserId}&click_id=${clickId}&txid=A-1`],
      )
      assert.equal((await shop.conversions())[0]?.status, 'PENDING')
    })

    for (const type of ['text/plain;charset=UTF-8', 'application/json', 'x', undefined]) {
      test(`may be JSON that a page sends without asking: ${type}`, async () => {
        const shop = await open()
        const { clickId } = await shop.click()
        const response = await shop.asVisitor({
          method: 'POST',
          url: '/pixel.gif',
          headers: type === undefined ? {} : { 'content-type': type },
          payload: Buffer.from(JSON.stringify({ advertiser_id: shop.advertiserId, click_id: clickId, amount: 0.1 })),
        })
        assert.equal(response.statusCode, 204)
        assert.deepEqual(
          (await shop.conversions()).map(({ amount }) => amount),
          ['0.1'],
        )
      })
    }

    test('is 400 where it names no advertiser, and 413 where it is too large: nothing was kept', async () => {
      const shop = await open()
      const { clickId } = await shop.click()
      assert.equal((await shop.beacon({ advertiser_id: 'none', click_id: clickId })).statusCode, 400)
      assert.equal((await shop.beacon({ click_id: clickId, note: 'x'.repeat(17_000) })).statusCode, 413)
      assert.deepEqual(await shop.receipts(), [])
    })
  })

  test("a conversion that waits for its click is still a browser's when the click comes", async () => {
    const shop = await open({ goals: [{ event: 'sale', revenue: fixed, payout: fixed, duplicates: 'COUNT_EACH' }] })
    const id = newId<'clk'>(app.time.nowMs)
    for (let index = 0; index < 25; index += 1) {
      await shop.pixel(`click_id=${encodeId('clk', id)}&txid=${index}&status=approved`)
    }
    const early = outcomes(await shop.receipts())
    assert.deepEqual(early, [...Array(5).fill('REJECTED CLICK_FULL'), ...Array(20).fill('UNMATCHED CLICK_NOT_FOUND')])
    await shop.postback('txid=3&status=approved')
    await app.ledger.keepClick(clickDraft(shop.way(), app.time.nowMs, { id }))
    const statuses = (await shop.conversions()).map(({ status }) => status)
    assert.equal(statuses.length, 20)
    assert.equal(statuses.filter((status) => status === 'APPROVED').length, 1)
  })

  suite('the cookie of a click', () => {
    const kept = async (shop: Awaited<ReturnType<typeof open>>, headers = {}) => (await shop.click(headers)).cookie

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
    const tell = (shop: Awaited<ReturnType<typeof open>>, fields: object, headers: object = {}) =>
      shop.asVisitor({
        method: 'POST',
        url: '/clicks',
        headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
        payload: JSON.stringify({ link: shop.linkId, ...fields }),
      })
    const clicks = (shop: Awaited<ReturnType<typeof open>>) =>
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

  test('a campaign that takes conversions from browsers has fixed prices, whichever comes first', async () => {
    const refusal = async (run: Promise<{ errors?: readonly { extensions: { field?: string } }[] }>) =>
      (await run).errors?.[0]?.extensions.field
    const shop = await open()
    const update = `mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }`
    const goals = [{ event: 'sale', revenue: percent, payout: fixed }]
    assert.equal(await refusal(app.post(app.adminKey, update, { id: shop.campaignId, input: { goals } })), 'clientSide')
    const priced = await open({ clientSide: false, goals })
    const on = { id: priced.campaignId, input: { clientSide: true } }
    assert.equal(await refusal(app.post(app.adminKey, update, on)), 'clientSide')
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
