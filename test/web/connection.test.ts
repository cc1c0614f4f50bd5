import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type BreakableProxy, openBreakableProxy } from '../support/breakable-proxy.js'
import { createStage, inBrowser, type Stage } from './support/stage.js'
import { tileOf } from './support/tile.js'
import type { Visit } from './support/visit.js'

const expected = /WebSocket|ERR_|Failed to (load|fetch)/

suite('the connection light', inBrowser, () => {
  let stage: Stage
  let proxy: BreakableProxy
  let visit: Visit
  let sales = 0
  before(async () => {
    stage = await createStage()
    proxy = await openBreakableProxy(stage.app.url)
  })
  after(async () => {
    await proxy.close()
    await stage.close()
  })
  beforeEach(async () => {
    proxy.accept()
  })

  async function open(): Promise<void> {
    visit = await stage.visit({ url: proxy.url, expected })
    await visit.signIn(stage.app.adminKey)
    await lit('Live')
  }
  /** A pattern, which tells `Live` from `Not live`. */
  const lit = (text: string) =>
    visit.page
      .getByRole('status')
      .filter({ hasText: new RegExp(text) })
      .waitFor()
  async function sell(): Promise<void> {
    const { shop } = stage
    sales += 1
    const { outcome } = await shop.send({ click_id: await shop.click(), txid: `S-${sales}`, amount: '10' })
    assert.equal(outcome, 'ACCEPTED')
  }
  const shows = (count: number) =>
    tileOf(visit.page, 'Conversions')
      .filter({ hasText: new RegExp(`^${count}$`) })
      .waitFor()

  test('says since when it is offline, and that nothing is missing afterwards', async () => {
    await open()
    await sell()
    await shows(sales)
    proxy.refuse()
    proxy.breakAll()
    await lit('Offline since 1')
    await sell()
    proxy.accept()
    await lit('Live again after')
    await lit('nothing missed')
    await shows(sales)
    await visit.picture('live-again')
    await visit.close()
  })

  test('notices a network that is gone, and comes back with it', async () => {
    await open()
    await visit.context.setOffline(true)
    await lit('Offline since')
    await sell()
    await visit.context.setOffline(false)
    await lit('Live again')
    await shows(sales)
    await visit.close()
  })

  test('a question that is never answered is given up, said to be, and can be asked again', async () => {
    await open()
    const { page } = visit
    await page.route('**/graphql', () => {})
    // A minute is a second here.
    await page.evaluate(
      `var { timeout } = AbortSignal; AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 60)`,
    )
    await page.getByRole('link', { name: 'Campaigns', exact: true }).click()
    const told = page.getByRole('alert').filter({ hasText: 'The server cannot be reached' })
    await told.waitFor()
    await page.evaluate('AbortSignal.timeout = timeout')
    await page.unroute('**/graphql')
    await told.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'Campaign', exact: true }).waitFor()
    await visit.close()
  })

  test('gives up one that dies with the answer to its ping owed, whatever else still came', async () => {
    await open()
    proxy.freezeClients()
    await visit.page.clock.fastForward(11_000)
    await sell()
    await shows(sales)
    proxy.freeze()
    proxy.refuse()
    await visit.page.clock.fastForward(6_000)
    await lit('Offline since')
    await visit.close()
  })

  test('gives up a connection that is dead without a sign', async () => {
    await open()
    proxy.freeze()
    // Nor is there another, until it has been seen that this one is given up.
    proxy.refuse()
    // Its pings are answered no more; the fake clock saves the wait.
    await visit.page.clock.fastForward(11_000)
    await visit.page.clock.fastForward(6_000)
    await lit('Offline since')
    await sell()
    proxy.accept()
    await lit('Live again')
    await shows(sales)
    await visit.close()
  })
})
