import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import type { WebSocket } from 'playwright-core'
import { until } from '../../support/app.js'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { isLive, ordersOf, row } from './page.js'
import { type Feed, openFeed, path } from './world.js'

suite('the filter of the live feed', inBrowser, () => {
  let stage: Stage
  let feed: Feed
  before(async () => {
    stage = await createStage()
    feed = await openFeed(stage)
  })
  after(() => stage.close())

  test('a filter passes what it says and withholds the rest, and stays in the address', async () => {
    const visit = await feed.open()
    const { page } = visit
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('textbox', { name: 'Source' }).fill('spring')
    await page.getByRole('option', { name: '“spring”' }).click()
    await page.getByRole('textbox', { name: 'Campaign' }).fill('shoe')
    await page.getByRole('option', { name: 'Running shoes' }).click()
    await page.getByRole('button', { name: 'Remove Campaign Running shoes' }).waitFor()
    await page.getByText('No conversion passes this filter').waitFor()
    const other = await feed.sell()
    const spring = await feed.sell({}, 'source=spring')
    await row(page, spring).waitFor()
    assert.deepEqual(await ordersOf(page), [spring])
    const { searchParams } = new URL(page.url())
    assert.deepEqual(
      [...searchParams],
      [
        ['campaignIds', stage.shop.campaignId],
        ['sources', 'spring'],
      ],
    )
    // The browser's own way back takes the last step back.
    await page.goBack()
    await page.getByRole('button', { name: 'Remove Campaign Running shoes' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Remove Source spring' }).click()
    await row(page, other).waitFor()
    assert.equal(new URL(page.url()).search, '')
    await visit.close()
  })

  test('a conversion that no longer passes says so, wherever it stands', async () => {
    const visit = await feed.open(stage.app.adminKey, { path: '/live?statuses=APPROVED' })
    const { page } = visit
    const txid = await feed.sell()
    await row(page, txid).getByText('New, approved').waitFor()
    await feed.change(txid, { status: 'reversed' })
    await row(page, txid).getByText('Reversed, left the filter').waitFor()
    await row(page, txid).getByText('Approved, left the filter').waitFor()
    await visit.close()
  })

  test('all that the API filters by is in the address, is sent, and can be taken back', async () => {
    const asked = {
      statuses: ['PENDING', 'APPROVED'],
      test: false,
      campaignIds: [stage.shop.campaignId],
      affiliateIds: [stage.shop.affiliateId],
      advertiserIds: [stage.shop.advertiserId],
      events: ['sale'],
      transactionId: 'a, b & c',
      minRevenue: '0.01',
      sources: ['one', 'two, three'],
      creatives: ['hero'],
      keywords: ['boots'],
      placements: ['top'],
      countries: ['DE'],
      devices: ['mobile'],
      subs: { sub1: 'a=b', sub10: 'c' },
      linkIds: [stage.shop.linkId],
      clickIds: ['clk_1'],
      from: '2026-06-01T00:00:00.000Z',
      to: '2026-07-01T00:00:00.000Z',
    }
    const schema = readFileSync(new URL('../../../../schema.graphql', import.meta.url), 'utf8')
    const [, inputs = ''] = /^input ConversionFilter \{$(.*?)^\}$/ms.exec(schema) ?? []
    assert.deepEqual(Object.keys(asked).sort(), [...inputs.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name).sort())

    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(asked)) {
      if (name === 'subs') for (const sub of Object.entries(value)) search.append(name, sub.join('='))
      else for (const one of [value].flat()) search.append(name, String(one))
    }
    search.append('statuses', 'NONSENSE')
    search.append('unknown', '1')
    const visit = await stage.visit({ path: `/live?${search}` })
    const { page } = visit
    const sent: unknown[] = []
    page.on('websocket', (socket: WebSocket) =>
      socket.on('framesent', ({ payload }) => {
        const message = JSON.parse(String(payload))
        if (message.type === 'subscribe') sent.push(message.payload.variables.filter)
      }),
    )
    await visit.signIn(stage.app.adminKey)
    await isLive(page)
    await until(() => sent.length > 0, 'a subscription')
    assert.deepEqual(sent, [asked])
    const chips = page.getByRole('list', { name: 'What passes' }).getByRole('listitem')
    await chips.filter({ hasText: 'Affiliate Running Blog' }).waitFor()
    assert.equal(await chips.count(), 22)
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByText('Everything passes').waitFor()
    await visit.close()
  })

  test('instants are asked for in the workspace’s zone', async () => {
    const elsewhere = await createStage()
    const { app } = elsewhere
    await app.rows(`update workspace set time_zone = 'Europe/Berlin'`)
    const visit = await elsewhere.visit({ path })
    const { page } = visit
    await visit.signIn(app.adminKey)
    await page.getByRole('button', { name: 'Filter' }).click()
    const from = page.getByLabel('Occurred from (Europe/Berlin)')
    for (const [there, instant] of [
      ['2026-06-04T10:00', '2026-06-04T08:00:00.000Z'],
      ['2026-03-29T01:59', '2026-03-29T00:59:00.000Z'],
      ['2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
      ['2026-10-25T04:00', '2026-10-25T03:00:00.000Z'],
    ] as const) {
      await from.fill(there)
      await from.press('Enter')
      await page.waitForURL((url) => url.searchParams.get('from') === instant)
      assert.equal(await from.inputValue(), there)
    }
    await visit.close()
    await elsewhere.close()
  })
})
