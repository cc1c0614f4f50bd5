import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createWorkspace } from '../../../src/catalog/create-workspace.js'
import { until } from '../../support/app.js'
import { createCatalogMaker } from '../../support/catalog.js'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { clipboard, follow, open, refusalAt, rowOf, titled } from './page.js'

suite('what is shown of campaigns, affiliates and links, and to whom', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  test('parameters are put onto a link, and an ad platform’s macros in them stay as they are', async () => {
    const visit = await open(stage, 'ADMIN', `/links/${stage.shop.linkId}`)
    const { page } = visit
    await page.getByLabel('Add a parameter').selectOption('sub1')
    await page.getByLabel('sub1', { exact: true }).and(page.locator(':focus')).waitFor()
    await page.keyboard.type('a b&c')
    await page.getByLabel('Add a parameter').selectOption('keyword')
    await page.getByLabel('keyword', { exact: true }).fill('{keyword}')
    await page.getByLabel('Add a parameter').selectOption('cost')
    await page.getByLabel('cost', { exact: true }).fill('0.2')
    await page.getByRole('button', { name: 'Remove cost' }).click()
    await page.getByRole('button', { name: 'Copy the tracking link' }).click()
    const url = `${stage.app.url}/c/${stage.shop.linkId}?sub1=a%20b%26c&keyword={keyword}`
    await until(async () => (await clipboard(page)) === url, 'the link in the clipboard')
    const [clickId] = /clk_\w+/.exec(await follow(url.replace('{keyword}', 'shoes'))) ?? []
    const { click } = await stage.app.get<{ click: object }>(
      stage.app.adminKey,
      'query ($id: ID!) { click(id: $id) { keyword subs } }',
      { id: clickId },
    )
    assert.deepEqual(click, { keyword: 'shoes', subs: { sub1: 'a b&c' } })
    await page.getByRole('button', { name: 'Copy the test link' }).click()
    await until(async () => (await clipboard(page)).endsWith('?test=1'), 'the test link in the clipboard')
    await visit.close()
  })

  test('where a visitor would be sent is shown as the server sends it', async () => {
    const { app, shop } = stage
    const make = createCatalogMaker(app)
    const visit = await open(stage, 'ADMIN', '/links')
    const { page } = visit
    const subs = { sub1: 'ü/?&=', sub10: 'ten' }
    for (const destinationUrl of [
      'https://a.example',
      'https://a.example/?',
      'https://a.example/p?x=1&#top',
      'https://a.example/#{sub10}?x',
      'https://{sub1}.a.example/{sub1}?k={keyword}&odd={nothing}&s={sub11}&{affiliate_ref}',
      'https://a.example/ü/{source}{campaign_id}{affiliate_id}{link_id}{creative}{placement}?{click_id}={click_id}',
    ]) {
      const id = await make.link(shop.campaignId, shop.affiliateId, { source: 'a b', subs, destinationUrl })
      await page.evaluate(`history.pushState(null, '', '/links/${id}')`)
      await titled(page, `Link …${id.slice(-6)}`)
      const shown = await page.getByRole('region', { name: 'Leads to' }).locator('code').innerText()
      const sent = await follow(`${app.url}/c/${id}`)
      assert.equal(shown.replaceAll(/clk_\w{26}/g, 'clk_'), sent.replaceAll(/clk_\w{26}/g, 'clk_'), destinationUrl)
    }
    await visit.close()
  })

  test('an affiliate makes its own links to its campaigns, and sees what it is paid', async () => {
    const visit = await open(stage, 'AFFILIATE', '/campaigns')
    const { page } = visit
    await rowOf(page, /^Campaign Active Shoe Shop \d+ 0 €0.00 €0.00 sale: pays €\d.00/).waitFor()
    assert.equal(await page.getByRole('columnheader', { name: 'Revenue' }).count(), 0)
    await page.getByRole('button', { name: 'Figures of the last 30 days' }).focus()
    await page.getByRole('tooltip').filter({ hasText: 'Profit: payout − cost' }).waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('link', { name: 'New campaign' }).count(), 0)
    assert.equal(
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /Affiliates|Advertisers/ })
        .count(),
      0,
    )
    await page.getByRole('link', { name: 'Campaign', exact: true }).click()
    await page.getByText('You are paid').waitFor()
    assert.equal(await page.getByText(/Advertiser pays|In force|Earlier terms/).count(), 0)
    assert.equal(await page.getByRole('link', { name: 'Edit' }).count(), 0)
    await page.getByRole('link', { name: 'New link' }).click()
    await page.locator('[data-field=campaignId][value=Campaign]').waitFor()
    assert.equal(await page.getByRole('combobox', { name: 'Affiliate' }).count(), 0)
    assert.equal(await page.getByLabel('Destination URL').count(), 0)
    await page.getByLabel('Source').fill('x'.repeat(256))
    await page.getByRole('button', { name: 'Make the link' }).click()
    await refusalAt(page.getByLabel('Source'), 'This may have 255 bytes.')
    await page.getByLabel('Source').fill('blog')
    await page.getByRole('button', { name: 'Make the link' }).click()
    await titled(page, /^Link …/)
    await page.getByText('Of Running Blog to Campaign').waitFor()
    await page.getByRole('link', { name: 'Links', exact: true }).click()
    await page.getByText('source blog').waitFor()
    await visit.close()
  })

  test('an analyst reads everything, and has nothing to change it with', async () => {
    const visit = await open(stage, 'ANALYST', '/campaigns')
    const { page } = visit
    const { campaignId, affiliateId, linkId } = stage.shop
    for (const [path, title] of [
      ['/campaigns', 'Campaigns'],
      [`/campaigns/${campaignId}`, 'Campaign'],
      ['/affiliates', 'Affiliates'],
      [`/affiliates/${affiliateId}`, 'Running Blog'],
      ['/links', 'Links'],
      [`/links/${linkId}`, `Link …${linkId.slice(-6)}`],
      ['/advertisers', 'Advertisers'],
    ] as const) {
      await page.evaluate(`history.pushState(null, '', '${path}')`)
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
      await page.getByText(/€\d/).first().waitFor()
      assert.equal(await page.getByRole('link', { name: /^(New|Edit)/ }).count(), 0, path)
      assert.equal(await page.getByRole('button', { name: /^(Make|Save)/ }).count(), 0, path)
    }
    for (const path of ['/campaigns/new', `/campaigns/${campaignId}/edit`, '/links/new', '/affiliates/new']) {
      await page.evaluate(`history.pushState(null, '', '${path}')`)
      await titled(page, /^(No such|Not found)/)
    }
    await visit.close()
  })

  test('an advertiser reads its own campaigns, and no payout', async () => {
    await stage.app.get(stage.app.adminKey, `mutation { createAdvertiser(input: { name: "Other" }) { id } }`)
    const visit = await open(stage, 'ADVERTISER', '/campaigns')
    const { page } = visit
    await rowOf(page, /^Campaign Active \d+ 0 €0.00 sale: €10.00$/).waitFor()
    assert.equal(await page.getByRole('columnheader', { name: /Payout|Profit/ }).count(), 0)
    assert.equal(await page.getByRole('link', { name: 'New campaign' }).count(), 0)
    await page.getByRole('link', { name: 'Campaign', exact: true }).click()
    await page.getByText('Advertiser pays').waitFor()
    assert.equal(await page.getByText('Affiliate is paid').count(), 0)
    await visit.close()
  })

  test('a list is one request and one live report, however long, is narrowed down by address, and read on by scrolling', async () => {
    const { app } = stage
    const names = Array.from({ length: 230 }, (_, index) => `Blog ${String(index).padStart(3, '0')}`)
    for (let at = 0; at < names.length; at += 10) {
      const fields = names
        .slice(at, at + 10)
        .map((name, i) => `m${i}: createAffiliate(input: { name: "${name}" }) { id }`)
      await app.get(app.adminKey, `mutation { ${fields.join(' ')} }`)
    }
    const visit = await stage.visit({ path: '/nowhere' })
    const { page, context } = visit
    const asked: string[] = []
    const listen = (message: string) => void asked.push(/"operationName":"(\w+)"/.exec(message)?.[1] ?? 'none')
    context.on('request', (request) => request.url().endsWith('/graphql') && listen(request.postData() ?? ''))
    page.on('websocket', (socket) =>
      socket.on(
        'framesent',
        ({ payload }) => String(payload).includes('"type":"subscribe"') && listen(String(payload)),
      ),
    )
    await visit.signIn(app.adminKey)
    assert.deepEqual(asked, ['Viewer'])
    await page.getByRole('link', { name: 'Affiliates' }).click()
    await page.getByText('The first 200 affiliates').waitFor()
    await rowOf(page, /^Blog 000 blog-000 Active 0 0 €0.00/).waitFor()
    const lists = () => asked.filter((name) => name !== 'CatchUp').slice(1)
    assert.deepEqual(lists(), ['Affiliates', 'Earnings'])
    const table = page.getByRole('region', { name: 'Affiliates' })
    await table.press('End')
    await page.getByText(/^23\d affiliates$/).waitFor()
    await until(() => lists().length === 4, 'the live report of all that is listed')
    assert.deepEqual(lists().slice(2), ['Affiliates', 'Earnings'])
    await table.press('End')
    await rowOf(page, /^Blog 229 blog-229 Active 0 0 €0.00/).waitFor()
    // All of it is there now, so it can be sorted.
    await page.getByRole('button', { name: 'Affiliate', exact: true }).click()
    await page.getByRole('columnheader', { name: 'Affiliate' }).waitFor()
    await page.getByRole('searchbox', { name: 'Search by name or ref' }).fill('BLOG 22')
    await page.getByText('10 affiliates').waitFor()
    assert.equal(new URL(page.url()).search, '?search=BLOG+22')
    await page.getByRole('searchbox').fill('nobody')
    await page.getByText('No affiliate fits').waitFor()
    await page.getByRole('link', { name: 'Campaigns' }).click()
    await page.getByRole('radio', { name: 'Archived' }).check()
    await page.getByText('No campaign fits').waitFor()
    assert.equal(new URL(page.url()).search, '?status=ARCHIVED')
    await visit.close()
  })

  test('what is chosen from a long list is called by its name, is no search, and can be taken away', async () => {
    const { app } = stage
    const fields = Array.from(
      { length: 51 },
      (_, i) => `m${i}: createAffiliate(input: { name: "Partner ${i}" }) { id }`,
    )
    while (fields.length > 0) await app.get(app.adminKey, `mutation { ${fields.splice(0, 10).join(' ')} }`)
    const { affiliates } = await app.get<{ affiliates: { nodes: { id: string; name: string }[] } }>(
      app.adminKey,
      '{ affiliates(first: 51) { nodes { id name } } }',
    )
    const far = affiliates.nodes.at(-1)
    assert.ok(far !== undefined && affiliates.nodes.length === 51)
    const visit = await open(stage, 'ADMIN', `/links?affiliate=${far.id}`)
    const { page } = visit
    const picker = page.getByRole('combobox', { name: 'Affiliate' })
    const says = (text: string) => until(async () => (await picker.inputValue()) === text, `it says “${text}”`)
    await says(far.name)
    await picker.click()
    // It is none of the first fifty.
    await page.getByRole('option', { name: affiliates.nodes[49]?.name, exact: true }).waitFor()
    await page.getByRole('option', { name: far.name, exact: true }).waitFor()
    await picker.fill('nobody at all')
    await page.getByText('Nothing of that name').waitFor()
    await page.keyboard.press('Tab')
    await says(far.name)
    await page.getByLabel('Clear affiliate').click()
    await says('')
    assert.equal(new URL(page.url()).search, '')
    await visit.close()
  })

  test('who has nothing yet is told what to do', async () => {
    const { app } = stage
    const { adminKey } = await createWorkspace(app.orm, () => app.time.nowMs, { name: 'Empty', currency: 'EUR' })
    const visit = await stage.visit({ path: '/campaigns' })
    const { page } = visit
    await visit.signIn(adminKey)
    for (const [view, thing] of [
      ['Campaigns', 'campaign'],
      ['Links', 'link'],
      ['Affiliates', 'affiliate'],
      ['Advertisers', 'advertiser'],
    ] as const) {
      await page.getByRole('link', { name: view }).click()
      await page.getByText(`No ${thing}s yet`).waitFor()
      assert.equal(await page.getByRole('link', { name: `New ${thing}` }).count(), 2)
    }
    await visit.close()
  })
})
