import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createStage, inBrowser, type Role, type Stage } from './support/stage.js'
import { tileOf } from './support/tile.js'

const refused = /401 \(Unauthorized\)/

suite('signing in', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  for (const role of ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE'] as const satisfies Role[]) {
    test(`a key of role ${role} opens the overview`, async () => {
      const visit = await stage.signIn(role)
      await visit.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
      await visit.page.waitForFunction(`document.title === 'Overview · Shop'`)
      await visit.close()
    })
  }

  test('a wrong key is refused in words, and the right one can follow', async () => {
    const visit = await stage.visit({ expected: refused })
    const { page } = visit
    const key = page.getByLabel('Access key')
    const enter = page.getByRole('button', { name: 'Sign in', exact: true })
    assert.equal(await key.getAttribute('type'), 'password')
    await enter.click()
    await page.getByText('Paste a key first.').waitFor()
    await key.fill('pb_admin_no')
    await key.press('Enter')
    await page.getByText('This key is not valid here.').waitFor()
    await key.fill('two words')
    await enter.click()
    await page.getByText('A key has no spaces').waitFor()
    await visit.signIn(stage.app.adminKey)
    await visit.close()
  })

  test('neither the key nor the token is written down or sent in an address', async () => {
    const visit = await stage.visit()
    const { page } = visit
    const addresses: string[] = []
    visit.context.on('request', (request) => addresses.push(request.url()))
    page.on('websocket', (socket) => addresses.push(socket.url()))
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await visit.signIn(stage.app.adminKey)
    const { token } = await (await answered).json()
    await page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    await page.getByTitle('Dark').click()

    const kept: string = await page.evaluate(`(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, name,
      await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML,
    ]))()`)
    assert.match(kept, /"dark"/)
    for (const secret of [token, stage.app.adminKey]) {
      assert.ok(secret.length > 30)
      assert.ok(!kept.includes(secret), kept)
      assert.ok(!addresses.some((address) => address.includes(secret)))
    }
    assert.deepEqual(await visit.context.cookies(), [])
    await visit.close()
  })

  test('a page that is loaded again is signed in while another tab is, and otherwise asks kindly', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page, context } = visit
    const other = await context.newPage()
    await other.goto(stage.app.url)
    await other.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await other.close()
    await page.reload()
    await page.getByText('Loading the page again ends it').waitFor()
    await visit.close()
  })

  test('signing out forgets everything, in all tabs', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page, context } = visit
    const other = await context.newPage()
    await other.goto(stage.app.url)
    await other.getByRole('heading', { name: 'Overview' }).waitFor()
    const [socket] = await Promise.all([page.waitForEvent('websocket'), page.reload()])
    await page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    await Promise.all([socket.waitForEvent('close'), page.getByRole('button', { name: 'Sign out' }).click()])
    await page.getByLabel('Access key').waitFor()
    await other.getByText('You signed out in another tab.').waitFor()
    await page.reload()
    await page.getByLabel('Access key').waitFor()
    await visit.close()
  })

  test('whoever signs in after another sees nothing of what that one saw', async () => {
    const visit = await stage.signIn('ADMIN')
    const { page } = visit
    await page.getByRole('term').filter({ hasText: 'Revenue' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await visit.signIn(await stage.keyOf('AFFILIATE'))
    await page.getByText('Running Blog').waitFor()
    await page.getByRole('term').filter({ hasText: 'Payout' }).waitFor()
    assert.equal(await page.getByRole('term').filter({ hasText: 'Revenue' }).count(), 0)
    await visit.close()
  })

  test('a session is renewed when a laptop wakes up long before it ends, and its socket stays', async () => {
    const visit = await stage.visit()
    const { page } = visit
    let sockets = 0
    page.on('websocket', () => {
      sockets += 1
    })
    await visit.signIn(stage.app.adminKey)
    const { app } = stage
    const startMs = app.time.nowMs
    await page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    // Nothing is under way any more that would arrive with a token of hours ago.
    await page.getByText('yesterday 0').first().waitFor()
    const renewed = page.waitForResponse((response) => response.url().endsWith('/session') && response.status() === 200)
    app.time.nowMs = startMs + 2.1 * 3_600_000
    // As after a sleep: it is later all at once, and no timer has come due.
    await page.clock.setSystemTime(startMs + 2.1 * 3_600_000)
    await page.evaluate(`dispatchEvent(new Event('focus'))`)
    await renewed
    // The first token has ended by now.
    app.time.nowMs = startMs + 5 * 3_600_000
    await stage.shop.click()
    await tileOf(page, 'Clicks').filter({ hasText: /^1$/ }).waitFor()
    await page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    assert.equal(sockets, 1)
    app.time.nowMs = startMs
    await visit.close()
  })

  test('a session that has ended leads back to the door, with a word why', async () => {
    const visit = await stage.signIn('ADMIN', { expected: /401|WebSocket/ })
    const { page } = visit
    await page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    const startMs = stage.app.time.nowMs
    stage.app.time.nowMs = startMs + 5 * 3_600_000
    await page.getByText('Your session has ended.').waitFor()
    await page.getByLabel('Access key').waitFor()
    stage.app.time.nowMs = startMs
    await visit.close()
  })
})

suite('a demo’s door', inBrowser, () => {
  test('opens with one click, as each of its people', async (t) => {
    const stage = await createStage({ argv: ['--demo'] })
    t.after(() => stage.close())
    for (const [way, who] of [
      ['As the admin', 'Admin'],
      ['As an advertiser', 'Shoe Shop'],
      ['As an affiliate', 'Running Blog'],
    ] as const) {
      const visit = await stage.visit()
      await visit.page.getByRole('button', { name: way }).click()
      await visit.page.getByRole('heading', { name: 'Overview' }).waitFor()
      await visit.page.getByText(who, { exact: true }).waitFor()
      await visit.close()
    }
  })

  test('is not there where this is no demo', async (t) => {
    const stage = await createStage()
    t.after(() => stage.close())
    const visit = await stage.visit()
    await visit.page.getByLabel('Access key').waitFor()
    assert.equal(await visit.page.getByRole('button', { name: /^As / }).count(), 0)
    await visit.close()
  })
})
