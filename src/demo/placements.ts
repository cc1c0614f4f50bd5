import { campaigns, type DemoCampaign } from './offers.js'

/** Who sends visitors to the demo's campaigns, and through which links. */
export interface DemoAffiliate {
  readonly name: string
  readonly ref: string
}

/** A value that clicks through a link carry, how often, and how well its visitors convert. */
export interface Variant {
  readonly text: string
  readonly share: number
  readonly quality: number
}

export interface DemoLink {
  readonly campaign: DemoCampaign
  readonly affiliate: DemoAffiliate
  readonly source: string
  readonly placement?: string
  readonly subs?: Readonly<Record<string, string>>
  /** What the clicks' own query says; the link itself carries none of it. */
  readonly creatives?: readonly Variant[]
  readonly keywords?: readonly Variant[]
  /** What a click costs on average; absent where nobody pays by the click. */
  readonly costPerClick?: number
  readonly platform?: 'GCLID' | 'FBCLID' | 'TTCLID' | 'MSCLKID'
  /** Of all traffic, against the other links. */
  readonly share: number
  readonly quality: number
  readonly mobile: number
  readonly audience: Audience
  /** A regular rush: so much more at these hours (UTC) of this weekday (0 is Sunday), and less than usual else. */
  readonly rush?: { readonly weekday: number; readonly fromHour: number; readonly toHour: number; readonly times: number }
}

export type Audience = 'world' | 'english' | 'german' | 'young'

const reviewer = { name: 'Trail & Tarmac Reviews', ref: 'trail-and-tarmac' }
const newsletter = { name: 'Sunday Inbox', ref: 'sunday-inbox' }
const searcher = { name: 'Keyword Foundry', ref: 'keyword-foundry' }
const influencer = { name: 'Mila on the Move', ref: 'mila' }
const coupons = { name: 'CouponNest', ref: 'couponnest' }
const comparison = { name: 'Penny Wise Compare', ref: 'penny-wise' }
const buyer = { name: 'Bright Banner Media', ref: 'bright-banner' }
const apps = { name: 'App Radar', ref: 'app-radar' }

export const affiliates: readonly DemoAffiliate[] = [
  reviewer,
  newsletter,
  searcher,
  influencer,
  coupons,
  comparison,
  buyer,
  apps,
]

/** `text share quality`, one variant each. */
const variants = (...rows: readonly (readonly [string, number, number])[]): readonly Variant[] =>
  rows.map(([text, share, quality]) => ({ text, share, quality }))

const sundayMorning = { weekday: 0, fromHour: 7, toHour: 11, times: 14 }
const { shop, outlet, stream, card, account, game } = campaigns

const shopLinks: readonly DemoLink[] = [
  // biome-ignore format: a table of links is read row by row
  { campaign: shop, affiliate: reviewer, source: 'blog', placement: 'best-trail-shoes', subs: { sub1: 'review', sub2: 'table-top' }, share: 7, quality: 1.5, mobile: 0.5, audience: 'german' },
  {
    campaign: shop,
    affiliate: searcher,
    source: 'google',
    subs: { sub1: 'g-shoes-exact' },
    keywords: variants(
      ['trail running shoes', 10, 1],
      ['buy trail shoes', 4, 1.7],
      ['northtrail shoes', 5, 2.1],
      ['cheap sneakers', 7, 0.45],
    ),
    costPerClick: 0.13,
    platform: 'GCLID',
    share: 9,
    quality: 1,
    mobile: 0.55,
    audience: 'world',
  },
  {
    campaign: shop,
    affiliate: influencer,
    source: 'instagram',
    placement: 'story',
    creatives: variants(['morning-run', 6, 1.1], ['unboxing', 4, 0.8], ['outfit-of-the-day', 5, 0.5]),
    share: 9,
    quality: 0.6,
    mobile: 0.95,
    audience: 'young',
    rush: { weekday: 4, fromHour: 17, toHour: 21, times: 5 },
  },
  // biome-ignore format: a table of links is read row by row
  { campaign: shop, affiliate: coupons, source: 'coupon', placement: 'shop-page', creatives: variants(['NORTH10', 7, 1], ['FREESHIP', 4, 1.25]), share: 5, quality: 2.2, mobile: 0.5, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: outlet, affiliate: coupons, source: 'coupon', placement: 'deal-of-the-day', share: 4, quality: 1.9, mobile: 0.55, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: outlet, affiliate: coupons, source: 'cashback', placement: 'member-area', subs: { sub1: 'tier-gold' }, share: 3, quality: 2.6, mobile: 0.4, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: outlet, affiliate: newsletter, source: 'newsletter', placement: 'issue', creatives: variants(['hero', 6, 1.2], ['footer', 3, 0.6]), share: 5, quality: 1.5, mobile: 0.6, audience: 'german', rush: sundayMorning },
  // biome-ignore format: a table of links is read row by row
  { campaign: outlet, affiliate: buyer, source: 'display', placement: 'news-sites', creatives: variants(['300x250', 6, 1], ['728x90', 5, 0.7], ['320x50', 8, 0.5]), costPerClick: 0.012, share: 8, quality: 0.2, mobile: 0.6, audience: 'world' },
]

