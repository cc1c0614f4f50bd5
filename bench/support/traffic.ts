import type { Ask, Pulseback } from './pulseback.js'

/** What there is to click and to report on. */
export interface Traffic {
  /** `/c/lnk_…`, one a link. */
  readonly linkPaths: readonly string[]
  /** The part of a postback's query that names its sender and its click: `token=…&click_id=clk_…`. */
  readonly targets: readonly string[]
}

interface Link {
  readonly path: string
  readonly token: string
}

export const trafficSize = { advertisers: 2, campaigns: 5, affiliates: 10, links: 50, clicks: 5_000 } as const
const clicksAtOnce = 32

/** Two advertisers' five campaigns, each promoted by ten affiliates, and 5,000 clicks that can be credited. */
export async function makeTraffic(server: Pulseback): Promise<Traffic> {
  const links = await makeLinks(server)
  const targets: string[] = []
  let next = 0
  const clickAll = async () => {
    while (next < trafficSize.clicks) targets.push(await click(server.url, links, next++))
  }
  await Promise.all(Array.from({ length: clicksAtOnce }, clickAll))
  return { linkPaths: links.map(({ path }) => path), targets }
}

async function makeLinks({ ask }: Pulseback): Promise<Link[]> {
  const make = createMake(ask)

  const advertisers: { id: string; token: string }[] = []
  for (let index = 0; index < trafficSize.advertisers; index += 1) {
    const { id, postbackUrl } = await make<{ id: string; postbackUrl: string }>('Advertiser', 'id postbackUrl', {
      name: `Shop ${index}`,
    })
    advertisers.push({ id, token: tokenIn(postbackUrl) })
  }
  const affiliateIds: string[] = []
  for (let index = 0; index < trafficSize.affiliates; index += 1) {
    affiliateIds.push((await make('Affiliate', 'id', { name: `Affiliate ${index}` })).id)
  }

  const links: Link[] = []
  for (let index = 0; index < trafficSize.campaigns; index += 1) {
    const { id: advertiserId, token } = advertisers[index % advertisers.length] as (typeof advertisers)[number] // in range
    const { id: campaignId } = await make('Campaign', 'id', {
      advertiserId,
      name: `Campaign ${index}`,
      destinationUrl: 'https://shop.example/landing?click_id={click_id}&source={source}',
      goals: [{ event: 'sale', revenue: percent('10'), payout: percent('7.5') }],
    })
    for (const [place, affiliateId] of affiliateIds.entries()) {
      const { id } = await make('Link', 'id', { campaignId, affiliateId, source: `source-${place}` })
      links.push({ path: `/c/${id}`, token })
    }
  }
  return links
}

/** Makes a thing of the catalog by its mutation, and gives the fields that are asked for. */
export function createMake(ask: Ask) {
  return async <Data extends { id: string }>(type: string, fields: string, input: object): Promise<Data> => {
    const { made } = await ask<{ made: Data }>(
      `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { ${fields} } }`,
      { input },
    )
    return made
  }
}

export const percent = (value: string) => ({ kind: 'PERCENT', value })

function tokenIn(postbackUrl: string): string {
  const token = new URL(postbackUrl).searchParams.get('token')
  if (token === null) throw new Error(`no token in ${postbackUrl}`)
  return token
}

async function click(url: string, links: readonly Link[], number: number): Promise<string> {
  const { path, token } = links[number % links.length] as Link // in range
  const headers = { 'user-agent': userAgents[number % userAgents.length] ?? '', 'x-forwarded-for': addressOf(number) }
  const response = await fetch(`${url}${path}?keyword=word-${number % 20}`, { redirect: 'manual', headers })
  const clickId = /click_id=(clk_[0-9a-z]{26})/.exec(response.headers.get('location') ?? '')?.[1]
  if (clickId === undefined) throw new Error(`a click was answered ${response.status}, without a click id`)
  return `token=${token}&click_id=${clickId}`
}

const addressOf = (number: number): string => `85.214.${(number >> 8) & 255}.${number & 255}`

const systems = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 14; Pixel 8',
  'Linux; Android 13; SM-S918B',
]

/** A hundred browsers; none of them a bot. */
export const userAgents: readonly string[] = systems.flatMap((system) =>
  Array.from(
    { length: 20 },
    (_, index) =>
      `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${120 + index}.0.0.0 Safari/537.36`,
  ),
)
