/**
 * Who promotes what, without ids: five advertisers' twenty campaigns, forty affiliates with five links each. How many
 * different rows a report can have follows from this alone, so it is the same however many events are made.
 */
export interface Offers {
  readonly advertisers: readonly string[]
  readonly affiliates: readonly string[]
  readonly campaigns: readonly OfferedCampaign[]
  readonly links: readonly OfferedLink[]
}

export interface OfferedCampaign {
  readonly name: string
  readonly advertiser: number
  /** How readily its visitors order, against the average. */
  readonly appeal: number
  /** Of a sale's amount. */
  readonly revenuePercent: number
  readonly payoutPercent: number
  readonly salesStartAs: 'PENDING' | 'APPROVED'
}

export interface OfferedLink {
  readonly campaign: number
  readonly affiliate: number
  /** Of all traffic; only the proportion to others means something. */
  readonly share: number
  readonly source: string
  readonly placements: readonly string[]
  /** What a click of it costs, in ten-thousandths; 0: nothing. */
  readonly clickCost: number
  readonly subs: 'none' | 'sub1' | 'both'
  /** Whether an ad platform's click id comes with its clicks. */
  readonly external: boolean
}

/** A word and how common it is. */
export type Weighted = readonly (readonly [word: string, weight: number])[]

export const creatives: Weighted = [
  ['banner', 4],
  ['text', 2],
  ['video', 1],
]
export const keywords: Weighted = [
  ['running shoes', 5],
  ['trail shoes', 3],
  ['marathon', 2],
  ['sale', 1.5],
  ['size 48', 1],
]
export const events = { sale: 'sale', lead: 'lead' } as const
/** What a lead earns and pays out, in ten-thousandths. */
export const leadPrice = { revenue: 125_000, payout: 90_000 } as const

const placements = ['top', 'side', 'article', 'footer']
const channels = ['newsletter', 'blog', 'search', 'coupons', 'social', 'video', 'forum']
const counts = { advertisers: 5, campaigns: 20, affiliates: 40, links: 200, sources: 34 }

export function planOffers(): Offers {
  const many = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, n) => make(n))
  const sources = many(counts.sources, (n) => `${channels[n % channels.length]}-${Math.floor(n / channels.length) + 1}`)
  return {
    advertisers: many(counts.advertisers, (n) => `Shop ${n + 1}`),
    affiliates: many(counts.affiliates, (n) => `Affiliate ${n + 1}`),
    campaigns: many(counts.campaigns, (n) => ({
      name: `Campaign ${n + 1}`,
      advertiser: n % counts.advertisers,
      appeal: 0.6 + ((n * 7) % counts.campaigns) / 20,
      revenuePercent: 8 + (n % 7),
      payoutPercent: 5 + (n % 4),
      salesStartAs: n % 2 === 0 ? 'PENDING' : 'APPROVED',
    })),
    links: many(counts.links, (n) => {
      const affiliate = n % counts.affiliates
      const round = Math.floor(n / counts.affiliates)
      return {
        // Five different campaigns for each affiliate.
        campaign: (affiliate * 7 + round * 3) % counts.campaigns,
        affiliate,
        // A few links have most of the traffic, and no two neighbours much the same.
        share: 1 / (((n * 71) % counts.links) + 3) ** 0.8,
        source: sources[affiliate % sources.length] ?? '',
        placements: [placements[n % 4] ?? '', placements[(n + 1 + (round % 3)) % 4] ?? ''],
        clickCost: n % 2 === 0 ? 200 + (n % 19) * 150 : 0,
        subs: n % 5 === 0 ? 'both' : n % 5 === 1 ? 'sub1' : 'none',
        external: n % 5 === 2,
      } as const
    }),
  }
}
