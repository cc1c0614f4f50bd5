import { type DemoLink, link, type Rush, variants } from './demo-link.js'
import { campaigns } from './offers.js'

/** Who sends visitors to the demo's campaigns, and through which links. */
const reviewer = { name: 'Trail & Tarmac Reviews', ref: 'trail-and-tarmac' }
const newsletter = { name: 'Sunday Inbox', ref: 'sunday-inbox' }
const searcher = { name: 'Keyword Foundry', ref: 'keyword-foundry' }
const influencer = { name: 'Mila on the Move', ref: 'mila' }
const coupons = { name: 'CouponNest', ref: 'couponnest' }
const comparison = { name: 'Penny Wise Compare', ref: 'penny-wise' }
const buyer = { name: 'Bright Banner Media', ref: 'bright-banner' }
const apps = { name: 'App Radar', ref: 'app-radar' }

export const affiliates = [reviewer, newsletter, searcher, influencer, coupons, comparison, buyer, apps] as const

const sundayMorning: Rush = { weekday: 0, fromHour: 7, toHour: 11, times: 14 }
const thursdayEvening: Rush = { weekday: 4, fromHour: 17, toHour: 21, times: 6 }

const { shop, outlet, stream, card, account, game } = campaigns

const shopLinks = [
  link(
    shop,
    reviewer,
    'blog',
    { share: 7, quality: 1.5, mobile: 0.5, audience: 'german' },
    { placement: 'best-trail-shoes', subs: { sub1: 'review', sub2: 'table-top' } },
  ),
  link(
    shop,
    searcher,
    'google',
    { share: 9, quality: 1, mobile: 0.55, audience: 'world' },
    {
      subs: { sub1: 'g-shoes' },
      keywords: variants(
        ['trail running shoes', 10, 1],
        ['buy trail shoes', 4, 1.7],
        ['northtrail shoes', 5, 2.1],
        ['cheap sneakers', 7, 0.45],
      ),
      costPerClick: 0.13,
      platform: 'GCLID',
    },
  ),
  link(
    shop,
    influencer,
    'instagram',
    { share: 9, quality: 0.6, mobile: 0.95, audience: 'young' },
    {
      placement: 'story',
      creatives: variants(['morning-run', 6, 1.2], ['unboxing', 4, 0.9], ['outfit-of-the-day', 5, 0.6]),
      rush: thursdayEvening,
    },
  ),
  link(
    shop,
    coupons,
    'coupon',
    { share: 5, quality: 2.2, mobile: 0.5, audience: 'english' },
    { placement: 'shop-page', creatives: variants(['NORTH10', 7, 1], ['FREESHIP', 4, 1.25]) },
  ),
  link(
    outlet,
    coupons,
    'coupon',
    { share: 4, quality: 1.9, mobile: 0.55, audience: 'english' },
    { placement: 'deal-of-the-day' },
  ),
  link(
    outlet,
    coupons,
    'cashback',
    { share: 3, quality: 2.6, mobile: 0.4, audience: 'english' },
    { placement: 'member-area', subs: { sub1: 'gold' } },
  ),
  link(
    outlet,
    newsletter,
    'newsletter',
    { share: 5, quality: 1.5, mobile: 0.6, audience: 'german' },
    { placement: 'issue', creatives: variants(['hero', 6, 1.2], ['footer', 3, 0.6]), rush: sundayMorning },
  ),
  link(
    outlet,
    buyer,
    'display',
    { share: 8, quality: 0.25, mobile: 0.6, audience: 'world' },
    {
      placement: 'news-sites',
      creatives: variants(['300x250', 6, 1.3], ['728x90', 5, 1], ['320x50', 8, 0.8]),
      costPerClick: 0.012,
    },
  ),
]

