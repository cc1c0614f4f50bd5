import { LRUCache } from 'lru-cache'
import type { RememberedRecords } from '../catalog/loaders.js'
import type { WorkspaceId } from '../kernel/ids.js'

/**
 * Records of the catalog that changes are shown with. Each commit tells the catalog's version as it was under the
 * head's lock, so what was remembered of an older one is dropped before a change that is younger is shown.
 */
export interface RememberedCatalog {
  of(workspaceId: WorkspaceId): RememberedRecords | null
  /** What is remembered from here on is of this version, or younger. */
  atVersion(workspaceId: WorkspaceId, version: number): void
  forget(workspaceId: WorkspaceId): void
}

const maxRecords = 10_000

export function rememberCatalog(): RememberedCatalog {
  const workspaces = new Map<WorkspaceId, { readonly version: number; readonly records: RememberedRecords }>()
  return {
    of: (workspaceId) => workspaces.get(workspaceId)?.records ?? null,
    atVersion(workspaceId, version) {
      if ((workspaces.get(workspaceId)?.version ?? -1) < version) {
        workspaces.set(workspaceId, { version, records: emptyRecords() })
      }
    },
    forget: (workspaceId) => void workspaces.delete(workspaceId),
  }
}

const emptyRecords = (): RememberedRecords => ({
  advertiser: new LRUCache({ max: maxRecords }),
  affiliate: new LRUCache({ max: maxRecords }),
  campaign: new LRUCache({ max: maxRecords }),
  link: new LRUCache({ max: maxRecords }),
})
