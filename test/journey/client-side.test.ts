import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createTestApp, type TestApp, until } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { openChromium, openLenientChromium, withoutChromium } from '../support/chromium.js'
import { listen } from '../support/listen.js'

interface Conversion {
  readonly status: string
  readonly transactionId: string | null
  readonly amount: string | null
  readonly revenue: string
  readonly clickId: string | null
}

/** Two sites: a browser keeps `localhost` and `127.0.0.1` apart as it does any others, and takes Secure cookies of both. */
suite('a visitor with a real browser', { skip: withoutChromium, timeout: 120_000 }, () => {
  let app: TestApp
  let chromium: Browser
  let shopServer: Server
  let visitor: BrowserContext
  let page: Page
  let track: string
  let shop: string
  let ids: { advertiser: string; campaign: string; link: string }
  /** Which attributes the script's tag has besides, and what else the shop's pages hold. */
  let tag = ''
  let body = ''

  before(async () => {
    app = await createTestApp({ startMs: Date.now() })
    track = app.url.replace('127.0.0.1', 'localhost')
    shopServer = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      const script = `<script src="${track}/track.js" data-advertiser="${ids.advertiser}" ${tag}></script>`
      response.end(`<!doctype html><title>shop</title>${script}<body>${body}</body>`)
    })
    shop = `http://127.0.0.1:${await listen(shopServer)}`
    chromium = await openChromium()
  })
  after(async () => {
    await chromium?.close()
    shopServer?.closeAllConnections()
    shopServer?.close()
    await app?.close()
  })
  beforeEach(async () => {
    app.time.nowMs = Date.now()
    tag = ''
    body = ''
    const make = createCatalogMaker(app)
    const advertiser = await make.advertiser()
    const campaign = await make.campaign(advertiser, { clientSide: true, destinationUrl: `${shop}/landing` })
    ids = { advertiser, campaign, link: await make.link(campaign, await make.affiliate()) }
    await open()
  })

  async function open(options: { extraHTTPHeaders?: Record<string, string> } = {}) {
    await visitor?.close()
    visitor = await chromium.newContext(options)
    page = await visitor.newPage()
  }
  /** As scripts of the page would do it. */
  const inPage = (script: string) => page.evaluate(script)
  const clickOf = (url: string) => new URL(url).searchParams.get('click_id')
  async function conversions(): Promise<Conversion[]> {
    const { list } = await app.get<{
      list: { nodes: (Omit<Conversion, 'clickId'> & { click: { id: string } | null })[] }
    }>(
      app.adminKey,
      `{ list: conversions(first: 10, filter: { campaignIds: ["${ids.campaign}"] }) {
           nodes { status transactionId amount revenue click { id } } } }`,
    )
    return list.nodes.map(({ click, ...conversion }) => ({ ...conversion, clickId: click?.id ?? null }))
  }
  async function theConversion(): Promise<Conversion> {
    await until(async () => (await conversions()).length > 0, 'a conversion')
    const [conversion, ...more] = await conversions()
    assert.deepEqual(more, [])
    return conversion as Conversion // there is one
  }
  async function receipts() {
    const { list } = await app.get<{ list: { nodes: { outcome: string; reasonCode: string | null }[] } }>(
      app.adminKey,
      `{ list: receipts(first: 10, filter: { advertiserIds: ["${ids.advertiser}"] }) { nodes { outcome reasonCode } } }`,
    )
    return list.nodes
  }

  test('clicks a link, lands in the shop, buys on a later page, and is in the books as PENDING', async () => {
    await page.goto(`${track}/c/${ids.link}`)
    const clickId = clickOf(page.url())
    assert.match(clickId ?? '', /^clk_/)
    await page.goto(`${shop}/checkout`)
    assert.equal(await inPage(`pulseback.conversion({ event: 'sale', txid: 'A-1', amount: 49.9 })`), true)
    assert.deepEqual(await theConversion(), {
      status: 'PENDING',
      transactionId: 'A-1',
      amount: '49.9',
      revenue: '10',
      clickId,
    })
  })

  test('leaves the page the moment it has said so, and is counted all the same', async () => {
    await page.goto(`${track}/c/${ids.link}`)
    body = `<script>pulseback.conversion({ txid: 'A-1' }); location.replace('about:blank')</script>`
    await page.goto(`${shop}/thanks`).catch(() => undefined)
    await page.waitForURL('about:blank')
    assert.equal((await theConversion()).transactionId, 'A-1')
  })

  test('is found by the cookie of its click, where the shop has a pixel only and the browser brings cookies', async () => {
    const lenient = await openLenientChromium()
    const page = await lenient.visitor.newPage()
    try {
      await page.goto(`${track}/c/${ids.link}`)
      const clickId = clickOf(page.url())
      const cookies = await lenient.visitor.cookies(track)
      assert.deepEqual(
        cookies.map(({ name, value, httpOnly, secure, sameSite }) => [name, value, httpOnly, secure, sameSite]),
        [['pb_click', clickId, true, true, 'None']],
      )
      body = `<img id="pixel" src="${track}/pixel.gif?advertiser_id=${ids.advertiser}&txid=A-1">`
      await page.goto(`${shop}/thanks`)
      assert.equal((await theConversion()).clickId, clickId)
      assert.equal(await page.evaluate(`document.getElementById('pixel').naturalWidth`), 1)
    } finally {
      await lenient.close()
    }
  })

  test('who wants to be followed by none keeps nothing, and buys without being found', async () => {
    await open({ extraHTTPHeaders: { 'sec-gpc': '1' } })
    await visitor.addInitScript(`Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true })`)
    await page.goto(`${track}/c/${ids.link}`)
    assert.match(page.url(), /click_id=clk_/)
    assert.deepEqual(await visitor.cookies(), [])
    assert.equal(await inPage('localStorage.length'), 0)
    body = `<img src="${track}/pixel.gif?advertiser_id=${ids.advertiser}&txid=A-1">`
    await page.goto(`${shop}/thanks`)
    assert.equal(await inPage(`pulseback.conversion({ txid: 'A-2' })`), false)
    await until(async () => (await receipts()).length > 0, "the pixel's receipt")
    assert.deepEqual(await receipts(), [{ outcome: 'REJECTED', reasonCode: 'CLICK_REQUIRED' }])
  })

  test('comes without a redirect, gets a click of the link that the page names, and buys', async () => {
    tag = `data-link="${ids.link}"`
    body = `<script>pulseback.conversion({ txid: 'A-1' })</script>`
    await page.goto(`${shop}/landing?source=poster&sub1=x`)
    const { clickId } = await theConversion()
    const { list } = await app.get<{ list: { nodes: object[] } }>(
      app.adminKey,
      `{ list: clicks(first: 10, filter: { campaignIds: ["${ids.campaign}"] }) { nodes { id source subs browser } } }`,
    )
    assert.deepEqual(list.nodes, [{ id: clickId, source: 'poster', subs: { sub1: 'x' }, browser: 'Chrome' }])
  })

  test('buys before the script is there, and the script makes up for it', async () => {
    await page.goto(`${track}/c/${ids.link}`)
    tag = 'async'
    body = `<script>(window.pulseback = window.pulseback || []).push(['conversion', { txid: 'A-1' }])</script>`
    await page.goto(`${shop}/thanks`)
    assert.equal((await theConversion()).transactionId, 'A-1')
  })

  test('asks no leave of the tracker for anything: neither a click nor a conversion costs a preflight', async () => {
    const methods: string[] = []
    const cdp = await visitor.newCDPSession(page)
    await cdp.send('Network.enable')
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      if (request.url.startsWith(track)) methods.push(`${request.method} ${new URL(request.url).pathname}`)
    })
    await page.goto(`${shop}/landing`)
    await inPage(`pulseback.click({ link: '${ids.link}' })`)
    await inPage(`pulseback.conversion({ txid: 'A-1' })`)
    await theConversion()
    // The browser tells of what it sends by another way than it sends it.
    await until(() => methods.filter((method) => method.startsWith('POST')).length === 2, 'both requests to be told of')
    assert.deepEqual(methods.filter((method) => method !== 'GET /track.js').sort(), ['POST /clicks', 'POST /pixel.gif'])
  })
})
