import type { Scope } from '../../src/access/scope.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { newId } from '../../src/kernel/ids.js'
import type { TestApp } from '../support/app.js'
import { recordMaker } from '../support/make-record.js'
import type { Canaries } from './canaries.js'
import type { Mark } from './eyes.js'

/** The ids of what is much told of: one of each kind for each way. */
export interface Lived {
  lnk: string
  clk: string
  cnv: string
  rcp: string
  txid: string
}

export interface Tenant {
  /** 0 or 1. */
  readonly tenant: number
  readonly scope: Scope
  readonly adminKey: string
  readonly advertisers: string[]
  readonly affiliates: string[]
  readonly campaigns: string[]
  /** By advertiser. */
  readonly tokens: string[]
  /** By way. */
  readonly lived: Lived[]
  readonly mark: (of: Mark['of'], index?: number) => Mark
  /** A new canary. */
  readonly word: (label: string, of: Mark['of'], index?: number) => string
  /** `createCampaign` and the like, as an ADMIN. */
  readonly create: (field: string, input: object) => Promise<string>
}

/**
 * What the twins differ in, by campaign and workspace. The first campaign earns more in the second workspace, which its
 * first affiliate may not know; the second campaign pays its affiliate more there, and its clicks cost more, which its
 * advertiser may not know.
 */
export const differing = [
  { revenue: ['10', '20'], amount: ['100', '321'], payout: ['3', '3'], cost: ['0.25', '0.25'] },
  { revenue: ['12', '12'], amount: ['150', '150'], payout: ['5', '7'], cost: ['0.5', '0.9'] },
] as const

export const of = <Value>(values: readonly Value[], index: number): Value => {
  if (index >= values.length) throw new Error(`there is no ${index} of ${values.length}`)
  return values[index] as Value
}

/** A workspace with two advertisers of a campaign each, and two affiliates. */
export async function makeTenant(app: TestApp, canaries: Canaries, tenant: number): Promise<Tenant> {
  const mark: Tenant['mark'] = (what, index = 0) => ({ tenant, of: what, index })
  const word: Tenant['word'] = (label, what, index) => canaries.make(label, mark(what, index))
  const { workspaceId, adminKey } = await createWorkspace(app.orm, app.clock, {
    name: word('workspace', 'workspace'),
    currency: 'EUR',
  })
  canaries.note('first key', mark('secret'), adminKey)

  const make = recordMaker((query, variables) => app.get(adminKey, query, variables))
  const create: Tenant['create'] = async (field, input) => (await make<{ id: string }>(field, input)).id
  const scope = { workspaceId, keyId: newId<'key'>(), role: 'ADMIN', advertiserId: null, affiliateId: null } as const
  const made: Tenant = {
    ...{ tenant, scope, adminKey, mark, word, create },
    ...{ advertisers: [], affiliates: [], campaigns: [], tokens: [], lived: [] },
  }
  for (const index of [0, 1]) await makeAdvertiser(app, canaries, made, index)
  for (const index of [0, 1]) {
    const name = word(`affiliate ${index}`, 'affiliate', index)
    made.affiliates.push(await create('createAffiliate', { name, ref: word(`ref ${index}`, 'affiliate', index) }))
  }
  for (const index of [0, 1]) await makeCampaign(made, index)
  const rates = [{ currency: 'USD', day: '2026-06-01', rate: '0.95' }]
  const setRates = 'mutation ($rates: [CurrencyRateInput!]!) { setCurrencyRates(rates: $rates) { day } }'
  await app.get(adminKey, setRates, { rates })
  return made
}

async function makeAdvertiser(app: TestApp, canaries: Canaries, tenant: Tenant, index: number): Promise<void> {
  const { adminKey, mark } = tenant
  const address = `203.0.113.${100 + tenant.tenant * 10 + index}`
  canaries.note(`address of advertiser ${index}`, mark('requests', index), address)
  const id = await tenant.create('createAdvertiser', {
    name: tenant.word(`advertiser ${index}`, 'campaign', index),
    allowedIps: [address, '127.0.0.0/8'],
  })
  tenant.advertisers.push(id)
  type Made = { made: { secret: string } }
  const rotate = 'mutation ($id: ID!) { made: rotateSigningKey(id: $id) { secret } }'
  for (const which of ['old', 'new']) {
    const { made } = await app.get<Made>(adminKey, rotate, { id })
    canaries.note(`${which} signing key of advertiser ${index}`, mark('secret'), made.secret)
  }
  type Read = { advertiser: { postbackUrl: string } }
  const read = 'query ($id: ID!) { advertiser(id: $id) { postbackUrl } }'
  const { advertiser } = await app.get<Read>(adminKey, read, { id })
  const token = new URL(advertiser.postbackUrl).searchParams.get('token') ?? ''
  canaries.note(`token of advertiser ${index}`, mark('token', index), token)
  tenant.tokens.push(token)
}

async function makeCampaign(tenant: Tenant, index: number): Promise<void> {
  const { revenue, payout } = of(differing, index)
  const ofCampaign = (label: string) => tenant.word(`${label} of campaign ${index}`, 'campaign', index)
  const terms = {
    revenue: { kind: 'PERCENT', value: revenue[tenant.tenant] },
    payout: { kind: 'FIXED', value: payout[tenant.tenant] },
    ...{ duplicates: 'UPDATE', startsAs: 'PENDING' },
  }
  const id = await tenant.create('createCampaign', {
    advertiserId: tenant.advertisers[index],
    name: tenant.word(`campaign ${index}`, 'campaign', index),
    destinationUrl: `https://shop.example/${ofCampaign('destination')}?c={click_id}`,
    fallbackUrl: `https://shop.example/${ofCampaign('fallback')}`,
    goals: [
      { event: 'sale', ...terms },
      { event: ofCampaign('event'), ...terms },
    ],
  })
  tenant.campaigns.push(id)
}
