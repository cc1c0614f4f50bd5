import type { CatalogContext } from '../catalog/context.js'
import type { Clock } from '../kernel/clock.js'
import type { Ledger } from '../ledger/entries.js'
import type { EraseVisitor } from '../ledger/erase-visitor.js'
import type { ReportingLoaders } from './loaders.js'

/** What one operation brings to the resolvers of reporting. */
export interface ReportingContext extends CatalogContext {
  readonly reportingLoaders: ReportingLoaders
  readonly ledger: Ledger
  readonly eraseVisitor: EraseVisitor
  readonly clock: Clock
}
