import type { CatalogContext } from '../catalog/context.js'
import type { Spool } from './spool.js'

/** What one operation brings to the resolvers of the spool. */
export interface SpoolContext extends CatalogContext {
  readonly spool: Pick<Spool, 'entriesOf'>
}
