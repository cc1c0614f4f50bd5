import { LRUCache } from 'lru-cache'
import type { Catalog } from '../attribution/terms.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { readCatalog } from './catalog.js'

export interface CatalogCache {
  /** The catalog as it was at most `maxAgeMs` ago: good enough to greet a request, not to book it. */
  recent(workspaceId: WorkspaceId): Promise<Catalog>
  /** The catalog at exactly this version; the caller holds the head's lock on `rows`' connection. */
  atVersion(rows: Rows, workspaceId: WorkspaceId, version: number): Promise<Catalog>
  /** This node changed it: the next `recent` looks again. */
  expire(workspaceId: WorkspaceId): void
}

interface Options {
  readonly rows: Rows
  readonly maxWorkspaces: number
  readonly maxAgeMs: number
  readonly now: () => number
}

export function createCatalogCache({ rows, maxWorkspaces, maxAgeMs, now }: Options): CatalogCache {
  const cached = new LRUCache<WorkspaceId, { catalog: Catalog; atMs: number }>({ max: maxWorkspaces })
  const loading = new Map<WorkspaceId, Promise<Catalog>>()

  const load = async (through: Rows, workspaceId: WorkspaceId): Promise<Catalog> => {
    const atMs = now()
    const catalog = await readCatalog(through, workspaceId, cached.get(workspaceId)?.catalog)
    const newest = cached.get(workspaceId)?.catalog
    if (newest === undefined || newest.version <= catalog.version) cached.set(workspaceId, { catalog, atMs })
    return catalog
  }

  return {
    async recent(workspaceId) {
      const entry = cached.get(workspaceId)
      if (entry !== undefined && now() - entry.atMs < maxAgeMs) return entry.catalog
      const running = loading.get(workspaceId)
      if (running !== undefined) return running
      const started = load(rows, workspaceId).finally(() => loading.delete(workspaceId))
      loading.set(workspaceId, started)
      return started
    },
    async atVersion(through, workspaceId, version) {
      const entry = cached.get(workspaceId)
      return entry?.catalog.version === version ? entry.catalog : load(through, workspaceId)
    },
    expire(workspaceId) {
      const entry = cached.get(workspaceId)
      if (entry !== undefined) entry.atMs = Number.NEGATIVE_INFINITY
    },
  }
}
