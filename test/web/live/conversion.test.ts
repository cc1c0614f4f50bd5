import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createCatalogMaker } from '../../support/catalog.js'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { testLooks } from '../support/test-looks.js'
import { isLive, opener, ordersOf, row } from './page.js'
import { type Feed, openFeed } from './world.js'

suite('a conversion in the live feed, and who sees what of it', inBrowser, () => {
  let stage: Stage
  let feed: Feed
  before(async () => {
    stage = await createStage()
    feed = await openFeed(stage)
  })
  after(() => stage.close())

  test('a row opens what is known of its conversion, and how it came to that', async () => {
    const txid = await feed.sell({}, 'source=spring&keyword=boots&sub1=x')
    await feed.change(txid, { status: 'reversed', reason: 'sent back' })
    const visit = await feed.open()
    const { page } = visit
    await opener(page, txid).click()
    const dialog = page.getByRole('dialog', { name: txid })
    for (const fact of ['spring', 'boots', 'Shoe Shop'])
      await dialog.getByRole('definition').filter({ hasText: fact }).waitFor()
    await dialog.getByText('revenue +€10.00').waitFor()
    await dialog.getByText('payout +€5.00').waitFor()
    await dialog.getByText('Reversed now').waitFor()
    await dialog.getByText('It arrived by GET').waitFor()
    await visit.close()
  })

  test('an affiliate sees its own conversions, and no money but its own', async () => {
    const { app, shop } = stage
    const make = createCatalogMaker(app)
    const others = await make.link(shop.campaignId, await make.affiliate('Other Blog'))
    const visit = await feed.open(await stage.keyOf('AFFILIATE'))
    const { page } = visit
    await feed.sell({ click_id: await shop.click('', {}, others) })
    const own = await feed.sell()
    await row(page, own).waitFor()
    const [first] = await ordersOf(page)
    assert.equal(first, own)
    assert.deepEqual(await page.getByRole('columnheader').allInnerTexts(), [
      'Time',
      'What happened',
      'Campaign',
      'Event',
      'Order id',
      'Payout',
    ])
    assert.equal(await page.getByRole('cell', { name: '€10.00' }).count(), 0)
    await page.getByRole('button', { name: /payout\/min$/ }).waitFor()
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('textbox', { name: 'Campaign' }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: /Revenue|Affiliate/ }).count(), 0)
    await opener(page, own).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('term').filter({ hasText: 'Payout' }).waitFor()
    assert.equal(await dialog.getByText(/Revenue|Amount|Receipt/).count(), 0)
    await visit.close()
  })

  test('an advertiser sees no payout', async () => {
    const visit = await feed.open(await stage.keyOf('ADVERTISER'))
    const { page } = visit
    const txid = await feed.sell()
    await row(page, txid).waitFor()
    assert.equal(await page.getByRole('columnheader', { name: 'Revenue' }).count(), 1)
    assert.equal(await page.getByText('Payout').count(), 0)
    await opener(page, txid).click()
    await page
      .getByRole('dialog')
      .getByText(/^Receipt rcp_/)
      .waitFor()
    await visit.close()
  })

  test('by keyboard alone: filter, pause, read a row', async () => {
    const [older, newer] = [await feed.sell({}, 'source=keys'), await feed.sell({}, 'source=keys')]
    const visit = await feed.open()
    const { page } = visit
    const { keyboard } = page
    const focused = () => page.evaluate<string>('document.activeElement.ariaLabel || document.activeElement.innerText')
    async function tabTo(name: string | RegExp): Promise<void> {
      for (let stops = 0; stops < 120; stops += 1) {
        const at = await focused()
        if (typeof name === 'string' ? at === name : name.test(at)) return
        await keyboard.press('Tab')
      }
      assert.fail(`no way to ${name}`)
    }
    await page.getByRole('heading', { level: 1 }).focus()
    await tabTo('Filter')
    await keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Source' }).waitFor()
    while ((await page.evaluate('document.activeElement.labels?.[0]?.innerText')) !== 'Source')
      await keyboard.press('Tab')
    await keyboard.type('keys')
    await page.getByRole('option', { name: 'keys' }).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove Source keys' }).waitFor()
    // The rows of the filter are rows of their own, and begin without the focus.
    await opener(page, 'S-1').waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1 }).focus()
    await tabTo('Pause')
    await keyboard.press('Space')
    await page.getByRole('button', { name: 'Resume: 0 wait' }).waitFor()
    await tabTo(new RegExp(`${newer}: details`))
    await keyboard.press('ArrowDown')
    assert.match(await focused(), new RegExp(`${older}: details`))
    await keyboard.press('Enter')
    await page.getByRole('dialog', { name: older }).getByText('Running Blog', { exact: true }).waitFor()
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.match(await focused(), new RegExp(`${older}: details`))
    await visit.close()
  })

  testLooks(
    (look) => stage.signIn('ADMIN', { ...look, path: '/live?test=false' }),
    async ({ page }, inspect) => {
      await isLive(page)
      const details = page.getByRole('button', { name: /details$/ }).first()
      await details.waitFor()
      await inspect('live')
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByRole('textbox', { name: 'Campaign' }).click()
      await page.getByRole('option', { name: 'Running shoes' }).waitFor()
      await inspect('live-filter')
      await page.getByRole('button', { name: 'Close the filter' }).click()
      await details.click()
      await page.getByRole('dialog').getByText('Running shoes', { exact: true }).waitFor()
      await inspect('live-details')
    },
  )
})
