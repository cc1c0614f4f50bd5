import assert from 'node:assert/strict'
import { createCatalogMaker } from '../../support/catalog.js'
import type { Role, Stage } from '../support/stage.js'
import type { Visit, VisitOptions } from '../support/visit.js'
import { read } from './page.js'

/** A fortnight of visits and orders, and reports of it to read. */
export async function openReports(stage: Stage) {
  const { app, shop } = stage
  const noonMs = app.time.nowMs
  const make = createCatalogMaker(app)
  const fixed = (value: string) => ({ kind: 'FIXED', value })
  const winterId = await make.campaign(shop.advertiserId, {
    name: 'Winter',
    goals: [{ event: 'sale', revenue: fixed('12.5'), payout: fixed('4.25') }],
  })
  await make.campaign(shop.advertiserId, { name: 'Spring' })
  const winterLink = await make.link(winterId, shop.affiliateId)
  const mailerLink = await make.link(shop.campaignId, await make.affiliate('Mailer'))
  let orders = 0

  /** A visitor at that moment, who may buy. */
  async function visit(at: string, linkId: string, query: string, buys = false): Promise<void> {
    app.time.nowMs = Date.parse(at)
    const clickId = await shop.click(query, {}, linkId)
    if (buys) {
      orders += 1
      assert.equal((await shop.send({ click_id: clickId, txid: `R-${orders}`, amount: '100' })).outcome, 'ACCEPTED')
    }
    app.time.nowMs = noonMs
  }

  // The week before, then this one. In Berlin, the sale by mail happened on the 4th.
  await visit('2026-05-27T10:00Z', shop.linkId, 'source=blog', true)
  await visit('2026-05-27T11:00Z', shop.linkId, 'source=old', true)
  await visit('2026-05-28T09:00Z', shop.linkId, 'source=old')
  await visit('2026-05-28T18:00Z', shop.linkId, 'source=late', true)
  await visit('2026-06-02T10:00Z', shop.linkId, 'source=blog', true)
  await visit('2026-06-02T10:30Z', shop.linkId, 'source=blog&creative=hero')
  await visit('2026-06-03T23:30Z', mailerLink, 'source=mail, weekly', true)
  await visit('2026-06-04T09:00Z', winterLink, 'source=blog&creative=snow', true)
  await visit('2026-06-04T09:10Z', winterLink, 'source=blog&creative=snow', true)
  await visit('2026-06-04T09:20Z', winterLink, 'source=blog')

  return {
    winterId,
    winterLink,
    visit,
    /** At a report, signed in, when its rows are there. */
    async open(address: string, role: Role = 'ADMIN', options: VisitOptions = {}): Promise<Visit> {
      const visitor = await stage.signIn(role, { path: `/reports${address}`, ...options })
      await read(visitor.page)
      return visitor
    },
  }
}

export type Reports = Awaited<ReturnType<typeof openReports>>
