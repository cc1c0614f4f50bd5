import { AdvertiserResolver } from './advertiser.resolver.js'
import { AffiliateResolver } from './affiliate.resolver.js'
import { CampaignResolver } from './campaign.resolver.js'
import { CurrencyRateResolver } from './currency-rate.resolver.js'
import { KeyResolver } from './key.resolver.js'
import { LinkResolver } from './link.resolver.js'
import { PresetResolver } from './preset.resolver.js'
import { ViewerResolver, WorkspaceResolver } from './viewer.resolver.js'

/** The catalog's part of the API. */
export const catalogResolvers = [
  ViewerResolver,
  WorkspaceResolver,
  AdvertiserResolver,
  AffiliateResolver,
  CampaignResolver,
  LinkResolver,
  KeyResolver,
  CurrencyRateResolver,
  PresetResolver,
] as const
