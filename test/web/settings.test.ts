import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../support/app.js'
import { createStage, inBrowser, type Role, type Stage } from './support/stage.js'
import { crossedLooks, testLooks } from './support/test-looks.js'
import type { VisitOptions } from './support/visit.js'

const refused = /status of 400/

suite('settings', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  const open = (role: Role, view: string, options: VisitOptions = {}) =>
    stage.signIn(role, { path: `/settings/${view}`, ...options })
  const confirm = (page: Page, title: RegExp, action: string) =>
    page.getByRole('dialog', { name: title }).getByRole('button', { name: action }).click()

  test('a key that was made opens the page elsewhere, until it is revoked', async () => {
    const admin = await open('ADMIN', 'keys')
    const { page } = admin
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByLabel('Name').fill('Office wall')
    await page.getByRole('radio', { name: 'Analyst' }).check()
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('heading', { name: '“Office wall” is made' }).waitFor()
    const secret = await page.getByRole('region', { name: 'Office wall' }).locator('code').innerText()
    assert.match(secret, /^pb_analyst_/)
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('row', { name: 'Office wall Analyst' }).filter({ hasText: 'Never' }).waitFor()
    assert.ok(!(await page.content()).includes(secret), 'it is shown once')

    const elsewhere = await stage.visit({ expected: /401|WebSocket/ })
    await elsewhere.signIn(secret)
    await elsewhere.page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    await page.getByRole('button', { name: 'Revoke Office wall' }).click()
    await page.getByRole('dialog', { name: 'Revoke “Office wall”?' }).getByText('open connections are closed').waitFor()
    await page.keyboard.press('Escape')
    await elsewhere.page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    await page.getByRole('button', { name: 'Revoke Office wall' }).click()
    await confirm(page, /Office wall/, 'Revoke')
    await page.getByRole('row', { name: 'Office wall Analyst' }).filter({ hasText: 'Revoked 4 Jun 2026' }).waitFor()
    await elsewhere.page.getByText('Your session has ended.').waitFor()
    await elsewhere.page.getByLabel('Access key').waitFor()
    await elsewhere.close()
    await admin.close()
  })

  test('what is opened the moment after it was closed is open', async () => {
    const visit = await open('ADMIN', 'keys')
    const { page } = visit
    await page.getByRole('button', { name: 'Revoke First admin key' }).click()
    // Faster than a hand, but not than a browser that hands on clicks before its own news.
    await page.getByRole('button', { name: 'Keep it' }).waitFor()
    await page.evaluate(`(async () => {
      const closed = new Promise((resolve) => document.querySelector('dialog[open]').addEventListener('close', resolve))
      document.querySelector('dialog[open] button').click()
      await null
      document.querySelector('[aria-label="Revoke First admin key"]').click()
      await closed
    })()`)
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await visit.close()
  })

  test('a key may be an advertiser’s, found by its name', async () => {
    const visit = await open('ADMIN', 'keys')
    const { page } = visit
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByLabel('Name').fill('Their shop')
    await page.getByRole('radio', { name: 'Advertiser' }).check()
    await page.getByPlaceholder('Type to search').fill('shoe')
    await page.getByRole('option', { name: 'Shoe Shop' }).click()
    await page.getByRole('button', { name: 'Make it' }).click()
    const secret = await page.getByRole('region', { name: 'Their shop' }).locator('code').innerText()
    await page.getByRole('row', { name: 'Their shop Advertiser Shoe Shop' }).waitFor()
    await visit.close()
    const theirs = await stage.visit()
    await theirs.signIn(secret)
    await theirs.page.getByText('Shoe Shop', { exact: true }).waitFor()
    await theirs.close()
  })

  test('what is wrong with a key is said, and the last admin key stays', async () => {
    const visit = await open('ADMIN', 'keys', { expected: refused })
    const { page } = visit
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByText('This must have 1 to 200 characters.').waitFor()
    assert.equal(await page.getByLabel('Name').getAttribute('aria-invalid'), 'true')
    await page.getByLabel('Name').fill('Nobody’s')
    await page.getByRole('radio', { name: 'Affiliate' }).check()
    await page.getByRole('button', { name: 'Make it' }).click()
    await page.getByText('This role needs affiliateId.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Revoke First admin key' }).click()
    await confirm(page, /First admin key/, 'Revoke')
    await page.getByRole('alert').filter({ hasText: 'This is the last ADMIN key' }).waitFor()
    await visit.close()
  })

  test('a rate that is set matches what waited for it, and can be taken back', async () => {
    const { shop } = stage
    const order = { click_id: await shop.click(), txid: 'USD-1', amount: '100', currency: 'USD' }
    assert.equal((await shop.send(order)).outcome, 'UNMATCHED')
    const visit = await open('ADMIN', 'currency-rates', { expected: refused })
    const { page } = visit
    await page.getByText('No rates yet').waitFor()
    await page.getByRole('textbox', { name: 'Currency', exact: true }).fill('usd')
    const rate = page.getByLabel('1 USD in EUR')
    await rate.fill('a lot')
    await page.getByRole('button', { name: 'Set it' }).click()
    await page.getByText('Rate must be text such as').waitFor()
    await rate.fill('0.9463')
    await page.getByRole('button', { name: 'Set it' }).click()
    await page.getByText('1 USD is 0.9463 EUR on 2026-06-04. What waited for it is matched now.').waitFor()
    await page.getByRole('row', { name: '2026-06-04 USD 0.9463 By hand' }).waitFor()
    await until(async () => (await shop.order('USD-1')).length === 1, 'the order that waited')

    const only = page.getByLabel('Only this currency')
    await only.fill('gbp')
    await page.getByText('No rate of that currency and time').waitFor()
    await only.fill('usd')
    await page.getByRole('row', { name: '2026-06-04 USD' }).waitFor()
    await page.getByLabel('First day').fill('2026-06-05')
    await page.getByText('No rate of that currency and time').waitFor()
    await page.getByLabel('First day').fill('')
    await page.getByRole('button', { name: 'Remove USD of 2026-06-04' }).click()
    await confirm(page, /USD on 2026-06-04/, 'Remove')
    await page.getByText('The rate of USD on 2026-06-04 is removed.').waitFor()
    await page.getByText('No rate of that currency and time').waitFor()
    await visit.close()
  })

  test('an analyst reads the rates and changes none', async () => {
    await stage.app.get(
      stage.app.adminKey,
      'mutation ($rates: [CurrencyRateInput!]!) { setCurrencyRates(rates: $rates) { rate } }',
      { rates: Array.from({ length: 250 }, (_, back) => ({ currency: 'JPY', day: dayBefore(back), rate: '0.006' })) },
    )
    const visit = await open('ANALYST', 'currency-rates')
    const { page } = visit
    await page.getByRole('row', { name: '2026-06-04 JPY' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Set it' }).count(), 0)
    assert.equal(await page.getByRole('button', { name: /^Remove/ }).count(), 0)
    // The list goes on beyond its first page.
    const list = page.getByRole('region', { name: 'Currency rates' })
    await list.focus()
    await until(async () => {
      await page.keyboard.press('End')
      return (await page.getByRole('row', { name: `${dayBefore(249)} JPY` }).count()) === 1
    }, 'the oldest rate')
    await visit.close()
  })

  test('the workspace’s name changes everywhere at once; currency and zone are told and stay', async () => {
    const visit = await open('ADMIN', 'workspace', { expected: refused })
    const { page } = visit
    const name = page.getByLabel('Name')
    await name.fill('Shop & Sons')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The workspace is called “Shop & Sons” now.').waitFor()
    await page.waitForFunction(`document.title === 'Workspace · Shop & Sons'`)
    await page.getByRole('banner').getByText('Shop & Sons').waitFor()
    await name.fill('x'.repeat(200))
    await name.fill(' ')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('This must have 1 to 200 characters.').waitFor()
    await visit.close()

    const affiliate = await open('AFFILIATE', 'workspace')
    await affiliate.page.getByRole('definition').filter({ hasText: 'Shop & Sons' }).waitFor()
    await affiliate.page.getByRole('definition').filter({ hasText: 'EUR' }).waitFor()
    assert.equal(await affiliate.page.getByRole('textbox').count(), 0)
    await affiliate.close()
  })

  test('a visitor is erased after two confirmations, and what is gone is told', async () => {
    const { shop } = stage
    const clickId = await shop.click('sub1=jane.doe')
    assert.equal((await shop.send({ click_id: clickId, txid: 'JANE-1', amount: '10' })).outcome, 'ACCEPTED')
    const visit = await open('ADMIN', 'privacy')
    const { page } = visit
    const start = page.getByRole('button', { name: 'Erase…' })
    await start.click()
    await page.getByText('Name at least one click or order.').waitFor()
    await page.getByLabel('Click ids').fill(`${clickId}\n ${clickId}`)
    await page.getByLabel('Order ids').fill('JANE-1\n')
    await start.click()
    const dialog = page.getByRole('dialog', { name: 'Erase who was behind 1 click and 1 order?' })
    const goOn = dialog.getByRole('button', { name: 'Erase for good' })
    assert.ok(await goOn.isDisabled())
    await dialog.getByRole('button', { name: 'Keep it all' }).click()
    assert.equal((await shop.order('JANE-1')).length, 1)
    await start.click()
    await dialog.getByLabel('Type “erase”').fill('erase')
    await goOn.click()
    await page.getByText('Erased: 1 click, 1 conversion and 1 receipt say no more who it was.').waitFor()
    assert.equal((await shop.order('JANE-1')).length, 0)
    assert.equal(await page.getByLabel('Click ids').inputValue(), '')

    await page.getByLabel('Order ids').fill('JANE-1')
    await start.click()
    await dialog
      .or(page.getByRole('dialog', { name: '1 order?' }))
      .getByLabel('Type “erase”')
      .fill('Erase')
    await page.getByRole('button', { name: 'Erase for good' }).click()
    await page.getByText('Nothing of these is in the books, so nothing was erased.').waitFor()
    await visit.close()
  })

  test('a session tells who, since when, and until when it is', async () => {
    const visit = await open('AFFILIATE', 'session')
    const { page } = visit
    await page.getByRole('definition').filter({ hasText: 'Running Blog, affiliate' }).waitFor()
    await page
      .getByRole('definition')
      .filter({ hasText: /^4 Jun 2026, 12:00:\d\d$/ })
      .waitFor()
    await page
      .getByRole('definition')
      .filter({ hasText: /^4 Jun 2026, 16:00:\d\d, unless/ })
      .waitFor()
    await page.getByRole('definition').filter({ hasText: 'Not yet' }).waitFor()
    const startMs = stage.app.time.nowMs
    stage.app.time.nowMs = startMs + 2.5 * 3_600_000
    await page.clock.fastForward(2.5 * 3_600_000)
    await page
      .getByRole('definition')
      .filter({ hasText: /^4 Jun 2026, 14:[0-3]\d:\d\d$/ })
      .waitFor()
    await page
      .getByRole('definition')
      .filter({ hasText: /^4 Jun 2026, 18:[0-3]\d:\d\d, unless/ })
      .waitFor()
    stage.app.time.nowMs = startMs
    await visit.close()
  })

  test('nobody is shown settings that are not theirs', async () => {
    const seen = {
      ADMIN: ['Keys', 'Workspace', 'Currency rates', 'Privacy', 'This session'],
      ANALYST: ['Workspace', 'Currency rates', 'This session'],
      ADVERTISER: ['Workspace', 'This session'],
      AFFILIATE: ['Workspace', 'This session'],
    } as const
    for (const [role, names] of Object.entries(seen) as [Role, readonly string[]][]) {
      const visit = await open(role, 'keys')
      await visit.page.getByRole('link', { name: 'Settings' }).click()
      await visit.page.getByRole('heading', { name: names[0], level: 1 }).waitFor()
      const ways = visit.page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
      assert.deepEqual(await ways.allTextContents(), names)
      await visit.close()
    }
  })

  testLooks(
    (look) => open('ADMIN', 'keys', look),
    async ({ page }, inspect) => {
      await page.getByRole('row', { name: 'First admin key' }).waitFor()
      await inspect('settings-keys')
      await page.getByRole('button', { name: 'Make a key' }).click()
      await page.getByRole('radio', { name: 'Affiliate' }).check()
      await page.getByPlaceholder('Type to search').click()
      await page.getByRole('option', { name: 'Running Blog' }).waitFor()
      await inspect('settings-make-key')
      await page.getByRole('option', { name: 'Running Blog' }).click()
      await page.getByLabel('Name').fill('One more')
      await page.getByRole('button', { name: 'Make it' }).click()
      await page.getByRole('button', { name: 'I have kept it' }).waitFor()
      await inspect('settings-new-key')
      await page.getByRole('button', { name: 'Revoke One more' }).first().click()
      await inspect('settings-revoke')
      await page.keyboard.press('Escape')
      for (const name of ['Workspace', 'Currency rates', 'Privacy', 'This session']) {
        await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click()
        await page.getByRole('heading', { name, level: 1 }).waitFor()
        if (name === 'Currency rates') await page.getByRole('row', { name: 'JPY' }).first().waitFor()
        await inspect(`settings-${name.toLowerCase().replace(' ', '-')}`)
      }
    },
    crossedLooks,
  )
})

const dayBefore = (back: number) => new Date(Date.parse('2026-06-04') - back * 86_400_000).toISOString().slice(0, 10)
