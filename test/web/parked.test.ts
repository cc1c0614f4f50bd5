import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createCatalogMaker } from '../support/catalog.js'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { testLooks } from './support/test-looks.js'

suite('parked postbacks', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  const parked = (page: Page, text: string) =>
    page.getByRole('list', { name: 'Parked postbacks' }).getByRole('listitem').filter({ hasText: text })
  const replay = (page: Page) => page.getByRole('status', { name: 'Replay' })

  async function outcomeOf(id: string | null): Promise<string> {
    const { app } = stage
    const query = 'query ($id: ID!) { receipt(id: $id) { outcome } }'
    return (await app.get<{ receipt: { outcome: string } }>(app.adminKey, query, { id })).receipt.outcome
  }
  const goals = (...events: string[]) =>
    events.map((event) => ({
      event,
      revenue: { kind: 'FIXED', value: '10' },
      payout: { kind: 'FIXED', value: '5' },
    }))

  test('says that nothing is parked; what comes to wait appears, and leaves when its order is there', async () => {
    const visit = await stage.signIn('ADVERTISER', { path: '/parked' })
    const { page } = visit
    const { shop } = stage
    await page.getByText('Nothing is parked').waitFor()
    await shop.send({ txid: 'LATE-1', status: 'approved' })
    await parked(page, 'order LATE-1').getByText('This advertiser has no such order, or not yet.').waitFor()
    await shop.send({ click_id: await shop.click(), txid: 'LATE-1', status: 'pending' })
    await page.getByText('Nothing is parked').waitFor()
    await visit.close()
  })

  test('one is dry-run, which changes nothing, then replayed when its goal is made, and is gone', async () => {
    const { app, shop } = stage
    const { receipt } = await shop.send({ click_id: await shop.click(), txid: 'GOAL-1', event: 'signup' })
    const other = await shop.send({ txid: 'GOAL-2', status: 'approved' })
    // The server itself looks again at what lacked a goal; here a replay is to do it.
    await app.rows('update parked_postback set lacks_catalog = false')
    const visit = await stage.signIn('ADVERTISER', { path: '/parked' })
    const { page } = visit
    await page.getByLabel('Select GOAL-1').check()
    await page.getByRole('button', { name: 'Dry run of 1 selected' }).click()
    await replay(page).getByText('Of 1, 0 would be settled and 1 would go on waiting.').waitFor()
    assert.equal(await replay(page).getByRole('button', { name: 'Replay' }).count(), 0)

    await app.get(
      app.adminKey,
      'mutation ($id: ID!, $goals: [GoalInput!]) { updateCampaign(id: $id, input: { goals: $goals }) { id } }',
      { id: shop.campaignId, goals: goals('sale', 'signup') },
    )
    await page.getByRole('button', { name: 'Dry run of all, at most 500' }).click()
    await replay(page).getByText('Of 2, 1 would be settled and 1 would go on waiting.').waitFor()
    await replay(page)
      .getByRole('listitem')
      .filter({ hasText: 'GOAL-1' })
      .getByText(/Accepted/)
      .waitFor()
    assert.equal(await outcomeOf(receipt), 'UNMATCHED')

    await replay(page).getByRole('button', { name: 'Replay these 2' }).click()
    await replay(page).getByText('Of 2, 1 is settled and 1 still waits.').waitFor()
    await parked(page, 'GOAL-1').waitFor({ state: 'detached' })
    await parked(page, 'GOAL-2').waitFor()
    assert.deepEqual([await outcomeOf(receipt), await outcomeOf(other.receipt)], ['ACCEPTED', 'UNMATCHED'])
    await visit.close()
  })

  test('are told apart by what they wait for, by order and by advertiser', async () => {
    const { app, shop } = stage
    const make = createCatalogMaker(app)
    const bolt = await make.advertiser('Bolt')
    await shop.send({ click_id: 'clk_00000000000000000000000000', txid: 'CLICK-1' })
    const visit = await stage.signIn('ADMIN', { path: '/parked' })
    const { page } = visit
    await parked(page, 'CLICK-1').getByText('Shoe Shop').waitFor()
    await page.getByRole('radio', { name: 'An order' }).check()
    await parked(page, 'GOAL-2').waitFor()
    await parked(page, 'CLICK-1').waitFor({ state: 'detached' })
    await page.getByRole('radio', { name: 'Whatever they wait for' }).check()
    await page.getByLabel('Order id').fill('CLICK-1')
    await parked(page, 'CLICK-1').waitFor()
    await parked(page, 'GOAL-2').waitFor({ state: 'detached' })
    await page.getByRole('combobox', { name: 'Advertiser' }).click()
    await page.getByRole('option', { name: 'Bolt' }).click()
    await page.getByText('Nothing that is parked is like this').waitFor()
    await page.waitForURL(`**/parked?advertiser=${bolt}`)
    await visit.close()

    const analyst = await stage.signIn('ANALYST', { path: '/parked' })
    await parked(analyst.page, 'CLICK-1').waitFor()
    assert.equal(await analyst.page.getByRole('checkbox').count(), 0)
    await analyst.close()
    const other = await stage.visit({ path: '/parked' })
    await other.signIn(await make.key('ADVERTISER', { advertiserId: bolt }))
    await other.page.getByText('Nothing is parked').waitFor()
    await other.close()
  })

  testLooks(
    (look) => stage.signIn('ADMIN', { ...look, path: '/parked' }),
    async ({ page }, inspect) => {
      await parked(page, 'CLICK-1').getByRole('button', { name: 'Story' }).click()
      await parked(page, 'CLICK-1').getByText('It waits, and is matched by itself').waitFor()
      await page.getByLabel(/^All \d+ shown$/).check()
      await page.getByRole('button', { name: /^Dry run of \d+ selected$/ }).click()
      await replay(page).getByText('Nothing is changed yet.').waitFor()
      await inspect('parked')
    },
  )
})
