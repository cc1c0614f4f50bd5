import assert from 'node:assert/strict'
import type { TestApp } from './app.js'
import { browser } from './browser.js'
import { createCatalogMaker } from './catalog.js'

/** As a postback is answered. */
export interface Answered {
  readonly httpStatus: number
  readonly receipt: string | null
  readonly outcome: string | null
  readonly conversion: string | null
  readonly reason: string | null
  readonly field: string | null
}

export interface OrderShown {
  readonly id: string
  readonly status: string
  readonly event: string
  readonly line: string
  readonly amount: string | null
  readonly revenue: string | null
  readonly payout: string | null
}

/** An advertiser's shop behind a running server, which it reaches by HTTP alone. */
export async function openShop(
  app: Pick<TestApp, 'get' | 'adminKey' | 'url'>,
  campaign: object = {},
  advertiser: object = {},
) {
  const make = createCatalogMaker(app)
  const advertiserId = await make.advertiser('Shoe Shop')
  if (Object.keys(advertiser).length > 0) {
    const update = `mutation ($id: ID!, $input: UpdateAdvertiserInput!) { updateAdvertiser(id: $id, input: $input) { id } }`
    await app.get(app.adminKey, update, { id: advertiserId, input: advertiser })
  }
  const affiliateId = await make.affiliate('Running Blog')
  const campaignId = await make.campaign(advertiserId, campaign)
  const linkId = await make.link(campaignId, affiliateId)
  type Url = { advertiser: { postbackUrl: string } }
  const { postbackUrl } = (
    await app.get<Url>(app.adminKey, 'query ($id: ID!) { advertiser(id: $id) { postbackUrl } }', { id: advertiserId })
  ).advertiser
  const token = new URL(postbackUrl).searchParams.get('token') ?? ''

  return {
    advertiserId,
    affiliateId,
    campaignId,
    linkId,
    token,
    postbackUrl,
    async click(query = '', headers: Readonly<Record<string, string>> = {}, link = linkId): Promise<string> {
      const url = `${app.url}/c/${link}?${query}`
      const response = await fetch(url, { redirect: 'manual', headers: { 'user-agent': browser, ...headers } })
      const [id] = /clk_\w+/.exec(response.headers.get('location') ?? '') ?? []
      assert.ok(id, `${response.status} has no click`)
      return id
    },
    async send(parameters: object, headers: Readonly<Record<string, string>> = {}, url = app.url): Promise<Answered> {
      const query = new URLSearchParams({ token, ...parameters })
      const response = await fetch(`${url}/postback?${query}`, { headers })
      return { httpStatus: response.status, ...((await response.json()) as Omit<Answered, 'httpStatus'>) }
    },
    sendBatch: (body: string, contentType: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${app.url}/postback/batch?token=${token}`, {
        method: 'POST',
        body,
        headers: { 'content-type': contentType, ...headers },
      }),
    /** What the books have of an order, by its lines and events. */
    async order(transactionId: string): Promise<OrderShown[]> {
      type Found = { conversions: { edges: { node: OrderShown }[] } }
      const { conversions } = await app.get<Found>(
        app.adminKey,
        `query ($txid: String!) { conversions(filter: {transactionId: $txid}) {
           edges { node { id status event line amount revenue payout } } } }`,
        { txid: transactionId },
      )
      const shown = conversions.edges.map(({ node }) => node)
      return shown.sort((one, other) => (`${one.event} ${one.line}` < `${other.event} ${other.line}` ? -1 : 1))
    },
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>
