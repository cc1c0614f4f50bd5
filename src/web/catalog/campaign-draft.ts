import type {
  CampaignStatus,
  ConversionStatus,
  CreateCampaignInput,
  DuplicatePolicy,
  GoalInput,
  PriceInput,
  PriceKind,
  TermsFragment,
  UpdateCampaignInput,
  WholeCampaignFragment,
} from '../generated/catalog/campaigns'
import { changedOf } from './form/is-changed'

/** What a campaign's form has: texts as they are typed. */
export interface CampaignDraft {
  readonly advertiserId: string | null
  readonly name: string
  readonly status: CampaignStatus
  readonly destinationUrl: string
  readonly fallbackUrl: string
  readonly attributionWindowDays: string
  readonly clientSide: boolean
  readonly goals: readonly GoalDraft[]
}

export interface GoalDraft {
  /** Tells it from the others, whatever is typed. */
  readonly key: string
  readonly event: string
  readonly revenue: PriceDraft
  readonly payout: PriceDraft
  readonly startsAs: ConversionStatus
  readonly duplicates: DuplicatePolicy
}

export interface PriceDraft {
  readonly kind: PriceKind
  readonly value: string
}

const noPrice: PriceDraft = { kind: 'FIXED', value: '' }

export const newGoal = (event: string): GoalDraft => ({
  key: crypto.randomUUID(),
  event,
  revenue: noPrice,
  payout: noPrice,
  startsAs: 'APPROVED',
  duplicates: 'KEEP_FIRST',
})

export const newCampaign = (advertiserId: string | null): CampaignDraft => ({
  advertiserId,
  name: '',
  status: 'ACTIVE',
  destinationUrl: '',
  fallbackUrl: '',
  attributionWindowDays: '30',
  clientSide: false,
  goals: [newGoal('sale')],
})

export const draftOf = (campaign: WholeCampaignFragment): CampaignDraft => ({
  advertiserId: campaign.advertiser.id,
  name: campaign.name,
  status: campaign.status,
  destinationUrl: campaign.destinationUrl,
  fallbackUrl: campaign.fallbackUrl ?? '',
  attributionWindowDays: String(campaign.attributionWindowDays),
  clientSide: campaign.clientSide,
  goals: campaign.goals.map(draftOfGoal),
})

const draftOfGoal = ({ event, revenue, payout, startsAs, duplicates }: TermsFragment): GoalDraft => ({
  key: event,
  event,
  revenue: draftOfPrice(revenue),
  payout: draftOfPrice(payout),
  startsAs,
  duplicates,
})

const draftOfPrice = (price: TermsFragment['revenue']): PriceDraft =>
  price === null ? noPrice : { kind: price.kind, value: price.value ?? '' }

export function toCreateInput(draft: CampaignDraft, advertiserId: string): CreateCampaignInput {
  const { status: _, ...input } = toInput(draft)
  return { ...input, advertiserId }
}

export const toUpdateInput = (draft: CampaignDraft, before: CampaignDraft): UpdateCampaignInput =>
  changedOf(toInput(draft), toInput(before))

const toInput = (draft: CampaignDraft) => ({
  name: draft.name,
  status: draft.status,
  destinationUrl: draft.destinationUrl.trim(),
  fallbackUrl: draft.fallbackUrl.trim() === '' ? null : draft.fallbackUrl.trim(),
  // Nothing typed is no number of days: the API says how many there may be.
  attributionWindowDays: Number(draft.attributionWindowDays),
  clientSide: draft.clientSide,
  goals: draft.goals.map(toGoalInput),
})

const toGoalInput = ({ event, revenue, payout, startsAs, duplicates }: GoalDraft): GoalInput => ({
  event: event.trim(),
  revenue: toPriceInput(revenue),
  payout: toPriceInput(payout),
  startsAs,
  duplicates,
})

const toPriceInput = ({ kind, value }: PriceDraft): PriceInput => ({
  kind,
  value: kind === 'PASSED' || value.trim() === '' ? null : value.trim(),
})
