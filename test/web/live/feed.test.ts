import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { until } from '../../support/app.js'
import { openBreakableProxy } from '../../support/breakable-proxy.js'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { isLive, ordersOf, row } from './page.js'
import { type Feed, openFeed, path } from './world.js'

const many = 50

suite('the live feed', inBrowser, () => {
  let stage: Stage
  let feed: Feed
  before(async () => {
    stage = await createStage()
    feed = await openFeed(stage)
  })
  after(() => stage.close())

  test('a postback appears without a reload, at the top, with what happened to it', async () => {
    const listed = await feed.sell()
    const visit = await feed.open()
    const { page } = visit
    await row(page, listed).getByText('Approved', { exact: true }).waitFor()
    const txid = await feed.sell()
    await row(page, txid).getByText('New, approved').waitFor()
    assert.deepEqual((await ordersOf(page)).slice(0, 2), [txid, listed])
    const cells = await row(page, txid).getByRole('cell').allInnerTexts()
    assert.deepEqual(cells, [
      '12:00:00',
      'New, approved',
      'Running shoes',
      'Running Blog',
      'sale',
      txid,
      '€100.00',
      '€10.00',
      '€5.00',
    ])
    await feed.change(txid, { status: 'reversed' })
    await row(page, txid).getByText('Reversed').waitFor()
    await page.getByRole('button', { name: /^2 changes\/min, €0.00 revenue\/min$/ }).waitFor()
    await visit.close()
  })

  test('what is booked between the list and the subscription is there, once', async () => {
    const visit = await stage.visit({ path })
    const { page } = visit
    let between = ''
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('query Newest')) return route.continue()
      const response = await route.fetch()
      between = await feed.sell()
      await route.fulfill({ response })
    })
    await visit.signIn(stage.app.adminKey)
    await until(() => between !== '', 'the list')
    await page.unroute('**/graphql')
    await row(page, between).waitFor()
    const last = await feed.sell()
    await row(page, last).waitFor()
    assert.deepEqual((await ordersOf(page)).slice(0, 2), [last, between])
    await visit.close()
  })

  test('while it is paused nothing moves and nothing is lost', async () => {
    const visit = await feed.open()
    const { page } = visit
    await row(page, await feed.sell()).waitFor()
    const shown = await ordersOf(page)
    await page.getByRole('button', { name: 'Pause' }).click()
    const waiting: string[] = []
    for (let index = 0; index < many; index += 1) waiting.unshift(await feed.sell())
    const resume = page.getByRole('button', { name: `Resume: ${many} wait` })
    await resume.waitFor()
    assert.deepEqual(await ordersOf(page), shown)
    await resume.click()
    await row(page, waiting[0] ?? '').waitFor()
    assert.deepEqual((await ordersOf(page)).slice(0, many), waiting)
    const last = await feed.sell()
    await row(page, last).waitFor()
    await visit.close()
  })

  test('new ones wait while somebody reads further down', async () => {
    const visit = await stage.visit({ path })
    const { page } = visit
    await visit.signIn(stage.app.adminKey)
    await isLive(page)
    const scrollDown = async () => {
      await page.getByRole('region', { name: 'Changes as they are booked' }).hover()
      await page.mouse.wheel(0, 400)
      const at = `document.querySelector('section[aria-label^="Changes"]').scrollTop`
      await until(async () => (await page.evaluate<number>(at)) > 0, 'the place further down')
    }
    // Enough of them to scroll by.
    for (let index = 0; index < 30; index += 1) await feed.sell()
    await row(page, await feed.sell()).waitFor()
    await scrollDown()
    const txid = await feed.sell()
    await page.getByRole('button', { name: '1 waits while you read: show' }).click()
    await row(page, txid).waitFor()
    // Nor does it go on waiting where there is nothing to read any more.
    await scrollDown()
    await page.evaluate(`history.pushState(null, '', '?sources=calm')`)
    await page.getByText('No conversion passes this filter').waitFor()
    await row(page, await feed.sell({}, 'source=calm')).waitFor()
    await visit.close()
  })

  test('after a lost network nothing is missing, nothing is there twice, and it says so', async () => {
    const proxy = await openBreakableProxy(stage.app.url)
    const head = await stage.app.head()
    const visit = await feed.open(stage.app.adminKey, {
      url: proxy.url,
      expected: /WebSocket|ERR_|Failed to (load|fetch)/,
    })
    const { page } = visit
    for (let round = 0; round < 3; round += 1) {
      await row(page, await feed.sell()).waitFor()
      proxy.refuse()
      proxy.breakAll()
      await page.getByRole('status').filter({ hasText: 'Offline since' }).waitFor()
      for (let index = 0; index < 5; index += 1) await feed.sell()
      proxy.accept()
      await page.getByText('5 changes were caught up, and nothing is missing.').waitFor()
      await page.getByRole('button', { name: 'Dismiss' }).click()
    }
    await row(page, await feed.sell()).waitFor()
    type Ledger = { changes: { nodes: { conversion: { transactionId: string } }[] } }
    const { changes } = await stage.app.get<Ledger>(
      stage.app.adminKey,
      'query ($after: Cursor!) { changes(after: $after) { nodes { conversion { transactionId } } } }',
      { after: head },
    )
    const booked = changes.nodes.map(({ conversion }) => conversion.transactionId).reverse()
    assert.equal(booked.length, 19)
    assert.deepEqual((await ordersOf(page)).slice(0, booked.length), booked)
    await visit.close()
    await proxy.close()
  })

  test('a tone and notifications are off, and nobody is asked, until they are wanted', async () => {
    const visit = await stage.visit({ path })
    const { page } = visit
    await page.addInitScript(`
      window.told = { asked: 0, contexts: 0, tones: 0, notices: [] }
      window.Notification = class { static async requestPermission() { told.asked += 1; return 'granted' }
        constructor(title, { body }) { told.notices.push(title + ': ' + body) } }
      const { start } = OscillatorNode.prototype
      OscillatorNode.prototype.start = function (...all) { told.tones += 1; return start.apply(this, all) }
      window.AudioContext = class extends AudioContext { constructor() { super(); told.contexts += 1 } }
    `)
    await page.reload()
    await visit.signIn(stage.app.adminKey)
    await isLive(page)
    const told = () => page.evaluate<{ asked: number; contexts: number; tones: number; notices: string[] }>('told')
    await row(page, await feed.sell()).waitFor()
    assert.deepEqual(await told(), { asked: 0, contexts: 0, tones: 0, notices: [] })
    await page.getByRole('switch', { name: 'Tone off' }).click()
    await page.getByRole('switch', { name: 'Notifications off' }).click()
    await page.getByRole('switch', { name: 'Notifications on' }).waitFor()
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden' })`)
    await row(page, await feed.sell()).waitFor()
    assert.deepEqual(await told(), {
      asked: 1,
      contexts: 1,
      tones: 2,
      notices: ['Shop: New, approved · Running shoes · €10.00'],
    })
    await visit.close()
  })

  test('keeps the newest, and says how many made room for them', async () => {
    const visit = await feed.open()
    const { page } = visit
    const { shop } = stage
    const last = await feed.sell()
    await row(page, last).waitFor()
    const kept = async () => Number(await page.getByRole('table').getAttribute('aria-rowcount')) - 1
    const before = await kept()
    await page.getByRole('button', { name: 'Pause' }).click()
    const clickId = await shop.click()
    // More than twice what is kept.
    for (let batch = 0; batch < 11; batch += 1) {
      const orders = Array.from({ length: 1_000 }, (_, index) => ({ click_id: clickId, txid: `B-${batch}-${index}` }))
      assert.equal((await shop.sendBatch(JSON.stringify(orders), 'application/json')).status, 200)
    }
    await page.getByRole('button', { name: 'Resume: 11,000 wait' }).click()
    await row(page, 'B-10-999').waitFor()
    assert.equal(await kept(), 5_000)
    const cut = new Intl.NumberFormat('en-GB').format(before + 11_000 - 5_000)
    await page.getByText(`The latest 5,000 are kept here; ${cut} earlier ones have made room for them`).waitFor()
    await visit.close()
  })

  test('says what there is to do about an empty feed, and about one that cannot be read', async () => {
    const empty = await createStage()
    const visit = await empty.visit({ path, expected: /Failed to load|ERR_/ })
    const { page } = visit
    await visit.signIn(empty.app.adminKey)
    await page.getByText('No conversions yet').waitFor()
    await page.route('**/graphql', (route) => route.abort())
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('checkbox', { name: 'Pending' }).check()
    await page.getByText('The feed could not be read').waitFor()
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('No conversion passes this filter').waitFor()
    await page.getByRole('button', { name: 'Clear it' }).click()
    await page.getByText('No conversions yet').waitFor()
    await visit.close()
    await empty.close()
  })
})
