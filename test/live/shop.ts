import { type TestApp, within } from '../support/app.js'
import { recordMaker } from '../support/make-record.js'

/** A shop made over the API, and postbacks sent to it over HTTP. */
export async function openShop(app: TestApp) {
  const make = recordMaker((query, variables) => app.get(app.adminKey, query, variables))
  const goal = {
    event: 'sale',
    revenue: { kind: 'PERCENT', value: '10' },
    payout: { kind: 'FIXED', value: '1' },
    startsAs: 'PENDING',
    duplicates: 'UPDATE',
  }
  const advertiser = await make('createAdvertiser', { name: 'Acme' }, 'id postbackUrl')
  const other = await make('createAdvertiser', { name: 'Bolt' })
  const campaign = await make('createCampaign', {
    ...{ advertiserId: advertiser.id, name: 'Shoes', destinationUrl: 'https://shop.example/?c={click_id}' },
    goals: [goal],
  })
  const affiliates = [await make('createAffiliate', { name: 'Ann' }), await make('createAffiliate', { name: 'Ben' })]
  const key = async (role: string, owner: object = {}) =>
    (await make('createKey', { name: role, role, ...owner }, 'secret')).secret ?? ''
  const token = new URL(advertiser.postbackUrl ?? '').searchParams.get('token') ?? ''

  return {
    campaignId: campaign.id ?? '',
    affiliateIds: affiliates.map(({ id }) => id ?? ''),
    keys: {
      admin: app.adminKey,
      otherAdmin: await key('ADMIN'),
      analyst: await key('ANALYST'),
      advertiser: await key('ADVERTISER', { advertiserId: advertiser.id }),
      otherAdvertiser: await key('ADVERTISER', { advertiserId: other.id }),
      affiliate: await key('AFFILIATE', { affiliateId: affiliates[0]?.id }),
      otherAffiliate: await key('AFFILIATE', { affiliateId: affiliates[1]?.id }),
    },
    /** Sends a postback, and gives its answer. */
    async post(fields: Record<string, string>) {
      const query = new URLSearchParams({ token, ...fields })
      const asked = app.server.inject({ method: 'GET', url: `/postback?${query}` })
      const response = await within(asked, `an answer to ${query}`)
      return response.json() as { receipt: string; outcome: string; conversion: string | null }
    },
    /** A new order of the first affiliate, or of the other. */
    async order(txid: string, amount = '100', affiliate = 0) {
      const named = { affiliate_id: affiliates[affiliate]?.id ?? '', campaign_id: campaign.id ?? '' }
      const { conversion } = await this.post({ ...named, txid, amount })
      if (conversion === null) throw new Error(`order ${txid} was not booked`)
      return conversion
    },
  }
}

export type LiveShop = Awaited<ReturnType<typeof openShop>>

/** Whether a cursor stands where the books end now. Two cursors of one place need not be the same text. */
export async function isHead(app: TestApp, cursor: string | undefined): Promise<boolean> {
  if (cursor === undefined || cursor === '') return false
  const query = 'query ($after: Cursor) { changes(after: $after, first: 1) { nodes { kind } } }'
  const { changes } = await app.get<{ changes: { nodes: object[] } }>(app.adminKey, query, { after: cursor })
  return changes.nodes.length === 0
}
