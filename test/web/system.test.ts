import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openOutageWorld } from '../spool/world.js'
import { openChromium } from '../support/chromium.js'
import { adminKey } from '../support/server.js'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { crossedLooks, testLooks } from './support/test-looks.js'
import { openVisit } from './support/visit.js'

suite('the state of the system', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  test('is said in words, and follows the books by itself', async () => {
    const visit = await stage.signIn('ADMIN', { path: '/system' })
    const { page } = visit
    await page.getByRole('status').filter({ hasText: 'All caught up' }).waitFor()
    const tells = (text: string | RegExp) => page.getByRole('definition').filter({ hasText: text }).waitFor()
    await tells('Answers.')
    await tells('Empty: nothing waits to be booked.')
    await tells('Nothing has been booked yet.')
    await tells(/^Pulseback \d+\.\d+\.\d+$/)
    await stage.shop.click()
    await page.clock.runFor(5_000)
    await tells('A figure last moved 4 Jun 2026, 12:00')
    // Somebody who watches is counted.
    const watcher = await stage.signIn('ADMIN')
    await watcher.page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    await page.clock.runFor(5_000)
    await tells('1 is open')
    await watcher.close()
    await visit.close()
  })

  test('is the admin’s to know', async () => {
    const visit = await stage.signIn('ANALYST', { path: '/system' })
    await visit.page.getByRole('heading', { name: 'Not found' }).waitFor()
    await visit.close()
  })

  testLooks(
    (look) => stage.signIn('ADMIN', { ...look, path: '/system' }),
    async ({ page }, inspect) => {
      await page.getByText('All caught up').waitFor()
      await page.getByText('None has gone silent.').waitFor()
      await inspect('system')
    },
    crossedLooks,
  )

  test('tells what waits while the database is away, since when, and that all is booked after', async (t) => {
    const world = await openOutageWorld()
    t.after(() => world.close())
    const chromium = await openChromium()
    t.after(() => chromium.close())
    const expected = /status of (5\d\d|400)|WebSocket/
    const visit = await openVisit(chromium, world.node.url, Date.now(), { path: '/system', expected })
    const { page } = visit
    const click = await world.warmUp()
    await visit.signIn(adminKey)
    await page.getByText('All caught up').waitFor()
    const thaw = await world.freeze()
    assert.equal((await world.order(click, 0, 12)).length, 12)
    const verdict = page.getByRole('status').filter({ hasText: 'the database is away' })
    await verdict
      .getByText(/^12 clicks and postbacks wait in this server’s spool since \d\d:\d\d: the database is away$/)
      .waitFor()
    await page.getByRole('definition').filter({ hasText: 'Does not answer this server.' }).waitFor()
    assert.equal(await page.getByText('Not known while the books cannot be read.').count(), 3)
    assert.deepEqual(await visit.accessibilityProblems(), [])
    await visit.picture('system-database-away')
    // Nobody can begin to follow now; whoever wanted to does, later, without another word.
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await page.getByText('The feed could not be read').waitFor()
    await thaw()
    await world.isBack()
    await page.getByText('order-11').first().waitFor()
    await page.getByRole('link', { name: 'System', exact: true }).click()
    await page.getByText('All caught up').waitFor()
    await page.getByRole('definition').filter({ hasText: 'Empty: nothing waits' }).waitFor()
    await page.getByRole('definition').filter({ hasText: 'A figure last moved' }).waitFor()
    await visit.close()
  })

  test('tells that the server itself is gone, and since when', async (t) => {
    const gone = await createStage()
    t.after(() => gone.close())
    const visit = await gone.signIn('ADMIN', { path: '/system', expected: /ERR_|WebSocket|Failed to/ })
    const { page } = visit
    await page.getByText('All caught up').waitFor()
    await visit.context.setOffline(true)
    await page.clock.runFor(5_000)
    await page.getByText(/^The server has not answered since 12:0\d$/).waitFor()
    await visit.context.setOffline(false)
    await page.clock.runFor(5_000)
    await page.getByText('All caught up').waitFor()
    await visit.close()
  })
})