const streamLinks: readonly DemoLink[] = [
  // biome-ignore format: a table of links is read row by row
  { campaign: stream, affiliate: influencer, source: 'tiktok', placement: 'bio', creatives: variants(['series-ranking', 5, 1.2], ['reaction', 6, 0.8]), platform: 'TTCLID', share: 6, quality: 0.7, mobile: 0.97, audience: 'young' },
  // biome-ignore format: a table of links is read row by row
  { campaign: stream, affiliate: newsletter, source: 'newsletter', placement: 'what-to-watch', share: 4, quality: 1.5, mobile: 0.55, audience: 'german', rush: sundayMorning },
  // biome-ignore format: a table of links is read row by row
  { campaign: stream, affiliate: buyer, source: 'facebook', placement: 'feed', subs: { sub1: 'lookalike-2' }, creatives: variants(['trailer-15s', 7, 1.2], ['poster', 4, 0.8], ['price-card', 3, 0.6]), costPerClick: 0.16, platform: 'FBCLID', share: 8, quality: 0.85, mobile: 0.8, audience: 'world' },
  // biome-ignore format: a table of links is read row by row
  { campaign: stream, affiliate: apps, source: 'push', placement: 'weekend-picks', share: 4, quality: 0.8, mobile: 1, audience: 'world' },
]

const bankLinks: readonly DemoLink[] = [
  {
    campaign: card,
    affiliate: searcher,
    source: 'google',
    subs: { sub1: 'g-cards' },
    keywords: variants(
      ['compare credit cards', 8, 1],
      ['travel credit card', 7, 1.3],
      ['gold card annual fee', 3, 1.6],
      ['credit card bad score', 5, 0.5],
    ),
    costPerClick: 0.44,
    platform: 'GCLID',
    share: 6,
    quality: 1.1,
    mobile: 0.5,
    audience: 'english',
  },
  // biome-ignore format: a table of links is read row by row
  { campaign: card, affiliate: searcher, source: 'bing', subs: { sub1: 'b-cards' }, keywords: variants(['compare credit cards', 5, 1], ['travel credit card', 4, 1.2]), costPerClick: 0.29, platform: 'MSCLKID', share: 3, quality: 1.15, mobile: 0.2, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: card, affiliate: comparison, source: 'comparison', placement: 'gold-cards', subs: { sub1: 'rank-1' }, share: 5, quality: 1.7, mobile: 0.45, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: account, affiliate: comparison, source: 'comparison', placement: 'savings-rates', subs: { sub1: 'rank-3' }, share: 4, quality: 1.5, mobile: 0.45, audience: 'english' },
  // biome-ignore format: a table of links is read row by row
  { campaign: account, affiliate: newsletter, source: 'newsletter', placement: 'money-corner', share: 2, quality: 1.1, mobile: 0.55, audience: 'german', rush: sundayMorning },
  // biome-ignore format: a table of links is read row by row
  { campaign: account, affiliate: buyer, source: 'native', placement: 'below-article', creatives: variants(['five-mistakes', 6, 0.7], ['rate-chart', 4, 1.4]), costPerClick: 0.11, share: 5, quality: 0.5, mobile: 0.75, audience: 'world' },
]

const gameLinks: readonly DemoLink[] = [
  // biome-ignore format: a table of links is read row by row
  { campaign: game, affiliate: apps, source: 'app-wall', placement: 'top-10', share: 7, quality: 1.2, mobile: 0.97, audience: 'world' },
  // biome-ignore format: a table of links is read row by row
  { campaign: game, affiliate: influencer, source: 'youtube', placement: 'lets-play', share: 4, quality: 1, mobile: 0.75, audience: 'young' },
  // biome-ignore format: a table of links is read row by row
  { campaign: game, affiliate: buyer, source: 'tiktok', placement: 'for-you', creatives: variants(['gameplay-a', 6, 1], ['gameplay-b', 5, 1.4], ['cinematic', 4, 0.6]), costPerClick: 0.07, platform: 'TTCLID', share: 9, quality: 0.95, mobile: 0.98, audience: 'young' },
  // biome-ignore format: a table of links is read row by row
  { campaign: game, affiliate: buyer, source: 'in-app', placement: 'interstitial', subs: { sub1: 'rewarded' }, costPerClick: 0.035, share: 5, quality: 0.6, mobile: 1, audience: 'world' },
]

export const links: readonly DemoLink[] = [...shopLinks, ...streamLinks, ...bankLinks, ...gameLinks]
