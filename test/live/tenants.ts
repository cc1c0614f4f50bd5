import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { createAdvertiser } from '../../src/catalog/write-advertiser.js'
import { createAffiliate } from '../../src/catalog/write-affiliate.js'
import { encodeId, newId, type WorkspaceId } from '../../src/kernel/ids.js'
import type { TestApp } from '../support/app.js'
import { clickDraft, makeWay, named, receiptDraft, request, type Way } from '../support/drafts.js'

export interface Viewer {
  readonly role: 'ADMIN' | 'ANALYST' | 'ADVERTISER' | 'AFFILIATE'
  readonly key: string
  /** Whose rows it is to see: null for all. */
  readonly advertiserId: string | null
  readonly affiliateId: string | null
}

/** A workspace with two advertisers, a campaign each, and two affiliates who both promote both. */
export interface Tenant {
  readonly name: string
  readonly workspaceId: WorkspaceId
  readonly ways: readonly Way[]
  readonly viewers: readonly Viewer[]
}

const price = (value: string) => ({ kind: 'PERCENT' as const, value })
const goal = (event: string) => ({ event, revenue: price('10'), payout: price('3'), startsAs: 'PENDING' as const })

export async function createTenant(app: TestApp, name: string): Promise<Tenant> {
  const { workspaceId, adminKey } = await createWorkspace(app.orm, app.clock, { name, currency: 'EUR' })
  const scope = { workspaceId, keyId: newId<'key'>(), role: 'ADMIN', advertiserId: null, affiliateId: null } as const
  const both = [0, 1] as const
  const advertisers = []
  const affiliates = []
  for (const index of both) {
    advertisers.push(await createAdvertiser(app.catalogWrites, scope, { name: `${name} advertiser ${index}` }))
    affiliates.push(await createAffiliate(app.catalogWrites, scope, { name: `${name} affiliate ${index}` }))
  }
  const ways: Way[] = []
  for (const advertiserId of advertisers) {
    const campaign = { name: `${name} campaign ${ways.length / 2}`, goals: [goal('sale'), goal('lead')] }
    const [affiliateId, otherId] = affiliates
    const first = await makeWay(app, scope, campaign, { advertiserId, ...(affiliateId && { affiliateId }) })
    ways.push(first, await makeWay(app, scope, {}, { ...first, ...(otherId && { affiliateId: otherId }) }))
  }

  async function viewer(
    role: Viewer['role'],
    advertiserId: Way['advertiserId'] | null,
    affiliateId: Way['affiliateId'] | null,
  ) {
    const owner = {
      ...(advertiserId && { advertiserId: encodeId('adv', advertiserId) }),
      ...(affiliateId && { affiliateId: encodeId('aff', affiliateId) }),
    }
    const create = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }'
    const made = await app.get<{ createKey: { secret: string } }>(adminKey, create, {
      input: { name: role, role, ...owner },
    })
    return { role, key: made.createKey.secret, advertiserId, affiliateId }
  }
  const viewers = [await viewer('ADMIN', null, null), await viewer('ANALYST', null, null)]
  for (const id of advertisers) viewers.push(await viewer('ADVERTISER', id, null))
  for (const id of affiliates) viewers.push(await viewer('AFFILIATE', null, id))
  return { name, workspaceId, ways, viewers }
}

/** Of a chunk's 1,000 changes of one tenant, 600 are new orders, and the others approve some of them. */
const orders = Array.from({ length: 600 }, (_, index) => index)
/** One order in so many is a lead that came by a click; odd, so that all ways have some. */
const leadEvery = 199
const isLead = (index: number) => index % leadEvery === 0
const approved = orders.filter((index) => !isLead(index)).slice(0, 400)

type Book = (way: Way, index: number) => Promise<unknown>

/** Of all tenants and all their ways, interleaved. */
const bookAll = (tenants: readonly Tenant[], indexes: readonly number[], book: Book) =>
  Promise.all(
    indexes.flatMap((index) => tenants.map(({ ways }) => book(ways[index % ways.length] as Way, index))), // never empty
  )

export function orderChunk({ ledger, clock }: TestApp, tenants: readonly Tenant[], chunk: number): Promise<unknown> {
  return bookAll(tenants, orders, async (way, index) => {
    const sale = { transactionId: `${chunk}-${index}`, amount: `${100 + (index % 89)}.5`, event: 'sale' }
    const receipt = receiptDraft(way, clock())
    if (!isLead(index)) return ledger.keepPostback(receipt, named(way, sale))
    const click = clickDraft(way, clock(), { cost: '0.25' })
    await ledger.keepClick(click)
    return ledger.keepPostback(receipt, request({ ...sale, clickId: click.id, event: 'lead' }))
  })
}

export function approveChunk({ ledger, clock }: TestApp, tenants: readonly Tenant[], chunk: number): Promise<unknown> {
  return bookAll(tenants, approved, (way, index) => {
    const approval = { transactionId: `${chunk}-${index}`, event: 'sale', status: 'APPROVED' as const }
    return ledger.keepPostback(receiptDraft(way, clock()), named(way, approval))
  })
}
