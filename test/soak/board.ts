import type { Sender } from '../journey/traffic.js'
import { inParallel } from '../journey/traffic.js'
import { recordMaker } from '../support/make-record.js'
import type { StartedServer } from '../support/server.js'
import { adminKey } from '../support/server.js'

const tenth = Array.from({ length: 10 }, (_, index) => index)

/** Ten campaigns, ten affiliates, ten sources, and a click through a link for each campaign and affiliate. */
export interface Board {
  readonly adminKey: string
  readonly token: string
  readonly campaignIds: readonly string[]
  readonly affiliateIds: readonly string[]
  readonly affiliateKeys: readonly string[]
  readonly sources: readonly string[]
  readonly clickIds: readonly string[]
}

export async function openBoard({ ask }: StartedServer, sender: Sender): Promise<Board> {
  const make = recordMaker(ask)
  const makeTen = async (field: string, input: object, select = 'id') => {
    const made: string[] = []
    for (const name of tenth) made.push((await make(field, { name: `${name}`, ...input }, select))[select] ?? '')
    return made
  }

  const advertiser = await make('createAdvertiser', { name: 'Acme' }, 'id postbackUrl')
  const percent = (value: string) => ({ kind: 'PERCENT', value })
  // The payout is the amount, so that it tells changes of one conversion apart.
  const goal = { event: 'sale', revenue: percent('10'), payout: percent('100') }
  const campaignIds = await makeTen('createCampaign', {
    advertiserId: advertiser.id,
    destinationUrl: 'https://shop.example/?click={click_id}',
    goals: [{ ...goal, startsAs: 'PENDING', duplicates: 'UPDATE' }],
  })
  const affiliateIds = await makeTen('createAffiliate', {})
  const affiliateKeys: string[] = []
  for (const affiliateId of affiliateIds) {
    const { secret } = await make('createKey', { name: 'k', role: 'AFFILIATE', affiliateId }, 'secret')
    affiliateKeys.push(secret ?? '')
  }

  const sources = tenth.map((index) => `source-${index}`)
  const pairs = tenth.flatMap((campaign) => tenth.map((affiliate) => ({ campaign, affiliate })))
  const clickIds: string[] = []
  await inParallel(pairs, 8, async ({ campaign, affiliate }) => {
    const source = sources[(campaign + affiliate) % 10]
    const input = { campaignId: campaignIds[campaign], affiliateId: affiliateIds[affiliate], source }
    const { url = '' } = await make('createLink', input, 'url')
    clickIds.push(await sender.click(new URL(url).pathname))
  })
  const token = new URL(advertiser.postbackUrl ?? '').searchParams.get('token') ?? ''
  return { adminKey, token, campaignIds, affiliateIds, affiliateKeys, sources, clickIds }
}
