import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../support/app.js'
import { fits } from './support/fits.js'
import { createStage, inBrowser, type Role, type Stage } from './support/stage.js'
import type { Visit, VisitOptions } from './support/visit.js'

const hourMs = 3_600_000

suite('the explorer', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  async function open(role: Role, options: VisitOptions = {}, on = stage): Promise<Visit> {
    return enter(await on.visit({ path: '/explorer', ...options }), await on.keyOf(role))
  }
  async function enter(visit: Visit, key: string): Promise<Visit> {
    // The editor measures how long typing takes, which with a clock of the test's has no duration.
    await visit.context.addInitScript('performance.getEntriesByName = () => [{ duration: 0, startTime: 0 }]')
    await visit.signIn(key)
    await untilReady(visit.page)
    return visit
  }
  const editorOf = (page: Page) => page.frameLocator('iframe[title^=GraphiQL]')
  const shown = (page: Page, operation: string) =>
    editorOf(page).getByLabel('Operation Editor').getByText(operation).first()
  /** It is large: a machine that is busy takes its time over it. Its tabs come before its text, and do not change it yet. */
  const untilReady = (page: Page) => shown(page, 'WhoAmI').waitFor()
  async function openTab(page: Page, operation: string): Promise<void> {
    await editorOf(page).getByRole('tab', { name: operation }).click()
    await shown(page, operation).waitFor()
  }
  const execute = (page: Page) => editorOf(page).getByRole('button', { name: /^Execute/ })
  const run = (page: Page) => execute(page).click()
  const result = (page: Page, text: RegExp) =>
    editorOf(page).getByLabel('Result Window').filter({ hasText: text }).waitFor()

  test('answers a query with the rights of whoever is signed in', async () => {
    const visit = await open('AFFILIATE')
    const { page } = visit
    await page.waitForFunction(`document.title === 'Explorer · Shop'`)
    await run(page)
    await result(page, /"role":\s"AFFILIATE"/)
    await openTab(page, 'TodayByCampaign')
    await run(page)
    await result(page, /"rows":/)
    await visit.close()
  })

  test('follows a subscription, and shows a conversion as it is booked', async () => {
    const visit = await open('ADMIN')
    const { page } = visit
    const { shop } = stage
    const followed = page
      .waitForEvent('websocket')
      .then((socket) =>
        socket.waitForEvent('framesent', ({ payload }) => String(payload).includes('FollowConversions')),
      )
    await openTab(page, 'FollowConversions')
    await run(page)
    await followed
    const { conversion, outcome } = await shop.send({ click_id: await shop.click(), txid: 'E-1', amount: '10' })
    assert.equal(outcome, 'ACCEPTED')
    await result(page, new RegExp(`"id":\\s"${conversion}"`))
    await editorOf(page).getByRole('button', { name: /^Stop/ }).click()
    await visit.close()
  })

  test('completes what is typed, by the schema, also where introspection is off', async (t) => {
    const closed = await createStage({ env: { INTROSPECTION: 'false' } })
    t.after(() => closed.close())
    const visit = await open('ADMIN', { expected: /status of 400/ }, closed)
    const { page } = visit
    await page.getByText('introspection is off on this server').waitFor()
    const link = page.getByRole('link', { name: 'schema.graphql' })
    assert.equal(await link.getAttribute('href'), '/schema.graphql')
    const editor = editorOf(page)
    await editor.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await editor.getByRole('link', { name: 'Subscription' }).waitFor()
    await editor
      .getByRole('textbox', { name: /^Editor content/ })
      .first()
      .focus()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('query { curr')
    const proposed = editor.getByRole('option', { name: /^currencyRates/ })
    // Whoever asks before the worker knows the schema is told that there is nothing, and has to ask again.
    const ask = () => page.keyboard.press('Control+Space').then(() => proposed.waitFor({ timeout: 3_000 }))
    const isProposed = () =>
      ask().then(
        () => true,
        () => false,
      )
    await until(isProposed, 'what could follow')
    await visit.close()
  })

  test('does not speak of introspection where it is on', async () => {
    const visit = await open('ADMIN')
    await visit.page.getByText('The schema is schema.graphql.').waitFor()
    await visit.close()
  })

  test('keeps what was typed while one is signed in, and not a moment longer', async () => {
    const visit = await open('ADMIN')
    const { page } = visit
    await openTab(page, 'LatestConversions')
    await editorOf(page)
      .getByRole('textbox', { name: /^Editor content/ })
      .first()
      .focus()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('# mine alone ')
    await editorOf(page).getByText('mine alone').first().waitFor()
    // What is typed is kept when there is a pause.
    await page.clock.runFor(1_000)
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.getByRole('link', { name: 'Explorer' }).click()
    await editorOf(page).getByText('mine alone').first().waitFor()

    const kept: string = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
    assert.ok(!kept.includes('mine alone') && !kept.includes('graphiql'), kept)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Access key').waitFor()
    await visit.signIn(await stage.keyOf('ANALYST'))
    await untilReady(page)
    await openTab(page, 'LatestConversions')
    assert.equal(await editorOf(page).getByText('mine alone').count(), 0)
    await visit.close()
  })

  test('never has the token in an address, nor its document in anyone else’s frame', async () => {
    const addresses: string[] = []
    const visit = await stage.visit({ path: '/explorer' })
    visit.context.on('request', (request) => addresses.push(request.url()))
    visit.page.on('websocket', (socket) => addresses.push(socket.url()))
    const answered = visit.page.waitForResponse((response) => response.request().method() === 'POST')
    await enter(visit, stage.app.adminKey)
    const { token } = await (await answered).json()
    await run(visit.page)
    await result(visit.page, /"role":\s"ADMIN"/)
    assert.ok(addresses.some((address) => address.includes('worker')))
    assert.deepEqual(
      addresses.filter((address) => address.includes(token)),
      [],
    )
    await visit.close()

    const policyOf = async (path: string) => {
      const response = await fetch(`${stage.app.url}${path}`, { headers: { accept: 'text/html' } })
      assert.equal(response.status, 200)
      return response.headers.get('content-security-policy') ?? ''
    }
    assert.match(await policyOf('/explorer'), /frame-ancestors 'none'/)
    assert.match(await policyOf('/explorer'), /style-src 'self' 'nonce-[\w-]+';/)
    const policy = await policyOf('/explorer/editor/editor.html')
    assert.match(policy, /^default-src 'none'; script-src 'self'; connect-src 'self';/)
    assert.match(policy, /worker-src 'self'; frame-ancestors 'self'$/)
  })

  test('asks with the renewed token when the first has ended', async () => {
    const visit = await open('ADMIN')
    const { page } = visit
    const startMs = stage.app.time.nowMs
    const renewed = page.waitForResponse((response) => response.url().endsWith('/session') && response.status() === 200)
    stage.app.time.nowMs = startMs + 2.1 * hourMs
    await page.clock.fastForward(2.1 * hourMs)
    const { token } = await (await renewed).json()
    // The page may take a moment to hear of it; until then the first is good still.
    await until(async () => {
      const asked = page.waitForRequest('**/graphql')
      await run(page)
      return (await (await asked).allHeaders()).authorization === `Bearer ${token}`
    }, 'a question with the new token')
    stage.app.time.nowMs = startMs + 5 * hourMs
    await run(page)
    await result(page, /"role":\s"ADMIN"/)
    stage.app.time.nowMs = startMs
    await visit.close()
  })

  test('leads back to the door when the session has ended', async () => {
    const visit = await open('ADMIN', { expected: /401|WebSocket/ })
    const startMs = stage.app.time.nowMs
    stage.app.time.nowMs = startMs + 5 * hourMs
    await run(visit.page)
    await visit.page.getByText('Your session has ended.').waitFor()
    stage.app.time.nowMs = startMs
    await visit.close()
  })

  test('its editor, opened by itself, says where it belongs', async () => {
    const visit = await stage.visit({ path: '/explorer/editor/editor.html' })
    await visit.page.getByText('This is a part of Pulseback’s explorer').waitFor()
    await visit.page.getByRole('link', { name: '/explorer' }).click()
    await visit.page.getByLabel('Access key').waitFor()
    await visit.close()
  })

  for (const width of [375, 1440]) {
    test(`follows the page’s colours at ${width} pixels, and axe finds nothing`, async () => {
      const visit = await open('ADMIN', { width })
      const { page } = visit
      const body = editorOf(page).locator('body')
      await body.and(editorOf(page).locator('.graphiql-light')).waitFor()
      await visit.picture(`explorer-${width}-light`)
      await page.emulateMedia({ colorScheme: 'dark' })
      await body.and(editorOf(page).locator('.graphiql-dark')).waitFor()
      await visit.picture(`explorer-${width}-dark`)
      // The editor in the frame is GraphiQL's own, and not looked into.
      assert.deepEqual(await visit.accessibilityProblems(), [])
      await fits(page)
      await visit.close()
    })
  }

  test('is not loaded before it is opened', async () => {
    const visit = await stage.visit()
    const scripts: string[] = []
    visit.context.on('request', (request) => scripts.push(request.url()))
    await visit.signIn(stage.app.adminKey)
    await visit.page.getByRole('status').filter({ hasText: /^Live/ }).first().waitFor()
    assert.deepEqual(
      scripts.filter((url) => /monaco|graphiql|worker|explorer/.test(url)),
      [],
    )
    await visit.close()
  })
})
