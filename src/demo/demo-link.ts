import type { Audience } from './countries.js'
import type { DemoCampaign } from './offers.js'

export interface DemoAffiliate {
  readonly name: string
  readonly ref: string
}

/** A value that clicks through a link carry, how often, and how well their visitors convert. */
export interface Variant {
  readonly text: string
  readonly share: number
  readonly quality: number
}

interface Traffic {
  /** Of all traffic, against the other links. */
  readonly share: number
  /** How well its visitors convert, against the campaign's average. */
  readonly quality: number
  /** The part of visitors on phones. */
  readonly mobile: number
  readonly audience: Audience
}

interface Details {
  readonly placement?: string
  readonly subs?: Readonly<Record<string, string>>
  /** Said by each click's own query, so the link itself carries none of them. */
  readonly creatives?: readonly Variant[]
  readonly keywords?: readonly Variant[]
  /** On average; absent where nobody pays by the click. */
  readonly costPerClick?: number
  readonly platform?: 'GCLID' | 'FBCLID' | 'TTCLID' | 'MSCLKID'
  /** So much more at these hours (UTC) of this weekday (0 is Sunday), and half as much at all others. */
  readonly rush?: Rush
}

export interface Rush {
  readonly weekday: number
  readonly fromHour: number
  readonly toHour: number
  readonly times: number
}

export interface DemoLink extends Traffic, Details {
  readonly campaign: DemoCampaign
  readonly affiliate: DemoAffiliate
  readonly source: string
}

export function link(
  campaign: DemoCampaign,
  affiliate: DemoAffiliate,
  source: string,
  traffic: Traffic,
  details: Details,
): DemoLink {
  return { campaign, affiliate, source, ...traffic, ...details }
}

export const variants = (
  ...rows: readonly (readonly [text: string, share: number, quality: number])[]
): readonly Variant[] => rows.map(([text, share, quality]) => ({ text, share, quality }))
