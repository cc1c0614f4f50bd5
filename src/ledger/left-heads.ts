import { LRUCache } from 'lru-cache'
import type { CatalogCache } from '../catalog/catalog-cache.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Head } from './read-batch.js'
import type { WrittenHead } from './write-batch.js'

/**
 * Where this node has left the heads of workspaces, as far as it knows; a batch that is decided on one is held against
 * the real one before anything is written. Not expected is a head that was last found somewhere else: others write there
 * too, and to wait for their lock costs less than to decide in vain.
 */
export interface LeftHeads {
  /** All of these, or null: they have to be looked up, under the lock. */
  expect(workspaceIds: Iterable<WorkspaceId>): ReadonlyMap<WorkspaceId, Head> | null
  /** `isFound`: what was there before was looked up, and not expected. */
  leave(written: readonly WrittenHead[], isFound: boolean): void
  distrust(written: readonly WrittenHead[]): void
}

/** As many as the catalogs that are remembered: without its catalog no head is expected. */
const maxRemembered = 1_000

export function createLeftHeads(catalogs: Pick<CatalogCache, 'remembered'>): LeftHeads {
  const left = new LRUCache<WorkspaceId, { readonly head: Head; readonly isAlone: boolean }>({ max: maxRemembered })
  return {
    expect(workspaceIds) {
      const heads = new Map<WorkspaceId, Head>()
      for (const id of workspaceIds) {
        const known = left.get(id)
        if (known?.isAlone !== true || catalogs.remembered(id)?.version !== known.head.catalogVersion) return null
        heads.set(id, known.head)
      }
      return heads
    },
    leave(written, isFound) {
      for (const { before, after } of written) {
        const known = left.get(before.workspaceId)
        // What was expected may have been found wrong since: then two lanes would go on deciding on each other's failures.
        const isAlone = known === undefined || (isFound ? known.head.stamp === before.stamp : known.isAlone)
        left.set(before.workspaceId, { head: after, isAlone })
      }
    },
    distrust(written) {
      for (const { after } of written) {
        const known = left.get(after.workspaceId)
        if (known !== undefined) left.set(after.workspaceId, { ...known, isAlone: false })
      }
    },
  }
}
