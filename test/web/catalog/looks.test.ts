import { after, before, suite } from 'node:test'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { testLooks } from '../support/test-looks.js'

suite('the looks of campaigns, affiliates and links', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
    const { shop } = stage
    await shop.send({ click_id: await shop.click(), txid: 'S-1', amount: '100' })
  })
  after(() => stage.close())

  testLooks(
    (look) => stage.signIn('ADMIN', look),
    async ({ page }, inspect) => {
      const { campaignId, affiliateId, advertiserId, linkId } = stage.shop
      for (const [name, path, title] of [
        ['campaigns', '/campaigns', 'Campaigns'],
        ['campaign', `/campaigns/${campaignId}`, 'Campaign'],
        ['campaign-edit', `/campaigns/${campaignId}/edit`, 'Edit Campaign'],
        ['affiliates', '/affiliates', 'Affiliates'],
        ['affiliate', `/affiliates/${affiliateId}`, 'Running Blog'],
        ['advertisers', '/advertisers', 'Advertisers'],
        ['advertiser', `/advertisers/${advertiserId}`, 'Shoe Shop'],
        ['links', '/links', 'Links'],
        ['link', `/links/${linkId}`, `Link …${linkId.slice(-6)}`],
        ['link-new', '/links/new', 'New link'],
      ] as const) {
        await page.evaluate(`history.pushState(null, '', '${path}')`)
        await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
        const isForm = /edit|new|advertiser$/.test(name)
        await (isForm ? page.getByLabel(/^(Name|Source)$/).first() : page.getByText(/€\d/).first()).waitFor()
        await inspect(name)
      }
      await page.getByRole('combobox', { name: 'Campaign' }).click()
      await page.getByRole('option').first().waitFor()
      await inspect('link-new-campaigns')
    },
  )
})
