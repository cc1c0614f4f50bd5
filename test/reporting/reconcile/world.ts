import type { Scope } from '../../../src/access/scope.js'
import { encodeId, type KeyId, newId } from '../../../src/kernel/ids.js'
import type { TestApp } from '../../support/app.js'
import { clickDraft, fixed, makeWay, sale, type Way } from '../../support/drafts.js'

const lead = { event: 'lead', revenue: fixed('2'), payout: fixed('1'), startsAs: 'PENDING' as const }

/** Two advertisers of one workspace, the first with two campaigns, their keys, and postbacks over HTTP. */
export async function openCounter(app: TestApp) {
  const { workspaceId, adminKey } = app
  const keyId = newId<'key'>() as KeyId
  const scope: Scope = { workspaceId, keyId, role: 'ADMIN', advertiserId: null, affiliateId: null }
  const way = await makeWay(app, scope, { goals: [{ ...sale, startsAs: 'PENDING' }, lead], attributionWindowDays: 30 })
  const second = await makeWay(app, scope, {}, { advertiserId: way.advertiserId, affiliateId: way.affiliateId })
  const other = await makeWay(app, scope)

  async function key(role: string, owner: object = {}): Promise<string> {
    const query = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }'
    const input = { name: role, role, ...owner }
    return (await app.get<{ createKey: { secret: string } }>(adminKey, query, { input })).createKey.secret
  }
  async function tokenOf({ advertiserId }: Way): Promise<string> {
    const query = `{ advertiser(id: "${encodeId('adv', advertiserId)}") { postbackUrl } }`
    const { advertiser } = await app.get<{ advertiser: { postbackUrl: string } }>(adminKey, query)
    return new URL(advertiser.postbackUrl).searchParams.get('token') ?? ''
  }
  const tokens = new Map([
    [way, await tokenOf(way)],
    [second, await tokenOf(second)],
    [other, await tokenOf(other)],
  ])

  async function postback(fields: Record<string, string>, from: Way = way) {
    const query = new URLSearchParams({ token: tokens.get(from) ?? '', ...fields })
    const response = await app.server.inject({ method: 'GET', url: `/postback?${query}` })
    return response.json() as { receipt: string; outcome: string; conversion: string | null; reason: string | null }
  }

  return {
    ...{ way, second, other, postback, key },
    advertiserId: encodeId('adv', way.advertiserId),
    keys: {
      admin: adminKey,
      analyst: await key('ANALYST'),
      advertiser: await key('ADVERTISER', { advertiserId: encodeId('adv', way.advertiserId) }),
      otherAdvertiser: await key('ADVERTISER', { advertiserId: encodeId('adv', other.advertiserId) }),
      affiliate: await key('AFFILIATE', { affiliateId: encodeId('aff', way.affiliateId) }),
    },
    async click(atMs = app.time.nowMs): Promise<string> {
      const click = clickDraft(way, atMs)
      await app.ledger.keepClick(click)
      return encodeId('clk', click.id)
    },
    /** An order that must be booked; gives its conversion. */
    async order(txid: string, fields: Record<string, string> = {}, at: Way = way): Promise<string> {
      const named = { affiliate_id: encodeId('aff', at.affiliateId), campaign_id: encodeId('cmp', at.campaignId) }
      const { conversion, reason } = await postback({ ...named, txid, event: 'sale', ...fields }, at)
      if (conversion === null) throw new Error(`order ${txid} was not booked: ${reason}`)
      return conversion
    },
  }
}

export type Counter = Awaited<ReturnType<typeof openCounter>>
