/** The closed word lists that code, tables and GraphQL share. */
export const roles = ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE'] as const
export type Role = (typeof roles)[number]

export const campaignStatuses = ['ACTIVE', 'PAUSED', 'ARCHIVED'] as const
export type CampaignStatus = (typeof campaignStatuses)[number]

export const affiliateStatuses = ['ACTIVE', 'PAUSED', 'BLOCKED'] as const
export type AffiliateStatus = (typeof affiliateStatuses)[number]

export const conversionStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'REVERSED'] as const
export type ConversionStatus = (typeof conversionStatuses)[number]

export const changeKinds = ['CREATED', 'UPDATED', 'APPROVED', 'REJECTED', 'REVERSED'] as const
export type ChangeKind = (typeof changeKinds)[number]

export const outcomes = ['ACCEPTED', 'UPDATED', 'DUPLICATE', 'CONFLICT', 'UNMATCHED', 'REJECTED', 'QUEUED'] as const
export type Outcome = (typeof outcomes)[number]

/** What a reason begins with: why something was not taken as it was sent. */
export const reasonCodes = [
  'MISSING_PARAMETER',
  'AMOUNT_REQUIRED',
  'TRANSACTION_REQUIRED',
  'REPEATED_PARAMETER',
  'TOO_MANY_PARAMETERS',
  'TOO_LONG',
  'INVALID_ENCODING',
  'INVALID_CHARACTER',
  'UNSUPPORTED_CONTENT_TYPE',
  'INVALID_JSON',
  'NESTED_VALUE',
  'INVALID_CLICK_ID',
  'INVALID_CAMPAIGN_ID',
  'INVALID_AMOUNT',
  'INVALID_CURRENCY',
  'INVALID_STATUS',
  'INVALID_REFUND',
  'INVALID_TIMESTAMP',
  'INVALID_TEST',
  'INVALID_RETURN',
  'UNFILLED_MACRO',
  'AMBIGUOUS',
  'OUTSIDE_WINDOW',
  'ORDER_TOO_LARGE',
  'AMOUNT_TOO_LARGE',
  'ADDRESS_NOT_ALLOWED',
  'TOO_MANY_ENTRIES',
  'INVALID_IDEMPOTENCY_KEY',
  'CLICK_REQUIRED',
  'CLIENT_SIDE_OFF',
  'CLICK_FULL',
  'UNSIGNED_PARAMETER',
  'SECRET_SENT',
  'NOT_STORABLE',
  'CLICK_NOT_FOUND',
  'ORDER_NOT_FOUND',
  'GOAL_NOT_FOUND',
  'CAMPAIGN_NOT_FOUND',
  'AFFILIATE_NOT_FOUND',
  'RATE_NOT_FOUND',
  'ALREADY_RECEIVED',
  'KEY_REUSED',
  'CLICK_DIFFERS',
  'AFFILIATE_DIFFERS',
  'CURRENCY_DIFFERS',
  'CLIENT_SIDE_CHANGE',
  'OLDER_TIMESTAMP',
  'ILLEGAL_STATUS',
  'NOTHING_TO_REFUND',
  'REFUND_TOO_LARGE',
  'AMOUNT_KEPT',
  // Of answers that leave no receipt.
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'BROKEN_BODY',
  'UNAVAILABLE',
  'INTERNAL',
  // Of a replay.
  'NOT_PARKED',
] as const
export type ReasonCode = (typeof reasonCodes)[number]

export const duplicatePolicies = ['KEEP_FIRST', 'UPDATE', 'COUNT_EACH'] as const
export type DuplicatePolicy = (typeof duplicatePolicies)[number]

export const priceKinds = ['FIXED', 'PERCENT', 'PASSED'] as const
export type PriceKind = (typeof priceKinds)[number]

export const presets = [
  'canonical',
  'voluum',
  'keitaro',
  'binom',
  'redtrack',
  'bemob',
  'tune',
  'everflow',
  'affise',
  'impact',
] as const
export type Preset = (typeof presets)[number]

/** sub1…sub10, the affiliate's own parameters; only those that are set are present. */
export type Subs = Readonly<Record<string, string>>
export const subNames = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5', 'sub6', 'sub7', 'sub8', 'sub9', 'sub10'] as const
