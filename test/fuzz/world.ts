import { browser } from '../support/browser.js'
import { recordMaker } from '../support/make-record.js'
import type { StartedServer } from '../support/server.js'

/** What requests name when they name something that is there. */
export interface World {
  readonly url: string
  readonly adminKey: string
  /** Of every role. */
  readonly keys: readonly string[]
  /** Sees next to nothing, so that what it asks for is short. */
  readonly smallKey: string
  readonly advertiserId: string
  readonly affiliateId: string
  readonly campaignIds: readonly string[]
  readonly token: string
  /** The token of an advertiser who posts in another tracker's words. */
  readonly otherToken: string
  readonly links: readonly string[]
  /** Clicks to be credited, all of one link. */
  readonly clicks: readonly string[]
}

const fixed = (value: string) => ({ kind: 'FIXED', value })
const clickCount = 40

export async function makeWorld(server: StartedServer, adminKey: string): Promise<World> {
  const make = recordMaker(server.ask)
  type Advertiser = { id: string; postbackUrl: string }
  const advertiser = await make<Advertiser>('createAdvertiser', { name: 'Acme' }, 'id postbackUrl')
  const other = await make<Advertiser>('createAdvertiser', { name: 'Bolt', preset: 'keitaro' }, 'id postbackUrl')
  const tokenOf = ({ postbackUrl }: Advertiser) => new URL(postbackUrl).searchParams.get('token') ?? ''
  const makeId = async (field: string, input: object) => (await make<{ id: string }>(field, input)).id
  const campaign = (advertiserId: string, more: object) =>
    makeId('createCampaign', {
      ...{
        advertiserId,
        name: 'Shoes',
        destinationUrl: 'https://shop.example/{source}?c={click_id}&s={sub1}&k={keyword}',
      },
      ...more,
    })
  const percent = { revenue: { kind: 'PERCENT', value: '10' }, payout: fixed('1.5'), startsAs: 'PENDING' }
  const goals = [
    { event: 'sale', ...percent, duplicates: 'UPDATE' },
    { event: 'lead', revenue: fixed('2'), payout: fixed('1'), duplicates: 'COUNT_EACH' },
  ]
  const campaignIds = [
    await campaign(advertiser.id, { goals }),
    await campaign(advertiser.id, {
      goals: [{ event: 'sale', revenue: fixed('10'), payout: fixed('5') }],
      clientSide: true,
    }),
    await campaign(other.id, { goals }),
  ]
  const affiliateId = await makeId('createAffiliate', { name: 'Ann', ref: 'ann' })
  const idle = await makeId('createAffiliate', { name: 'Ben' })
  const links = await Promise.all(
    campaignIds.map((campaignId) => makeId('createLink', { campaignId, affiliateId, source: 'mail' })),
  )
  const key = async (role: string, owner: object = {}) =>
    (await make<{ secret: string }>('createKey', { name: role, role, ...owner }, 'secret')).secret
  const smallKey = await key('AFFILIATE', { affiliateId: idle })
  const ofAdvertiser = await key('ADVERTISER', { advertiserId: other.id })
  return {
    ...{ url: server.url, adminKey, smallKey, affiliateId, campaignIds, links },
    keys: [adminKey, await key('ANALYST'), ofAdvertiser, smallKey, smallKey],
    advertiserId: advertiser.id,
    token: tokenOf(advertiser),
    otherToken: tokenOf(other),
    clicks: await Promise.all(Array.from({ length: clickCount }, () => makeClick(server.url, links[0] ?? ''))),
  }
}

async function makeClick(url: string, link: string): Promise<string> {
  const answer = await fetch(`${url}/c/${link}`, { redirect: 'manual', headers: { 'user-agent': browser } })
  const [id] = /clk_\w+/.exec(answer.headers.get('location') ?? '') ?? []
  if (id === undefined) throw new Error(`no click: ${answer.status}`)
  return id
}
