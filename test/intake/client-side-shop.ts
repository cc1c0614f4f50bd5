import assert from 'node:assert/strict'
import type { InjectOptions } from 'fastify'
import { decodeId, type Id, type IdPrefix, newId } from '../../src/kernel/ids.js'
import type { TestApp } from '../support/app.js'
import { browser } from '../support/browser.js'
import { createCatalogMaker } from '../support/catalog.js'
import type { Way } from '../support/drafts.js'

export const fixed = { kind: 'FIXED', value: '10' }

interface Conversion {
  readonly event: string
  readonly status: string
  readonly transactionId: string | null
  readonly amount: string | null
  readonly revenue: string
  readonly payout: string
  readonly affiliate: { readonly id: string }
}

interface Receipt {
  readonly outcome: string
  readonly reasonCode: string | null
  readonly field: string | null
  readonly method: string
  readonly url: string
  readonly body: string | null
  readonly ip: string | null
  readonly clickId: string | null
  readonly transactionId: string | null
}

function inside<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> {
  const id = decodeId(prefix, text)
  assert.ok(id !== null)
  return id
}

/** An advertiser of its own for each test, with a campaign that takes conversions from browsers. */
export async function openClientSideShop(app: TestApp, campaign: object = {}) {
  const make = createCatalogMaker(app)
  const advertiserId = await make.advertiser()
  const affiliateId = await make.affiliate()
  const goals = [{ event: 'sale', revenue: fixed, payout: { kind: 'FIXED', value: '5' } }]
  const campaignId = await make.campaign(advertiserId, { clientSide: true, goals, ...campaign })
  const linkId = await make.link(campaignId, affiliateId, { source: 'blog' })
  const { advertiser } = await app.get<{ advertiser: { postbackUrl: string } }>(
    app.adminKey,
    `{ advertiser(id: "${advertiserId}") { postbackUrl } }`,
  )
  const token = new URL(advertiser.postbackUrl).searchParams.get('token') ?? ''
  /** Each a millisecond after the one before, so that receipts are listed in order. */
  const send = (options: InjectOptions) => {
    app.time.nowMs += 1
    return app.server.inject(options)
  }
  const asVisitor = (options: InjectOptions) =>
    send({ ...options, headers: { 'user-agent': browser, ...options.headers } })
  const ask = <Node>(field: string, select: string) =>
    app
      .get<{ list: { nodes: Node[] } }>(
        app.adminKey,
        `{ list: ${field}(first: 100, filter: { advertiserIds: ["${advertiserId}"] }) { nodes { ${select} } } }`,
      )
      .then(({ list }) => list.nodes)
  return {
    advertiserId,
    affiliateId,
    campaignId,
    linkId,
    asVisitor,
    way: (): Way => ({
      scope: {
        workspaceId: app.workspaceId,
        keyId: newId<'key'>(),
        role: 'ADMIN',
        advertiserId: null,
        affiliateId: null,
      },
      advertiserId: inside('adv', advertiserId),
      affiliateId: inside('aff', affiliateId),
      campaignId: inside('cmp', campaignId),
      linkId: inside('lnk', linkId),
    }),
    async click(headers = {}) {
      const { headers: answered } = await asVisitor({ url: `/c/${linkId}`, headers })
      const location = String(answered.location)
      return {
        clickId: /clk_[0-9a-z]{26}/.exec(location)?.[0] ?? '',
        cookie: answered['set-cookie'] === undefined ? null : String(answered['set-cookie']),
      }
    },
    pixel: (query: string, headers = {}) =>
      asVisitor({ url: `/pixel.gif?advertiser_id=${advertiserId}&${query}`, headers }),
    beacon: (fields: Record<string, string>, headers = {}) =>
      asVisitor({
        method: 'POST',
        url: '/pixel.gif',
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', ...headers },
        payload: new URLSearchParams({ advertiser_id: advertiserId, ...fields }).toString(),
      }),
    postback: (query: string) => send({ url: `/postback?token=${token}&${query}` }),
    conversions: () =>
      ask<Conversion>('conversions', 'event status transactionId amount revenue payout affiliate { id }'),
    /** The newest first. */
    receipts: () => ask<Receipt>('receipts', 'outcome reasonCode field method url body ip clickId transactionId'),
  }
}

export type ClientSideShop = Awaited<ReturnType<typeof openClientSideShop>>

export const outcomes = (receipts: readonly Receipt[]) =>
  receipts.map(({ outcome, reasonCode }) => (reasonCode === null ? outcome : `${outcome} ${reasonCode}`))
