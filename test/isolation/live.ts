import assert from 'node:assert/strict'
import { type AdvertiserId, decodeId, encodeId, type Id, type IdPrefix, newId } from '../../src/kernel/ids.js'
import { type TestApp, until } from '../support/app.js'
import { clickDraft, type Way } from '../support/drafts.js'
import type { Canaries } from './canaries.js'
import { ways } from './eyes.js'
import { differing, of, type Tenant } from './make-tenant.js'

/**
 * Something that happens at one moment; the same step of the twins happens at the same moment. Of each kind one thing at
 * most comes of it, because what comes of the same moment has no order.
 */
export type Step = () => Promise<unknown>

export interface Postback {
  readonly statusCode: number
  readonly text: string
  readonly receipt: string
  readonly outcome: string
  readonly conversion: string
  readonly reason: string | null
}

/** A postback of an advertiser, as it comes over HTTP. */
export async function post(
  app: TestApp,
  tenant: Tenant,
  advertiser: number,
  parameters: Readonly<Record<string, string>>,
): Promise<Postback> {
  const query = new URLSearchParams({ token: of(tenant.tokens, advertiser), ...parameters })
  const { statusCode, body } = await app.server.inject({ url: `/postback?${query}` })
  const answer: Postback = { statusCode, text: body, ...JSON.parse(body) }
  return answer.outcome === 'QUEUED' ? { ...answer, ...(await settle(app, tenant, answer.receipt)) } : answer
}

/** On a machine that is busy enough, a postback is answered before it is booked. */
async function settle(app: TestApp, { adminKey }: Tenant, id: string): Promise<Partial<Postback>> {
  type Read = { receipt: { outcome: string; conversion: { id: string } | null } | null }
  const read = 'query ($id: ID!) { receipt(id: $id) { outcome conversion { id } } }'
  const booked = async () => (await app.get<Read>(adminKey, read, { id })).receipt
  await until(async () => ((await booked())?.outcome ?? 'QUEUED') !== 'QUEUED', 'what was queued to be booked')
  const receipt = await booked()
  return { outcome: receipt?.outcome ?? '', conversion: receipt?.conversion?.id ?? '' }
}

export function uuidOf<Prefix extends IdPrefix>(prefix: Prefix, text: string): Id<Prefix> {
  const id = decodeId(prefix, text)
  if (id === null) throw new Error(`${text} is no ${prefix}`)
  return id
}

export function wayOf({ scope, advertisers, affiliates, campaigns, lived }: Tenant, way: number): Way {
  const { campaign, affiliate } = of(ways, way)
  return {
    scope,
    advertiserId: uuidOf('adv', of(advertisers, campaign)) as AdvertiserId,
    affiliateId: uuidOf('aff', of(affiliates, affiliate)),
    campaignId: uuidOf('cmp', of(campaigns, campaign)),
    linkId: uuidOf('lnk', of(lived, way).lnk),
  }
}

const clickTexts = ['source', 'creative', 'keyword', 'placement'] as const
const agentTexts = ['region', 'language', 'device', 'os', 'browser', 'country'] as const

/** What visitors do on a way of a workspace, and what an advertiser tells of them. */
function actorsOf(app: TestApp, tenant: Tenant, way: number) {
  const { campaign, affiliate } = of(ways, way)
  const { amount, cost } = of(differing, campaign)
  const word = (label: string) => tenant.word(`${label} of way ${way}`, 'way', way)
  const wordsOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, word(name)]))
  const said = { ...wordsOf(clickTexts), subs: wordsOf(['sub1', 'sub10']) }
  const drawn = { ...said, ...wordsOf(agentTexts), cost: of(cost, tenant.tenant), externalKind: 'GCLID' as const }
  return {
    ...{ campaign, affiliate, word, said },
    async click(more: object = {}): Promise<string> {
      const once = { visitor: '7', externalId: word('external id') }
      const draft = clickDraft(wayOf(tenant, way), app.clock(), { ...drawn, ...once, ...more })
      await app.ledger.keepClick(draft)
      return encodeId('clk', draft.id)
    },
    async order(parameters: Readonly<Record<string, string>>): Promise<Postback> {
      const worth: Record<string, string> = 'refund' in parameters ? {} : { amount: of(amount, tenant.tenant) }
      const answer = await post(app, tenant, campaign, { event: 'sale', ...worth, ...parameters })
      assert.match(answer.outcome, /^(ACCEPTED|UPDATED|DUPLICATE)$/, answer.text)
      return answer
    },
    setStatus(id: string, status: string, reason: string): Promise<unknown> {
      const query = `mutation ($id: ID!, $status: ConversionStatus!, $reason: String) {
        setConversionStatus(id: $id, status: $status, reason: $reason) { id } }`
      return app.get(tenant.adminKey, query, { id, status, reason })
    },
  }
}

