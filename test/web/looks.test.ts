import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { testLooks } from './support/test-looks.js'
import { tileOf } from './support/tile.js'

const builtPage = fileURLToPath(new URL('../../web/', import.meta.url))
const maxScriptBytes = 200_000

suite('the page, for everyone', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
    const { shop } = stage
    await shop.send({ click_id: await shop.click('keyword=boots&creative=hero'), txid: 'T-1', amount: '100' })
  })
  after(() => stage.close())

  testLooks(
    (look) => stage.visit(look),
    async (visit, inspect) => {
      const { page } = visit
      await page.getByLabel('Access key').waitFor()
      await inspect('sign-in')
      await visit.signIn(stage.app.adminKey)
      await page.getByRole('row', { name: 'boots 1 1' }).waitFor()
      await tileOf(page, 'Revenue').focus()
      await inspect()
      await page.getByRole('button', { name: 'As a table' }).click()
      await page.getByRole('row', { name: '12:00' }).waitFor()
      await inspect('overview')
    },
  )

  test('on a narrow screen the menu opens over the page, keeps the focus, and Escape closes it', async () => {
    const visit = await stage.visit({ width: 375 })
    const { page } = visit
    await visit.signIn(stage.app.adminKey)
    await page.getByRole('button', { name: 'Menu' }).click()
    const dialog = page.getByRole('dialog', { name: 'Shop' })
    await dialog.getByRole('button', { name: 'Sign out' }).waitFor()
    assert.deepEqual(await visit.accessibilityProblems(), [])
    await visit.picture('menu-375-light')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await visit.close()
  })

  test('by keyboard, the first stop leads past the navigation', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    await page.evaluate('document.activeElement?.blur()')
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the content' }).filter({ visible: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('#view:focus').waitFor()
    await visit.close()
  })

  test('an address that leads nowhere says so, and takes the focus to its title when one has gone there', async () => {
    const visit = await stage.visit({ path: '/nowhere' })
    const { page } = visit
    await visit.signIn(stage.app.adminKey)
    await page.getByRole('heading', { name: 'Not found', level: 1 }).waitFor()
    await page.waitForFunction(`document.title === 'Not found · Shop'`)
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).and(page.locator(':focus')).waitFor()
    await page.waitForFunction(`document.title === 'Overview · Shop'`)
    await visit.close()
  })

  test('the scheme that is chosen stays chosen', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await ground()
    await page.getByTitle('Dark').click()
    await page.waitForFunction(`getComputedStyle(document.body).backgroundColor !== '${light}'`)
    await page.reload()
    await page.getByLabel('Access key').waitFor()
    assert.notEqual(await ground(), light)
    await visit.close()
  })

  test(`the overview's scripts weigh at most ${maxScriptBytes / 1_000} kB`, async () => {
    const visit = await stage.visit()
    const scripts = new Set<string>()
    visit.context.on('request', (request) => request.resourceType() === 'script' && scripts.add(request.url()))
    await visit.page.reload()
    await visit.signIn(stage.app.adminKey)
    await tileOf(visit.page, 'Clicks').waitFor()
    const bytes = [...scripts].map((url) => statSync(join(builtPage, `${new URL(url).pathname}.gz`)).size)
    const total = bytes.reduce((sum, one) => sum + one, 0)
    assert.ok(scripts.size >= 2 && total > 50_000, `only ${[...scripts]}`)
    assert.ok(total <= maxScriptBytes, `${total} bytes: ${[...scripts].map((url, index) => `${url} ${bytes[index]}`)}`)
    await visit.close()
  })
})
