import type { Made } from './draw-events.js'
import type { Step } from './draw-orders.js'
import type { Visit } from './draw-visits.js'
import type { Offers } from './offers.js'

/** The ids under which the offers were made, each list in the order of theirs. */
export interface CatalogIds {
  readonly workspaceId: string
  readonly advertisers: readonly string[]
  readonly affiliates: readonly string[]
  readonly campaigns: readonly string[]
  readonly links: readonly string[]
}

const wayColumns = ['workspace_id', 'advertiser_id', 'campaign_id', 'affiliate_id'] as const
const trafficColumns = [
  'source',
  'creative',
  'keyword',
  'placement',
  'subs',
  'country',
  'region',
  'language',
  'device',
  'os',
  'browser',
] as const

/** The order in which the lines have their columns: what is the same for many rows stands together. */
export const lineColumns = {
  click: [
    ...['id', 'revision', 'at', 'booked_at', 'bot', 'first_visit', 'ip', 'external_id', 'external_kind', 'cost'],
    ...wayColumns,
    ...['link_id', 'test', 'user_agent'],
    ...trafficColumns,
  ],
  conversion: [
    ...['id', 'click_id', 'receipt_id', 'event', 'transaction_id', 'occurred_at', 'received_at', 'clicked_at'],
    ...['status', 'amount', 'sale_amount', 'revenue', 'payout', 'changed_at', 'contents'],
    ...['goal_number', 'line', 'counts_each', 'currency', 'rate'],
    ...wayColumns,
    ...['link_id', 'test'],
    ...trafficColumns,
  ],
  conversion_change: [
    ...wayColumns,
    ...['position', 'conversion_id', 'receipt_id', 'kind', 'at', 'reason', 'status', 'previous_status'],
    ...['amount', 'sale_amount', 'revenue', 'payout', 'sale_amount_delta', 'revenue_delta', 'payout_delta'],
  ],
} as const

const none = '\\N'
const currency = 'USD'
const instant = (ms: number): string => new Date(ms).toISOString()
const money = (tenThousandths: number): string => (tenThousandths / 10_000).toFixed(4)
const cents = (amount: number | null): string => (amount === null ? none : (amount / 100).toFixed(2))

/** Writes rows as COPY takes them. Nothing in them has a tab, a line's end or a backslash that would want escaping. */
export function bookLines(offers: Offers, ids: CatalogIds) {
  const ways = offers.links.map(({ campaign, affiliate, clickCost, external }, index) => {
    const advertiser = offers.campaigns[campaign]?.advertiser ?? 0
    const parts = [ids.workspaceId, ids.advertisers[advertiser], ids.campaigns[campaign], ids.affiliates[affiliate]]
    const way = parts.join('\t')
    return { way, link: `${way}\t${ids.links[index]}\tf`, cost: money(clickCost), external }
  })
  const wayOf = (visit: Visit) => ways[visit.link] as (typeof ways)[number] // made of the same links

  return {
    click(id: string, visit: Visit, atMs: number, bookedAtMs: number, revision: number): string {
      const { link, cost, external } = wayOf(visit)
      const platform = external ? `Cj0KCQ${id.slice(9)}\tgclid` : `${none}\t${none}`
      const flags = `${visit.bot ? 't' : 'f'}\t${visit.firstVisit ? 't' : 'f'}`
      return `${id}\t${revision}\t${instant(atMs)}\t${instant(bookedAtMs)}\t${flags}\t${visit.ip}\t${platform}\t${cost}\t${link}\t${visit.userAgent}\t${visit.traffic}\n`
    },

    /** As it is at the end, after all its steps. */
    conversion(made: Made, receiptId: string): string {
      const { order, clickId, visit } = made
      const last = order.steps.at(-1) ?? order.steps[0]
      const texts = [
        ...[made.id, clickId, receiptId, order.event, made.transactionId],
        ...[instant(order.occurredAtMs), instant(order.steps[0].atMs), instant(made.clickedAtMs)],
        ...[last.status, cents(last.amountCents), money(last.saleAmount), money(last.revenue), money(last.payout)],
        ...[instant(last === order.steps[0] ? order.occurredAtMs : last.atMs), contents(order.steps, clickId)],
        ...['1', '', 'f', currency, '1'],
        ...[wayOf(visit).link, visit.traffic],
      ]
      return `${texts.join('\t')}\n`
    },

    change(made: Made, index: number, receiptId: string, position: number): string {
      const step = made.order.steps[index] as Step // it was booked as this one
      const before = index === 0 ? null : (made.order.steps[index - 1] as Step) // so there is one before
      const delta = (of: 'saleAmount' | 'revenue' | 'payout') => money(step[of] - (before?.[of] ?? 0))
      const texts = [
        ...[wayOf(made.visit).way, position, made.id, receiptId, step.kind, instant(step.atMs), none],
        ...[step.status, before?.status ?? none],
        ...[cents(step.amountCents), money(step.saleAmount), money(step.revenue), money(step.payout)],
        ...[delta('saleAmount'), delta('revenue'), delta('payout')],
      ]
      return `${texts.join('\t')}\n`
    },
  }
}

/** What each request that was applied said: its amount, its status, its click. */
const contents = (steps: readonly Step[], clickId: string): string =>
  `{${steps
    .map(({ kind, amountCents }) =>
      kind === 'CREATED' || kind === 'UPDATED'
        ? `"${amountCents === null ? '' : amountCents / 100}   ${clickId}"`
        : `"  ${kind} ${clickId}"`,
    )
    .join(',')}}`

/** Ids to try the lines with, where nothing is in a database. */
export function countedIds(offers: Offers): CatalogIds {
  const count = (things: readonly unknown[]) => things.map((_, index) => String(index))
  return {
    workspaceId: 'workspace',
    advertisers: count(offers.advertisers),
    affiliates: count(offers.affiliates),
    campaigns: count(offers.campaigns),
    links: count(offers.links),
  }
}
