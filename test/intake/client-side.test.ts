import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { encodeId, newId } from '../../src/kernel/ids.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { clickDraft } from '../support/drafts.js'
import { fixed, openClientSideShop, outcomes } from './client-side-shop.js'

const percent = { kind: 'PERCENT', value: '10' }

suite('conversions that come from browsers', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  const open = (campaign: object = {}) => openClientSideShop(app, campaign)

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
})
