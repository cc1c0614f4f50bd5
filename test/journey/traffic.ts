import { Agent, request } from 'node:http'
import { recordMaker } from '../support/make-record.js'
import type { StartedServer } from '../support/server.js'

/** Real requests over kept-open connections, and a catalog to send them to. */
export interface Shop {
  readonly campaignId: string
  readonly token: string
  /** Paths of click links, of two affiliates. */
  readonly links: readonly string[]
}

/** `revenue`: what part of an order's amount is the network's, in percent. */
export async function makeShop({ ask }: StartedServer, { revenue = '10' } = {}): Promise<Shop> {
  const make = recordMaker(ask)
  const advertiser = await make('createAdvertiser', { name: 'Acme' }, 'id postbackUrl')
  const goals = [
    {
      event: 'sale',
      revenue: { kind: 'PERCENT', value: revenue },
      payout: { kind: 'FIXED', value: '1.5' },
      startsAs: 'PENDING',
      duplicates: 'UPDATE',
    },
  ]
  const destinationUrl = 'https://shop.example/?click={click_id}'
  const campaign = await make('createCampaign', { advertiserId: advertiser.id, name: 'Shoes', destinationUrl, goals })
  const links: string[] = []
  for (const name of ['Ann', 'Ben']) {
    const affiliate = await make('createAffiliate', { name })
    const input = { campaignId: campaign.id, affiliateId: affiliate.id, source: name }
    const link = await make('createLink', input, 'url')
    links.push(new URL(link.url ?? '').pathname)
  }
  const token = new URL(advertiser.postbackUrl ?? '').searchParams.get('token') ?? ''
  return { campaignId: campaign.id ?? '', token, links }
}

export interface HttpReply {
  readonly status: number
  readonly location: string
  readonly body: string
}

export interface PostbackReply {
  readonly receipt: string | null
  readonly outcome: string
  readonly conversion: string | null
  readonly reason: string | null
}

export type Fields = Readonly<Record<string, string>>

export function createSender(url: string, { keepAlive = true } = {}) {
  const agent = new Agent({ keepAlive, maxSockets: 64 })

  function send(method: string, path: string, headers: Fields = {}, body?: string): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), { method, headers: { ...headers }, agent }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '', body: text }),
        )
        response.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  return {
    url,
    close: () => agent.destroy(),
    /** The id of the click that a visit made. */
    async click(path: string): Promise<string> {
      const agents = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36' }
      const { location, body, status } = await send('GET', path, agents)
      const id = new URL(location === '' ? 'none:' : location).searchParams.get('click')
      if (id === null) throw new Error(`no click: ${status} ${body}`)
      return id
    },
    /** As one of the ways that senders have. */
    postback(fields: Fields, way: number): Promise<HttpReply> {
      const form = new URLSearchParams(fields).toString()
      if (way % 3 === 0) return send('GET', `/postback?${form}`)
      const type = way % 3 === 1 ? 'application/x-www-form-urlencoded' : 'application/json'
      return send('POST', '/postback', { 'content-type': type }, way % 3 === 1 ? form : JSON.stringify(fields))
    },
  }
}

export type Sender = ReturnType<typeof createSender>

/** Runs `work` on every item, `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries()
  const lane = async () => {
    for (const [index, item] of entries) await work(item, index)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
