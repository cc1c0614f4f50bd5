import assert from 'node:assert/strict'
import type { Stage } from '../support/stage.js'
import type { Visit, VisitOptions } from '../support/visit.js'
import { isLive } from './page.js'

export const path = '/live'

/** Orders of a shop, and browsers that follow them. */
export async function openFeed(stage: Stage) {
  const { app, shop } = stage
  const rename = 'mutation ($id: ID!) { updateCampaign(id: $id, input: { name: "Running shoes" }) { id } }'
  await app.get(app.adminKey, rename, { id: shop.campaignId })
  let sales = 0

  return {
    async sell(parameters: object = {}, query = ''): Promise<string> {
      sales += 1
      // Lists are ordered by the time, to the millisecond.
      app.time.nowMs += 1
      const txid = `S-${sales}`
      const clickId = await shop.click(query)
      const { outcome } = await shop.send({ click_id: clickId, txid, amount: '100', ...parameters })
      assert.equal(outcome, 'ACCEPTED')
      return txid
    },
    async change(txid: string, parameters: object): Promise<void> {
      const { outcome, reason } = await shop.send({ txid, ...parameters })
      assert.equal(outcome, 'UPDATED', reason ?? '')
    },
    /** Signed in, following, and with room for all rows of these tests. */
    async open(key = app.adminKey, options: VisitOptions = {}): Promise<Visit> {
      const visit = await stage.visit({ path, ...options })
      await visit.page.setViewportSize({ width: 1440, height: 4_500 })
      await visit.signIn(key)
      await isLive(visit.page)
      return visit
    },
  }
}

export type Feed = Awaited<ReturnType<typeof openFeed>>