/** A link, clicks, and orders that come to each end that there is. */
export function lifeOfWay(app: TestApp, canaries: Canaries, tenant: Tenant, way: number): readonly Step[] {
  const { campaign, affiliate, word, said, click, order, setStatus } = actorsOf(app, tenant, way)
  const lived = { lnk: '', clk: '', cnv: '', rcp: '', txid: word('order') }
  tenant.lived[way] = lived
  const named = { affiliate_id: of(tenant.affiliates, affiliate), campaign_id: of(tenant.campaigns, campaign) }
  const lines = { ...named, txid: word('order of two lines'), currency: 'USD' }
  return [
    async () => {
      const between = { campaignId: of(tenant.campaigns, campaign), affiliateId: of(tenant.affiliates, affiliate) }
      const destinationUrl = `https://shop.example/${word('own destination')}`
      lived.lnk = await tenant.create('createLink', { ...between, ...said, destinationUrl })
    },
    async () => {
      lived.clk = await click()
    },
    async () => {
      const note = tenant.word(`note with an order of way ${way}`, 'requests', campaign)
      const { receipt, conversion } = await order({ click_id: lived.clk, txid: lived.txid, line: word('line'), note })
      Object.assign(lived, { rcp: receipt, cnv: conversion })
    },
    () => setStatus(lived.cnv, 'APPROVED', word('reason')),
    () => order({ txid: lived.txid, refund: '10', refund_id: word('refund') }),
    async () => {
      const { conversion } = await order({ click_id: await click(), txid: word('order taken back') })
      await setStatus(conversion, 'APPROVED', word('reason to take it'))
      await setStatus(conversion, 'REVERSED', word('reason to take it back'))
    },
    () => order({ ...lines, line: '1' }),
    () => order({ ...lines, line: '2', event: canaries.textOf(tenant.tenant, `event of campaign ${campaign}`) }),
    async () => order({ click_id: await click({ test: true }), txid: word('order to try') }),
    () => click({ bot: true }),
  ]
}

/** A click and an order of later; more of them by the one affiliate that sells more in the second workspace. */
export function moreOfWay(app: TestApp, tenant: Tenant, way: number): readonly Step[] {
  const { word, click, order } = actorsOf(app, tenant, way)
  const times = way === 1 && tenant.tenant === 1 ? 3 : 1
  return [
    async () => {
      for (let time = 0; time < times; time += 1)
        await order({ click_id: await click(), txid: word(`later order ${time}`) })
    },
  ]
}

/** What happens while others follow it: to an order that they know, and to a new one. */
export function laterOfWay(app: TestApp, tenant: Tenant, way: number): readonly Step[] {
  const { word, click, order, setStatus } = actorsOf(app, tenant, way)
  const { clk, cnv, txid } = of(tenant.lived, way)
  return [
    () => setStatus(cnv, 'REVERSED', word('reason to take it back at last')),
    () => order({ click_id: clk, txid, event: 'sale', line: 'another' }),
    ...moreOfWay(app, tenant, way),
    async () => order({ click_id: await click(), txid: word('last order') }),
  ]
}

/** Requests of an advertiser that come to nothing, for each reason that the books can have. */
export function troubleOf(app: TestApp, canaries: Canaries, tenant: Tenant, advertiser: number): readonly Step[] {
  const nobodys = newId<'clk'>(app.clock())
  canaries.addId('clk', nobodys, tenant.mark('requests', advertiser))
  const word = (label: string) => tenant.word(`${label} of advertiser ${advertiser}`, 'requests', advertiser)
  const send = (outcome: string, parameters: Record<string, string>) => async () => {
    const answer = await post(app, tenant, advertiser, { event: 'sale', amount: '1', ...parameters })
    assert.equal(answer.outcome, outcome, answer.text)
  }
  return [
    send('UNMATCHED', { txid: word('order that waits'), click_id: encodeId('clk', nobodys) }),
    send('REJECTED', { txid: word('order that is refused'), amount: 'x', note: word('note') }),
    async () => {
      const payload = new URLSearchParams({
        token: of(tenant.tokens, advertiser),
        txid: word('order by POST'),
      }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const { statusCode, body } = await app.server.inject({ method: 'POST', url: '/postback', headers, payload })
      assert.equal(statusCode, 202, body)
    },
    send('CONFLICT', { txid: of(tenant.lived, advertiser * 2).txid, status: 'pending', timestamp: '1780000000' }),
  ]
}