const streamLinks = [
  link(
    stream,
    influencer,
    'tiktok',
    { share: 6, quality: 0.7, mobile: 0.97, audience: 'young' },
    { placement: 'bio', creatives: variants(['series-ranking', 5, 1.2], ['reaction', 6, 0.8]), platform: 'TTCLID' },
  ),
  link(
    stream,
    newsletter,
    'newsletter',
    { share: 4, quality: 1.5, mobile: 0.55, audience: 'german' },
    { placement: 'what-to-watch', rush: sundayMorning },
  ),
  link(
    stream,
    buyer,
    'facebook',
    { share: 8, quality: 0.85, mobile: 0.8, audience: 'world' },
    {
      placement: 'feed',
      subs: { sub1: 'lookalike-2' },
      creatives: variants(['trailer-15s', 7, 1.2], ['poster', 4, 0.8], ['price-card', 3, 0.6]),
      costPerClick: 0.16,
      platform: 'FBCLID',
    },
  ),
  link(
    stream,
    apps,
    'push',
    { share: 4, quality: 0.8, mobile: 1, audience: 'world' },
    { placement: 'weekend-picks', rush: { weekday: 5, fromHour: 16, toHour: 20, times: 8 } },
  ),
]

const bankLinks = [
  link(
    card,
    searcher,
    'google',
    { share: 6, quality: 1.1, mobile: 0.5, audience: 'english' },
    {
      subs: { sub1: 'g-cards' },
      keywords: variants(
        ['compare credit cards', 8, 1],
        ['travel credit card', 7, 1.3],
        ['gold card annual fee', 3, 1.6],
        ['credit card bad score', 5, 0.5],
      ),
      costPerClick: 0.44,
      platform: 'GCLID',
    },
  ),
  link(
    card,
    searcher,
    'bing',
    { share: 3, quality: 1.15, mobile: 0.2, audience: 'english' },
    {
      subs: { sub1: 'b-cards' },
      keywords: variants(['compare credit cards', 5, 1], ['travel credit card', 4, 1.2]),
      costPerClick: 0.29,
      platform: 'MSCLKID',
    },
  ),
  link(
    card,
    comparison,
    'comparison',
    { share: 5, quality: 1.7, mobile: 0.45, audience: 'english' },
    { placement: 'gold-cards', subs: { sub1: 'rank-1' } },
  ),
  link(
    account,
    comparison,
    'comparison',
    { share: 4, quality: 1.5, mobile: 0.45, audience: 'english' },
    { placement: 'savings-rates', subs: { sub1: 'rank-3' } },
  ),
  link(
    account,
    newsletter,
    'newsletter',
    { share: 2, quality: 1.1, mobile: 0.55, audience: 'german' },
    { placement: 'money-corner', rush: sundayMorning },
  ),
  link(
    account,
    buyer,
    'native',
    { share: 5, quality: 0.5, mobile: 0.75, audience: 'world' },
    {
      placement: 'below-article',
      creatives: variants(['five-mistakes', 6, 0.7], ['rate-chart', 4, 1.4]),
      costPerClick: 0.11,
    },
  ),
]

const gameLinks = [
  link(game, apps, 'app-wall', { share: 7, quality: 1.2, mobile: 0.97, audience: 'world' }, { placement: 'top-10' }),
  link(
    game,
    influencer,
    'youtube',
    { share: 4, quality: 1, mobile: 0.75, audience: 'young' },
    { placement: 'lets-play' },
  ),
  link(
    game,
    buyer,
    'tiktok',
    { share: 9, quality: 0.95, mobile: 0.98, audience: 'young' },
    {
      placement: 'for-you',
      creatives: variants(['gameplay-a', 6, 1], ['gameplay-b', 5, 1.4], ['cinematic', 4, 0.6]),
      costPerClick: 0.07,
      platform: 'TTCLID',
    },
  ),
  link(
    game,
    buyer,
    'in-app',
    { share: 5, quality: 0.6, mobile: 1, audience: 'world' },
    { placement: 'interstitial', subs: { sub1: 'rewarded' }, costPerClick: 0.035 },
  ),
]

export const links: readonly DemoLink[] = [...shopLinks, ...streamLinks, ...bankLinks, ...gameLinks]
