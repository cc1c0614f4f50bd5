import { registerEnumType } from 'type-graphql'
import {
  affiliateStatuses,
  campaignStatuses,
  changeKinds,
  conversionStatuses,
  duplicatePolicies,
  outcomes,
  priceKinds,
  roles,
} from '../kernel/vocabulary.js'

type Values<Value extends string> = { readonly [V in Value]: V }

/** A GraphQL enum of a closed word list; `about` describes each word. */
export function defineEnum<Value extends string>(
  name: string,
  values: readonly Value[],
  description: string,
  about: Partial<Record<Value, string>> = {},
): Values<Value> {
  // The keys of an object made of a list are that list.
  const enumeration = Object.fromEntries(values.map((value) => [value, value])) as Values<Value>
  const valuesConfig = Object.fromEntries(Object.entries(about).map(([value, text]) => [value, { description: text }]))
  registerEnumType(enumeration, { name, description, valuesConfig: valuesConfig as Record<Value, object> })
  return enumeration
}

export const RoleEnum = defineEnum('Role', roles, 'Whose eyes a key sees with.', {
  ADMIN: 'Sees and changes all of the workspace.',
  ANALYST: 'Sees all of the workspace, changes nothing.',
  ADVERTISER: 'Sees one advertiser: its campaigns, their conversions, what it pays.',
  AFFILIATE: 'Sees one affiliate: its links, clicks and conversions, what it earns.',
})

export const CampaignStatusEnum = defineEnum('CampaignStatus', campaignStatuses, 'Whether a campaign takes visitors.', {
  ACTIVE: 'Its links lead to its destination.',
  PAUSED: 'Its links lead to its fallback; clicks made before still credit.',
  ARCHIVED: 'As PAUSED, for good.',
})

export const AffiliateStatusEnum = defineEnum(
  'AffiliateStatus',
  affiliateStatuses,
  'Whether an affiliate may send visitors.',
  {
    ACTIVE: 'Its links work.',
    PAUSED: "Its links lead to the campaign's fallback; clicks made before still credit.",
    BLOCKED: 'As PAUSED, for cause.',
  },
)

export const ConversionStatusEnum = defineEnum(
  'ConversionStatus',
  conversionStatuses,
  'What has become of a conversion.',
  {
    PENDING: 'Counted, and yet to be confirmed by the advertiser.',
    APPROVED: 'Confirmed: it will be paid.',
    REJECTED: 'Refused before it was approved.',
    REVERSED: 'Taken back after it was approved: a refund or a chargeback.',
  },
)

export const ChangeKindEnum = defineEnum(
  'ChangeKind',
  changeKinds,
  'What a change did to a conversion. Amount and status together are named by the status.',
  {
    CREATED: 'The conversion came to be.',
    UPDATED: 'Its amount changed.',
    APPROVED: 'It was confirmed, or taken back in.',
    REJECTED: 'It was refused.',
    REVERSED: 'It was taken back.',
  },
)

export const OutcomeEnum = defineEnum('Outcome', outcomes, 'What became of a postback.', {
  ACCEPTED: 'A new conversion was committed.',
  UPDATED: 'A known order got a new status or amount.',
  DUPLICATE: 'Nothing new: this content was already seen for this order.',
  CONFLICT: 'A known order with other content that may not be applied; the books are unchanged.',
  UNMATCHED:
    'Well-formed, but its click, order, goal or rate is not known yet: parked, and matched by itself when it appears.',
  REJECTED: 'It cannot be read, is not allowed or came too late; `reason` says why.',
  QUEUED: 'The database was away: kept safely, with the final outcome to follow under the same receipt.',
})

export const DuplicatePolicyEnum = defineEnum(
  'DuplicatePolicy',
  duplicatePolicies,
  'What a further postback for a known order does to its amount.',
  {
    KEEP_FIRST: 'Nothing: the first amount stays.',
    UPDATE: 'It replaces the amount.',
    COUNT_EACH: 'Every postback without an order id is a conversion of its own.',
  },
)

export const PriceKindEnum = defineEnum('PriceKind', priceKinds, 'How a price is found.', {
  FIXED: "`value` is money, in the workspace's currency.",
  PERCENT: '`value` is a percentage of the sale amount: "7.5".',
  PASSED: 'The price is the amount that the postback carries; `value` is null.',
})
