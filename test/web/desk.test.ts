import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, suite, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { presets, reasonCodes } from '../../src/kernel/vocabulary.js'
import { senders } from '../../src/web/desk/senders.js'
import { advisedCodes } from '../../src/web/receipts/reasons.js'
import { until } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { testLooks } from './support/test-looks.js'
import type { Visit } from './support/visit.js'

const hourMs = 3_600_000
/** A browser logs every answer that is an error. */
const refused = /Failed to load resource: the server responded with a status of 4/
const missing = ['bash', 'curl', 'openssl'].filter((tool) => spawnSync(tool, ['version']).error !== undefined)

test('every reason code has words of what to fix', () => {
  assert.deepEqual([...advisedCodes].sort(), [...reasonCodes].sort())
})

test('every preset is somebody, who is told how to get the click id', () => {
  assert.deepEqual(Object.keys(senders), [...presets])
})

suite('the integration desk', inBrowser, () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())
  afterEach(restore)

  const receipt = (page: Page, text: string) =>
    page.getByRole('list', { name: 'Receipts' }).getByRole('listitem').filter({ hasText: text })
  const answer = (page: Page) => page.getByRole('status', { name: 'Answer to the test' })
  const snippet = (page: Page, name: string) => page.getByRole('figure', { name, exact: true })

  async function open(role: 'ADMIN' | 'ANALYST' | 'ADVERTISER', options: object = {}): Promise<Visit> {
    const visit = await stage.signIn(role, { path: '/integration', ...options })
    await visit.page.getByRole('heading', { name: 'Integration', level: 1 }).waitFor()
    return visit
  }
  async function postbackUrl(): Promise<string> {
    const { app, shop } = stage
    const query = 'query ($id: ID!) { advertiser(id: $id) { postbackUrl } }'
    const { advertiser } = await app.get<{ advertiser: { postbackUrl: string } }>(app.adminKey, query, {
      id: shop.advertiserId,
    })
    // Asked past the network, it is answered for another host.
    return advertiser.postbackUrl.replace(/^http:\/\/[^/]+/, app.url)
  }
  async function copied({ context, page }: Visit, from: Locator): Promise<string> {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await from.getByRole('button', { name: 'Copy' }).click()
    await from.getByRole('button', { name: 'Copied' }).waitFor()
    return page.evaluate<string>('navigator.clipboard.readText()')
  }
  /** The desk's advertiser as it was made. */
  async function restore(): Promise<void> {
    const { app, shop } = stage
    await app.get(
      app.adminKey,
      'mutation ($id: ID!) { updateAdvertiser(id: $id, input: { preset: "canonical", requireSignature: false }) { id } }',
      { id: shop.advertiserId },
    )
  }

  test('a preset is looked at, then used; its URL is copied, filled in by the sender, and its receipt arrives', async () => {
    const visit = await open('ADVERTISER')
    const { page } = visit
    const { shop } = stage
    await page.getByText('No postback has arrived yet').waitFor()
    await page.getByLabel('Who sends the postbacks').selectOption('Voluum')
    await snippet(page, 'Postback URL').getByText('cid={externalid}&payout={payout}').waitFor()
    // Looked at only.
    assert.match(await postbackUrl(), /click_id=\{click_id\}/)
    await page.getByRole('button', { name: 'Use Voluum' }).click()
    await page.getByText('Saved: postbacks are read by Voluum’s names from now on.').waitFor()

    const shown = await snippet(page, 'Postback URL').innerText()
    assert.ok(!shown.includes(shop.token), 'the token is in sight')
    const url = await copied(visit, snippet(page, 'Postback URL'))
    assert.equal(url, await postbackUrl())
    const filled = url.replace('{externalid}', await shop.click()).replace('{payout}', '49.90')
    assert.equal((await fetch(filled)).status, 200)
    const [, click] = /cid=(clk_\w+)/.exec(filled) ?? []
    await receipt(page, click ?? '')
      .getByText(/Accepted/)
      .waitFor()

    await page.getByRole('button', { name: 'Show the token' }).click()
    await snippet(page, 'Postback URL').getByText(shop.token).waitFor()
    await visit.close()
  })

  test('a test is fired, credited to a click of its own, and arrives as a test with its story', async () => {
    const visit = await open('ADVERTISER')
    const { page } = visit
    const { app, shop } = stage
    await page.getByLabel('Order id').fill('FORM-1')
    await page.getByRole('button', { name: 'Send the test' }).click()
    await answer(page)
      .getByText(/Accepted/)
      .waitFor()
    const told = await answer(page).innerText()
    assert.match(
      told,
      /GET http:\/\/127\.0\.0\.1:\d+\/postback\?token=••••••••&click_id=clk_\w+&txid=FORM-1&amount=49\.90&test=1/,
    )
    assert.match(told, /HTTP 200\npulseback-receipt: rcp_\w+\n\n\{"receipt":"rcp_\w+","outcome":"ACCEPTED"/)
    assert.ok(!told.includes(shop.token), 'the token is in sight')

    const arrived = receipt(page, 'order FORM-1')
    await arrived.getByText('Test', { exact: true }).waitFor()
    await arrived.getByRole('button', { name: 'Story' }).click()
    await arrived.getByText('It credits "Running Blog", whose click it was').waitFor()
    await arrived.getByText(/GET \/postback\?token=/).waitFor()
    const query = '{ conversions(filter: { transactionId: "FORM-1" }) { nodes { test status } } }'
    const { conversions } = await app.get<{ conversions: { nodes: object[] } }>(app.adminKey, query)
    assert.deepEqual(conversions.nodes, [{ test: true, status: 'APPROVED' }])
    await visit.close()
  })

  test('a wrong one tells what to fix, where it was sent and where it arrives', async () => {
    const visit = await open('ADVERTISER', { expected: refused })
    const { page } = visit
    await page.getByLabel('Order id').fill('FORM-2')
    await page.getByLabel('Amount').fill('1,50')
    await page.getByRole('button', { name: 'Send the test' }).click()
    for (const place of [answer(page), receipt(page, 'order FORM-2')]) {
      await place.getByText(/Rejected/).waitFor()
      await place.getByText('What to fix: Write 1234.50').waitFor()
    }
    await page.getByLabel('Click', { exact: false }).first().selectOption('a click id of my own')
    await page.getByLabel('Click id').fill('clk_00000000000000000000000000')
    await page.getByLabel('Order id').fill('FORM-3')
    await page.getByLabel('Amount').fill('1.50')
    await page.getByRole('radio', { name: 'As JSON' }).check()
    await page.getByRole('button', { name: 'Send the test' }).click()
    await answer(page).getByText('POST http').waitFor()
    await receipt(page, 'order FORM-3').getByText('This advertiser has no such click, or not yet.').waitFor()

    await page.getByRole('radio', { name: 'Rejected' }).check()
    await receipt(page, 'order FORM-2').waitFor()
    await receipt(page, 'order FORM-3').waitFor({ state: 'hidden' })
    await page.getByRole('radio', { name: 'Without tests' }).check()
    await page.getByText('None of the latest receipts is like this').waitFor()
    await visit.close()
  })

  test('each of the other ways works as it is pasted', { skip: missing.length > 0 && `no ${missing}` }, async () => {
    const visit = await open('ADVERTISER')
    const { page } = visit
    const { app } = stage
    // Not spawnSync: the server is in this process.
    const run = (script: string) =>
      text(spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 20_000 }).stdout)
    const pasted = async (tab: string, name: string) => {
      await page.getByRole('tab', { name: tab }).click()
      return copied(visit, snippet(page, name))
    }
    assert.match(await run(await pasted('POST JSON', 'POST with JSON')), /"outcome":"ACCEPTED"/)
    await receipt(page, 'order ORDER-1001').getByText('Test', { exact: true }).waitFor()
    assert.equal((await run(await pasted('Batch', 'Batch'))).match(/"outcome":"ACCEPTED"/g)?.length, 2)
    await receipt(page, 'order ORDER-1003').waitFor()

    await page.getByText('Token, signing keys and addresses').click()
    await page.getByRole('button', { name: 'Make a signing key' }).click()
    const secret = await copied(visit, snippet(page, 'Signing secret'))
    assert.match(secret, /^whsec_/)
    // The server's clock stands still, so the shell's has to as well.
    const date = `date() { echo ${Math.floor(app.time.nowMs / 1_000)}; }\n`
    assert.match(await run(date + (await pasted('Signed', 'Signed postback'))), /"outcome":"ACCEPTED"/)
    await receipt(page, 'order ORDER-1004').waitFor()

    await page.getByRole('tab', { name: 'Script' }).click()
    await page.getByText('No campaign of this advertiser takes conversions from browsers').waitFor()
    assert.ok((await pasted('Script', 'Script')).includes(`<script src="${app.url}/track.js" data-advertiser="adv_`))
    const pixel = /src="([^"]+)"/.exec(await pasted('Pixel', 'Pixel'))?.[1] ?? ''
    assert.equal((await fetch(pixel)).headers.get('content-type'), 'image/gif')
    await receipt(page, 'order ORDER-1001').getByText('CLICK_REQUIRED').waitFor()
    await visit.close()
  })

  test('where signatures are asked for, a bare token is refused, and the form signs', async () => {
    const visit = await open('ADVERTISER', { expected: refused })
    const { page } = visit
    await page.getByText('Token, signing keys and addresses').click()
    await page.getByRole('button', { name: 'Make a signing key' }).click()
    await snippet(page, 'Signing secret').waitFor()
    await page.getByLabel('Refuse postbacks that are not signed').check()
    // The box is ticked at once, and the server told a moment later.
    const query = 'query ($id: ID!) { advertiser(id: $id) { requireSignature } }'
    type Answer = { advertiser: { requireSignature: boolean } }
    const { app, shop } = stage
    const asked = () => app.get<Answer>(app.adminKey, query, { id: shop.advertiserId })
    await until(async () => (await asked()).advertiser.requireSignature, 'signatures are asked for')
    await page.getByRole('button', { name: 'Send the test' }).click()
    await answer(page).getByText('Nobody can be told by this token or signature.').waitFor()
    await answer(page).getByText('HTTP 401').waitFor()
    await page.getByRole('radio', { name: 'Signed' }).check()
    await page.getByRole('button', { name: 'Send the test' }).click()
    await answer(page)
      .getByText(/Accepted/)
      .waitFor()
    assert.match(await answer(page).innerText(), /webhook-signature: v1,/)
    await visit.close()
  })

  test('a token is replaced, and the old one is taken for as long as was said', async () => {
    const visit = await open('ADVERTISER')
    const { page } = visit
    const { app, shop } = stage
    await page.getByText('Token, signing keys and addresses').click()
    await page.getByRole('button', { name: 'Make a new token' }).click()
    await page.getByText('The old one is taken until 5 Jun 2026, 12:0').waitFor()
    const url = await copied(visit, snippet(page, 'Postback URL'))
    const token = new URL(url).searchParams.get('token') ?? ''
    assert.notEqual(token, shop.token)
    const send = async (by: string, order: string) =>
      (await shop.send({ token: by, click_id: await shop.click(), txid: order })).httpStatus
    assert.deepEqual([await send(shop.token, 'OLD-1'), await send(token, 'NEW-1')], [200, 200])
    await receipt(page, 'order OLD-1').waitFor()
    await visit.close()
    const nowMs = app.time.nowMs
    app.time.nowMs += 25 * hourMs
    // A node may take an ended one for a few seconds of its own.
    await until(async () => (await send(shop.token, 'OLD-2')) === 401, 'the old token is refused')
    assert.equal(await send(token, 'NEW-2'), 200)
    app.time.nowMs = nowMs
  })

  test('what came while the network was away is there afterwards, and what is held comes when it goes on', async () => {
    const visit = await open('ADMIN', { expected: /WebSocket|ERR_|Failed to (load|fetch)/ })
    const { page, context } = visit
    const { shop } = stage
    const token = new URL(await postbackUrl()).searchParams.get('token') ?? ''
    const send = async (order: string) => shop.send({ token, click_id: await shop.click(), txid: order })
    await send('AWAY-1')
    await receipt(page, 'order AWAY-1').waitFor()
    await context.setOffline(true)
    await page.getByRole('status').filter({ hasText: 'Offline since' }).waitFor()
    await send('AWAY-2')
    await context.setOffline(false)
    await receipt(page, 'order AWAY-2').waitFor()
    await page.getByRole('status').filter({ hasText: /^Live/ }).waitFor()

    await page.getByRole('button', { name: 'Hold the list' }).click()
    await send('HELD-1')
    await page.getByRole('button', { name: 'Go on: 1 new' }).waitFor()
    assert.equal(await receipt(page, 'order HELD-1').count(), 0)
    await page.getByRole('button', { name: 'Go on' }).click()
    await receipt(page, 'order HELD-1').waitFor()
    await visit.close()
  })

  test('by keyboard alone a test is fired', async () => {
    const visit = await open('ADVERTISER')
    const { page } = visit
    await page.getByRole('button', { name: 'Send the test' }).waitFor()
    await page.evaluate('document.activeElement?.blur()')
    const focused = () =>
      page.evaluate<string>('(document.activeElement.labels?.[0] ?? document.activeElement).textContent')
    const tabTo = async (name: string) => {
      for (let stops = 0; stops < 40; stops += 1) {
        await page.keyboard.press('Tab')
        if ((await focused()).startsWith(name)) return
      }
      assert.fail(`${name} is not reached`)
    }
    await tabTo('Order id')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('KEYS-1')
    await tabTo('Send the test')
    await page.keyboard.press('Enter')
    await answer(page)
      .getByText(/Accepted/)
      .waitFor()
    await receipt(page, 'order KEYS-1').waitFor()
    await visit.close()
  })

  test('an admin chooses whose it is, and the address keeps it', async () => {
    const { app, shop } = stage
    const visit = await open('ADMIN')
    const { page } = visit
    // There was but one.
    await page.waitForURL(`**/integration?advertiser=${shop.advertiserId}`)
    await visit.close()
    const bolt = await createCatalogMaker(app).advertiser('Bolt')
    const again = await open('ADMIN')
    await again.page.getByRole('button', { name: 'Bolt' }).click()
    await again.page.waitForURL(`**/integration?advertiser=${bolt}`)
    await again.page.getByText('No postback has arrived yet').waitFor()
    await again.page.getByRole('combobox', { name: 'Advertiser' }).fill('shoe')
    await again.page.getByRole('option', { name: 'Shoe Shop' }).click()
    await receipt(again.page, 'order FORM-1').waitFor()
    await again.close()
  })

  test('an advertiser gets no other’s, an analyst no token, and an affiliate nothing', async () => {
    const { app, shop } = stage
    const make = createCatalogMaker(app)
    const bolt = await make.advertiser('Nut')
    const other = await stage.visit({ path: `/integration?advertiser=${shop.advertiserId}` })
    await other.signIn(await make.key('ADVERTISER', { advertiserId: bolt }))
    await other.page.getByText('No postback has arrived yet').waitFor()
    assert.equal(await other.page.getByRole('combobox', { name: 'Advertiser' }).count(), 0)
    await other.close()

    const analyst = await stage.signIn('ANALYST', { path: `/integration?advertiser=${shop.advertiserId}` })
    await receipt(analyst.page, 'order FORM-1').waitFor()
    assert.equal(await analyst.page.getByRole('button', { name: 'Send the test' }).count(), 0)
    await analyst.close()

    for (const path of ['/integration', '/parked']) {
      const affiliate = await stage.signIn('AFFILIATE', { path })
      await affiliate.page.getByRole('heading', { name: 'Not found', level: 1 }).waitFor()
      await affiliate.close()
    }
  })

  testLooks(
    (look) => {
      const path = `/integration?advertiser=${stage.shop.advertiserId}`
      return stage.signIn('ADMIN', { ...look, path, expected: refused })
    },
    async ({ page }, inspect, { width, scheme }) => {
      const order = `LOOKS-${width}-${scheme}`
      await page.getByText('Token, signing keys and addresses').click()
      await page.getByLabel('Order id').fill(order)
      await page.getByLabel('Amount').fill('ten')
      await page.getByRole('button', { name: 'Send the test' }).click()
      await answer(page)
        .getByText(/Rejected/)
        .waitFor()
      await receipt(page, `order ${order}`).getByRole('button', { name: 'Story' }).click()
      await page.getByText('It was refused with 422').waitFor()
      await inspect()
      await page.getByRole('tab', { name: 'Signed' }).click()
      await page.getByRole('combobox', { name: 'Advertiser' }).click()
      await page.getByRole('option', { name: 'Shoe Shop' }).waitFor()
      await inspect('integration')
    },
  )
})
