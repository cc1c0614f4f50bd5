import { ChangeResolver } from './change.resolver.js'
import { ClickResolver } from './click.resolver.js'
import { ConversionConnectionResolver, ConversionResolver } from './conversion.resolver.js'
import { EraseResolver } from './erase.resolver.js'
import { freshnessResolvers } from './freshness.resolver.js'
import {
  AffiliatePerformanceResolver,
  CampaignPerformanceResolver,
  PerformanceResolver,
  PerformanceRowResolver,
} from './performance.resolver.js'
import { ReceiptResolver } from './receipt.resolver.js'
import { reconcileResolvers } from './reconcile/reconcile.resolver.js'

/** The part of the API that reads the books. */
export const reportingResolvers = [
  ChangeResolver,
  ClickResolver,
  ConversionResolver,
  ConversionConnectionResolver,
  ReceiptResolver,
  EraseResolver,
  PerformanceResolver,
  CampaignPerformanceResolver,
  AffiliatePerformanceResolver,
  PerformanceRowResolver,
  ...freshnessResolvers,
  ...reconcileResolvers,
] as const
