import type { GoalInput } from '../catalog/campaign.input.js'

/** Who advertises what in the demo. Hosts end in `.example`, which is nobody's. */
export interface DemoAdvertiser {
  readonly name: string
  readonly orderPrefix: string
  /** How its server sends postbacks. */
  readonly sends: 'query' | 'json'
  readonly serverIp: string
}

/** What visitors of a campaign do, in `journeys.ts`. */
export type JourneyKind = 'order' | 'orderOnApproval' | 'trial' | 'cardLead' | 'account' | 'install'

export interface DemoCampaign {
  readonly advertiser: DemoAdvertiser
  readonly name: string
  readonly destinationUrl: string
  readonly attributionWindowDays: number
  readonly goals: readonly GoalInput[]
  readonly journey: JourneyKind
  /** How many of its average visitors take the first step. */
  readonly rate: number
  /** Traffic of a weekend day against that of a weekday. */
  readonly weekend: number
  /** How much likelier, or less likely, a visitor on such a device goes through with it. */
  readonly byDevice: Readonly<Record<string, number>>
}

const shop: DemoAdvertiser = {
  name: 'Northtrail Shoes',
  orderPrefix: 'NT',
  sends: 'query',
  serverIp: '203.0.113.20',
}
const stream: DemoAdvertiser = {
  name: 'Lumora Streaming',
  orderPrefix: 'LU',
  sends: 'query',
  serverIp: '198.51.100.77',
}
const bank: DemoAdvertiser = { name: 'Harbour Bank', orderPrefix: 'HB', sends: 'json', serverIp: '192.0.2.140' }
const game: DemoAdvertiser = { name: 'Pixelforge Games', orderPrefix: 'PX', sends: 'query', serverIp: '203.0.113.199' }

export const advertisers: readonly DemoAdvertiser[] = [shop, stream, bank, game]

const fixed = (value: string) => ({ kind: 'FIXED' as const, value })
const percent = (value: string) => ({ kind: 'PERCENT' as const, value })

const shopping = { desktop: 1.25, tablet: 1.1, mobile: 0.8 }
const banking = { desktop: 1.4, tablet: 1, mobile: 0.7 }

export const campaigns = {
  shop: {
    advertiser: shop,
    name: 'Northtrail web shop',
    destinationUrl: 'https://shoes.example/?click_id={click_id}&partner={affiliate_ref}',
    attributionWindowDays: 30,
    goals: [
      {
        event: 'sale',
        revenue: percent('12'),
        payout: percent('7.5'),
        startsAs: 'APPROVED',
        duplicates: 'UPDATE',
      },
    ],
    journey: 'order',
    rate: 0.044,
    weekend: 1.35,
    byDevice: shopping,
  },
  outlet: {
    advertiser: shop,
    name: 'Northtrail outlet',
    destinationUrl: 'https://outlet.shoes.example/deals?click_id={click_id}&from={source}',
    attributionWindowDays: 14,
    goals: [
      {
        event: 'sale',
        revenue: percent('7'),
        payout: percent('4.5'),
        startsAs: 'PENDING',
        duplicates: 'KEEP_FIRST',
      },
    ],
    journey: 'orderOnApproval',
    rate: 0.05,
    weekend: 1.5,
    byDevice: shopping,
  },
  stream: {
    advertiser: stream,
    name: 'Lumora Premium: free trial',
    destinationUrl: 'https://lumora.example/start?c={click_id}&creative={creative}',
    attributionWindowDays: 90,
    goals: [
      { event: 'trial', revenue: fixed('4.50'), payout: fixed('3'), startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
      {
        event: 'subscription',
        revenue: fixed('11'),
        payout: fixed('6.50'),
        startsAs: 'APPROVED',
        duplicates: 'COUNT_EACH',
      },
    ],
    journey: 'trial',
    rate: 0.07,
    weekend: 1.25,
    byDevice: { desktop: 0.9, tablet: 1.2, mobile: 1 },
  },
  card: {
    advertiser: bank,
    name: 'Harbour Gold Card',
    destinationUrl: 'https://bank.example/cards/gold?ref={click_id}',
    attributionWindowDays: 45,
    goals: [
      { event: 'lead', revenue: fixed('42'), payout: fixed('26'), startsAs: 'PENDING', duplicates: 'KEEP_FIRST' },
    ],
    journey: 'cardLead',
    rate: 0.034,
    weekend: 0.65,
    byDevice: banking,
  },
  account: {
    advertiser: bank,
    name: 'Harbour Day Account',
    destinationUrl: 'https://bank.example/account/open?ref={click_id}&kw={keyword}',
    attributionWindowDays: 60,
    goals: [
      { event: 'application', revenue: fixed('2'), payout: fixed('1'), startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
      { event: 'account', revenue: fixed('30'), payout: fixed('20'), startsAs: 'PENDING', duplicates: 'KEEP_FIRST' },
    ],
    journey: 'account',
    rate: 0.04,
    weekend: 0.7,
    byDevice: banking,
  },
  game: {
    advertiser: game,
    name: 'Dragon Orchard (iOS and Android)',
    destinationUrl: 'https://games.example/dragon-orchard/{country}?click={click_id}&pub={affiliate_id}',
    attributionWindowDays: 30,
    goals: [
      { event: 'install', revenue: fixed('1.60'), payout: fixed('1'), startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
      {
        event: 'purchase',
        revenue: percent('25'),
        payout: percent('15'),
        startsAs: 'APPROVED',
        duplicates: 'COUNT_EACH',
      },
    ],
    journey: 'install',
    rate: 0.105,
    weekend: 1.3,
    byDevice: { desktop: 0.05, tablet: 1.2, mobile: 1.15 },
  },
} as const satisfies Record<string, DemoCampaign>
