import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { clipboard, follow, open, pick, refusalAt, rowOf, titled } from './page.js'

suite('campaigns, affiliates and links that are made and changed', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  test('a link of a new campaign and a new affiliate is copied and followed, and the list shows what it earns', async () => {
    const visit = await open(stage, 'ADMIN', '/campaigns')
    const { page } = visit
    await page.getByRole('link', { name: 'New campaign' }).click()
    await titled(page, 'New campaign')
    await page.getByLabel('Name').fill('Spring sale')
    await pick(page, 'Advertiser', 'Shoe Shop')
    const destination = page.getByLabel('Destination URL', { exact: true })
    await destination.fill('https://shoes.example/spring?ref=&src=')
    for (let step = 0; step < '&src='.length; step += 1) await page.keyboard.press('ArrowLeft')
    await page.getByRole('button', { name: '{click_id}' }).click()
    await page.keyboard.press('End')
    await page.getByRole('button', { name: '{source}' }).click()
    assert.equal(await destination.inputValue(), 'https://shoes.example/spring?ref={click_id}&src={source}')
    const preview = page.getByRole('region', { name: 'A visitor would be sent to' })
    assert.match(await preview.innerText(), /\?ref=clk_[0-9a-z]{26}&src=newsletter$/)
    const goal = page.getByRole('group', { name: 'Goal sale' })
    await goal.getByLabel('Advertiser pays', { exact: true }).selectOption('PERCENT')
    await goal.getByLabel('Advertiser pays, percent').fill('10')
    await goal.getByLabel('Affiliate is paid, amount').fill('2.5')
    await page.getByRole('button', { name: 'Add a goal' }).click()
    const second = page.getByRole('group', { name: 'New goal' })
    await second.getByLabel('Event').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('lead')
    const lead = page.getByRole('group', { name: 'Goal lead' })
    await lead.getByLabel('Advertiser pays, amount').fill('4')
    await lead.getByLabel('Affiliate is paid, amount').fill('1')
    await lead.getByLabel('A conversion starts').selectOption({ label: 'Pending, until a postback approves it' })
    await page.getByRole('button', { name: 'Make the campaign' }).click()
    await titled(page, 'Spring sale')
    const goals = page.getByRole('region', { name: 'Goals' })
    await goals.getByText('10% of the sale').waitFor()
    await goals.getByText('€2.50').waitFor()
    await goals.getByText('Pending, until a postback approves it').waitFor()
    await visit.picture('campaign-1440-light')

    await page.getByRole('link', { name: 'Affiliates' }).click()
    await page.getByRole('link', { name: 'New affiliate' }).click()
    await page.getByLabel('Name').fill('Zoë’s Deals')
    await page.getByRole('button', { name: 'Make the affiliate' }).click()
    await titled(page, 'Zoë’s Deals')
    await page.getByText('zoe-s-deals').waitFor()

    await page.getByRole('link', { name: 'New link' }).click()
    await pick(page, 'Campaign', 'Spring sale')
    // It comes from the affiliate's page, which is chosen already.
    await page.locator('[data-field=affiliateId][value="Zoë’s Deals"]').waitFor()
    await page.getByLabel('Source').fill('mail & more')
    await page.getByLabel('Sub1').fill('June')
    await page.getByRole('button', { name: 'Make the link' }).click()
    await titled(page, /^Link …/)
    await page.getByRole('button', { name: 'Copy the tracking link' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    const leadsTo = (await page.getByRole('region', { name: 'Leads to' }).locator('code').innerText()).trim()

    const url = await clipboard(page)
    const location = await follow(url)
    assert.equal(location.replace(/clk_\w+/, ''), leadsTo.replace(/clk_\w+/, ''))
    const [clickId] = /clk_\w+/.exec(location) ?? []

    await page.getByRole('link', { name: 'Links', exact: true }).click()
    const row = rowOf(page, new RegExp(`${url.slice(-6)}.*Spring sale Zoë’s Deals 1 0 €0.00`))
    await row.waitFor()
    await row.getByText('source mail & more, sub1 June').waitFor()
    assert.equal(
      (await stage.shop.send({ click_id: clickId, txid: 'S-1', event: 'sale', amount: '80' })).outcome,
      'ACCEPTED',
    )
    await rowOf(page, /Spring sale Zoë’s Deals 1 1 €8.00 €2.50 €5.50/).waitFor()
    await page.getByRole('link', { name: 'Campaigns' }).click()
    await rowOf(
      page,
      'Spring sale Active Shoe Shop 1 1 €8.00 €2.50 €5.50 sale: 10%, pays out €2.50 · lead: €4.00',
    ).waitFor()
    await page.getByRole('link', { name: 'Affiliates' }).click()
    await rowOf(page, 'Zoë’s Deals zoe-s-deals Active 1 1 €8.00 €2.50 €5.50').waitFor()
    await page.getByRole('link', { name: 'Advertisers' }).click()
    await rowOf(page, 'Shoe Shop canonical 4 Jun 2026, 12:00:00 1 1 €8.00').waitFor()
    await visit.close()
  })

  test('a goal that is edited gets its next version, and its earlier terms can be read', async () => {
    const visit = await open(stage, 'ADMIN', '/campaigns')
    const { page } = visit
    await page.getByRole('link', { name: 'Campaign', exact: true }).click()
    await page.getByText('Version 1, since 4 Jun 2026').waitFor()
    assert.equal(await page.getByText('Earlier terms').count(), 0)
    stage.app.time.nowMs += 60_000
    await page.getByRole('link', { name: 'Edit' }).click()
    await titled(page, 'Edit Campaign')
    await page.getByLabel('Affiliate is paid, amount').fill('6')
    // Somebody else changes something else meanwhile: both hold.
    await stage.app.get(
      stage.app.adminKey,
      'mutation ($id: ID!) { updateCampaign(id: $id, input: { attributionWindowDays: 14 }) { id } }',
      { id: stage.shop.campaignId },
    )
    await page.getByRole('button', { name: 'Save' }).click()
    await titled(page, 'Campaign')
    await page.getByLabel('Notices').getByText('The campaign is saved.').waitFor()
    await page.getByText('Version 2, since 4 Jun 2026, 12:01:00').waitFor()
    await page.getByText('14 days from the click').waitFor()
    await page.getByText('Earlier terms (1)').click()
    await page
      .getByRole('listitem')
      .filter({ hasText: '12:00:00: sale, version 1: advertiser pays €10.00, affiliate is paid €5.00' })
      .waitFor()
    await visit.close()
  })

  test('what is refused is told at its input, in words, and nothing that was filled in is lost', async () => {
    const visit = await open(stage, 'ADMIN', '/campaigns/new', { expected: /Failed to load resource/ })
    const { page } = visit
    const make = page.getByRole('button', { name: 'Make the campaign' })
    await make.click()
    await refusalAt(page.getByRole('combobox', { name: 'Advertiser', exact: true }), 'Choose whose offer it is.')
    await pick(page, 'Advertiser', 'Shoe Shop')
    await make.click()
    const amount = page.getByLabel('Advertiser pays, amount')
    await refusalAt(amount, 'A FIXED price needs a value of at least 0.')
    await amount.fill('7,5')
    await page.getByLabel('Affiliate is paid, amount').fill('3')
    await make.click()
    await refusalAt(amount, 'Decimal must be text such as "12.50"')
    await amount.and(page.locator(':focus')).waitFor()
    await page.getByRole('alert').filter({ hasText: 'Not saved. What was refused is marked above.' }).waitFor()
    assert.deepEqual(await visit.accessibilityProblems(), [])
    await visit.picture('campaign-refused-1440-light')
    await amount.fill('7.5')
    await make.click()
    const name = page.getByLabel('Name')
    await refusalAt(name, 'This must have 1 to 200 characters.')
    await name.fill('Refused at first')
    await make.click()
    await refusalAt(page.getByLabel('Destination URL', { exact: true }), 'This must be an http or https URL.')
    await page.getByLabel('Destination URL', { exact: true }).fill('https://a.example/{clickid}')
    await page.getByText('{clickid} is no macro and stays as it is.').waitFor()

    // The network goes, and comes back.
    await visit.context.setOffline(true)
    await make.click()
    await page.getByRole('alert').filter({ hasText: 'Not saved. The server cannot be reached.' }).waitFor()
    await visit.context.setOffline(false)
    assert.equal(await name.inputValue(), 'Refused at first')
    await make.click()
    await titled(page, 'Refused at first')
    await visit.close()
  })

  test('a ref that another affiliate has is told as a conflict, at the ref', async () => {
    const visit = await open(stage, 'ADMIN', '/affiliates/new')
    const { page } = visit
    await page.getByLabel('Name').fill('Running Blog again')
    await page.getByLabel('Ref').fill('running-blog')
    await page.getByRole('button', { name: 'Make the affiliate' }).click()
    await refusalAt(page.getByLabel('Ref'), 'Another affiliate has the ref running-blog.')
    assert.equal(await page.getByLabel('Name').inputValue(), 'Running Blog again')
    await visit.close()
  })

  test('an advertiser is made with where its postbacks may come from, and has a postback URL to copy', async () => {
    const visit = await open(stage, 'ADMIN', '/advertisers/new')
    const { page } = visit
    await page.getByLabel('Name').fill('Bike Shop')
    await page.getByLabel('Preset').selectOption('voluum')
    await page.getByLabel('Allowed addresses').fill('203.0.113.7\nnowhere')
    await page.getByRole('button', { name: 'Make the advertiser' }).click()
    await refusalAt(page.getByLabel('Allowed addresses'), 'Line 2: An entry must be an address or a range')
    await page.getByLabel('Allowed addresses').fill('203.0.113.7\n2001:db8::/32\n')
    await page.getByRole('button', { name: 'Make the advertiser' }).click()
    await titled(page, 'Bike Shop')
    await page.getByRole('button', { name: 'Copy the postback URL' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    assert.match(await clipboard(page), /\/postback\?token=pbt_\w+&cid=/)
    // Nobody could send anything: there is no key to sign with.
    await page.getByLabel('Postbacks must be signed').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await refusalAt(page.getByLabel('Postbacks must be signed'), 'Make a signing key first')
    await visit.close()
  })

  test('who would leave what is not saved is asked, whichever way it is left', async () => {
    const visit = await open(stage, 'ADMIN', '/affiliates')
    const { page } = visit
    await page.getByRole('link', { name: 'New affiliate' }).click()
    // Nothing is lost yet, so nobody is asked.
    await page.getByRole('link', { name: 'Cancel' }).click()
    await titled(page, 'Affiliates')
    await page.getByRole('link', { name: 'New affiliate' }).click()
    await page.getByLabel('Name').fill('Half written')
    const question = page.getByRole('dialog', { name: 'Leave without saving?' })
    await page.getByRole('link', { name: 'Campaigns' }).click()
    await question.waitFor()
    assert.deepEqual(await visit.accessibilityProblems(), [])
    await question.getByRole('button', { name: 'Stay here' }).click()
    await question.waitFor({ state: 'hidden' })
    await page.goBack()
    await question.waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    assert.equal(await page.getByLabel('Name').inputValue(), 'Half written')
    assert.equal(new URL(page.url()).pathname, '/affiliates/new')
    await page.goBack()
    await question.getByRole('button', { name: 'Leave' }).click()
    await titled(page, 'Affiliates')
    assert.equal(new URL(page.url()).pathname, '/affiliates')
    await visit.close()
  })

  test('a link is made by keyboard alone', async () => {
    const visit = await open(stage, 'ADMIN', '/links')
    const { page } = visit
    const isAt = (name: string) =>
      page.evaluate<boolean>(`(() => {
      const at = document.activeElement
      return (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent) === '${name}'
    })()`)
    async function tabTo(name: string): Promise<void> {
      for (let step = 0; step < 60; step += 1) {
        if (await isAt(name)) return
        await page.keyboard.press('Tab')
      }
      assert.fail(`no way to ${name}`)
    }
    await page.getByRole('link', { name: 'New link' }).waitFor()
    await tabTo('New link')
    await page.keyboard.press('Enter')
    await titled(page, 'New link')
    await page.getByRole('combobox', { name: 'Campaign', exact: true }).waitFor()
    await tabTo('Campaign')
    await page.keyboard.type('Campaign')
    await page.getByRole('option', { name: 'Campaign', exact: true }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo('Affiliate')
    await page.keyboard.type('Running')
    await page.getByRole('option', { name: 'Running Blog', exact: true }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo('Source')
    await page.keyboard.type('by hand')
    await page.keyboard.press('Enter')
    await titled(page, /^Link …/)
    await tabTo('Copy the tracking link')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    assert.match(await clipboard(page), /\/c\/lnk_\w{26}$/)
    await page.getByText('by hand').waitFor()
    await visit.close()
  })
})
