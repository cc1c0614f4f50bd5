import type { AdvertiserId, AffiliateId, CampaignId, WorkspaceId } from '../kernel/ids.js'
import type { Money } from '../kernel/money.js'
import type {
  AffiliateStatus,
  CampaignStatus,
  ConversionStatus,
  DuplicatePolicy,
  Preset,
  PriceKind,
} from '../kernel/vocabulary.js'
import type { Rates } from './rates.js'

/** What is promoted, by whom, for how much: one workspace's catalog at exactly one version, never changed in place. */
export interface Catalog {
  readonly workspaceId: WorkspaceId
  readonly version: number
  readonly currency: string
  readonly timeZone: string
  /** What the replaced ids of erased orders are made with; null where none was erased. */
  readonly erasureKey: Uint8Array | null
  readonly advertisers: ReadonlyMap<AdvertiserId, AdvertiserTerms>
  readonly affiliates: ReadonlyMap<AffiliateId, AffiliateTerms>
  readonly affiliateIdByRef: ReadonlyMap<string, AffiliateId>
  readonly campaigns: ReadonlyMap<CampaignId, CampaignTerms>
  /** What a unit of each other currency is in the workspace's. */
  readonly rates: Rates
}

export interface AdvertiserTerms {
  readonly id: AdvertiserId
  readonly preset: Preset
  readonly allowedIps: readonly string[]
  /** A token alone does not do: requests must be signed. */
  readonly requireSignature: boolean
}

export interface AffiliateTerms {
  readonly id: AffiliateId
  readonly ref: string
  readonly status: AffiliateStatus
}

export interface CampaignTerms {
  readonly id: CampaignId
  readonly advertiserId: AdvertiserId
  readonly status: CampaignStatus
  readonly destinationUrl: string
  readonly fallbackUrl: string | null
  readonly attributionWindowDays: number
  readonly clientSide: boolean
  /** By event; each goal's versions, oldest first. */
  readonly goals: ReadonlyMap<string, readonly GoalVersion[]>
}

export interface Price {
  readonly kind: PriceKind
  /** FIXED: money; PERCENT: of the sale amount; PASSED: null. */
  readonly value: Money | null
}

export interface GoalVersion {
  readonly event: string
  readonly number: number
  /** False when this version withdraws the goal. */
  readonly active: boolean
  readonly revenue: Price
  readonly payout: Price
  readonly startsAs: ConversionStatus
  readonly duplicates: DuplicatePolicy
  readonly inForceFromMs: number
}

/**
 * The version in force at a moment. A goal that did not exist yet prices what waited for it by its first version.
 * Null where the goal is withdrawn.
 */
export function goalInForce(versions: readonly GoalVersion[], atMs: number): GoalVersion | null {
  const version = versions.findLast((candidate) => candidate.inForceFromMs <= atMs) ?? versions[0]
  return version?.active ? version : null
}
