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
