import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { tileOf } from './support/tile.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

suite('the overview', inBrowser, () => {
  let stage: Stage
  let noonMs: number
  before(async () => {
    stage = await createStage()
    const { app, shop } = stage
    noonMs = app.time.nowMs
    // Yesterday: two sales by noon, one after it.
    for (const [hour, txid] of [
      [9, 'Y-1'],
      [10, 'Y-2'],
      [18, 'Y-3'],
    ] as const) {
      app.time.nowMs = noonMs - dayMs + (hour - 12) * hourMs
      await shop.send({ click_id: await shop.click('keyword=shoes&creative=hero'), txid, amount: '100' })
    }
    app.time.nowMs = noonMs - hourMs
    await shop.send({ click_id: await shop.click('keyword=boots'), txid: 'T-1', amount: '100' })
    app.time.nowMs = noonMs
  })
  after(() => stage.close())

  test('moves when a postback is booked, tiles, chart and lists alike', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    await tileOf(page, 'Conversions').filter({ hasText: /^1$/ }).waitFor()
    assert.equal(await tileOf(page, 'Revenue').textContent(), '€10.00')
    assert.equal(await tileOf(page, 'Conversion rate').textContent(), '100%')
    const { shop } = stage
    const clickId = await shop.click('keyword=boots')
    assert.equal((await shop.send({ click_id: clickId, txid: 'T-2', amount: '50.50' })).outcome, 'ACCEPTED')
    await tileOf(page, 'Conversions').filter({ hasText: /^2$/ }).waitFor()
    await tileOf(page, 'Revenue').filter({ hasText: '€20.00' }).waitFor()
    await page.getByRole('row', { name: 'boots 2 2 €20.00' }).waitFor()
    await page.getByRole('button', { name: 'As a table' }).click()
    await page.getByRole('row', { name: '12:00 1 0' }).waitFor()
    await page.getByRole('row', { name: '09:00 0 1' }).waitFor()
    const table = page.getByRole('table', { name: 'Conversions by the hour' })
    const sortedBy = (name: string) =>
      table.getByRole('columnheader', { name }).and(page.locator('[aria-sort=descending]')).waitFor()
    const rows = async () => (await table.getByRole('row').allTextContents()).slice(1, 4)
    assert.deepEqual(await rows(), ['00:0000', '01:0000', '02:0000'])
    await table.getByRole('button', { name: 'Yesterday' }).click()
    await sortedBy('Yesterday')
    assert.deepEqual(await rows(), ['09:0001', '10:0001', '18:00–1'])
    await table.getByRole('button', { name: 'Today' }).press('Enter')
    await sortedBy('Today')
    assert.deepEqual(await rows(), ['11:0010', '12:0010', '00:0000'])
    await visit.close()
  })

  test('says what changed since yesterday at the same time', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    await page.getByText(/^Thursday,? 4 June 2026, UTC, against yesterday until 12:15$/).waitFor()
    const clicks = page
      .getByLabel('Today')
      .locator('div')
      .filter({ has: page.getByText('Clicks', { exact: true }) })
    await clicks.getByText('from 2').waitFor()
    await visit.close()
  })

  test('each figure explains itself, to a pointer and to the keyboard', async () => {
    const visit = await stage.signIn('AFFILIATE')
    const { page } = visit
    const profit = tileOf(page, 'Profit')
    await profit.waitFor()
    await profit.hover()
    const explanation = page.getByRole('tooltip').filter({ visible: true })
    await explanation.waitFor()
    const text = await explanation.innerText()
    for (const part of [
      'payout − cost',
      'counts where it happened',
      '4 Jun 2026, 00:00:00',
      'UTC',
      'Books as of 12:0',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`)
    }
    // It can be pointed at itself.
    await explanation.hover()
    await explanation.waitFor()
    await page.mouse.move(0, 0)
    await explanation.waitFor({ state: 'hidden' })
    await profit.focus()
    await explanation.waitFor()
    await page.keyboard.press('Escape')
    await explanation.waitFor({ state: 'hidden' })
    await visit.close()
  })

  test('shows no money that its reader may not see', async () => {
    const seen = {
      ANALYST: ['Revenue', 'Payout', 'Profit'],
      ADVERTISER: ['Revenue'],
      AFFILIATE: ['Payout', 'Profit'],
    } as const
    for (const [role, names] of Object.entries(seen) as [keyof typeof seen, readonly string[]][]) {
      const visit = await stage.signIn(role)
      const { page } = visit
      await tileOf(page, 'Clicks').waitFor()
      for (const name of ['Revenue', 'Payout', 'Profit']) {
        const count = names.includes(name) ? 1 : 0
        assert.equal(await page.getByRole('term').filter({ hasText: name }).count(), count, `${role} ${name}`)
        assert.equal(await page.getByRole('radio', { name }).count(), count, `${role} ${name}`)
      }
      await visit.close()
    }
  })

  test('money is shown to the last digit, also where a float has no more of them', async (t) => {
    const rich = await createStage()
    t.after(() => rich.close())
    const { app, shop } = rich
    await app.get(
      app.adminKey,
      'mutation ($id: ID!, $goals: [GoalInput!]) { updateCampaign(id: $id, input: { goals: $goals }) { id } }',
      {
        id: shop.campaignId,
        goals: [{ event: 'sale', revenue: { kind: 'PASSED' }, payout: { kind: 'FIXED', value: '0' } }],
      },
    )
    const clickId = await shop.click()
    const orders = Array.from({ length: 101 }, (_, index) => ({
      click_id: clickId,
      txid: `BIG-${index}`,
      amount: '999999999999.99',
    }))
    const { status } = await shop.sendBatch(JSON.stringify(orders), 'application/json')
    assert.equal(status, 200)
    const visit = await rich.signIn('ADMIN')
    await tileOf(visit.page, 'Revenue').filter({ hasText: '€100,999,999,999,998.99' }).waitFor()
    await visit.close()
  })

  test('the chart is read with the arrow keys', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    const chart = page.getByRole('group', { name: 'Conversions by the hour' })
    await chart.focus()
    await chart.press('Home')
    await page.getByRole('status').filter({ hasText: '00:00: Today 0, Yesterday 0' }).waitFor()
    for (let hour = 1; hour <= 9; hour += 1) await chart.press('ArrowRight')
    await page.getByRole('status').filter({ hasText: '09:00: Today 0, Yesterday 1' }).waitFor()
    await page.getByRole('radio', { name: 'Revenue' }).check()
    await page.getByRole('group', { name: 'Revenue by the hour' }).press('End')
    await page.getByRole('status').filter({ hasText: '23:00: Today –, Yesterday €0.00' }).waitFor()
    await visit.close()
  })

  test('says what there is to see when there is nothing', async (t) => {
    const empty = await createStage()
    t.after(() => empty.close())
    const visit = await empty.signIn('ADMIN')
    await tileOf(visit.page, 'Clicks').filter({ hasText: /^0$/ }).waitFor()
    const lists = visit.page.getByText('Nothing yet today.')
    await lists.first().waitFor()
    assert.equal(await lists.count(), 4)
    assert.equal(await tileOf(visit.page, 'Conversion rate').textContent(), '–')
    await visit.close()
  })
})
