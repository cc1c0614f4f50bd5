import { LRUCache } from 'lru-cache'
import type { Catalog } from '../attribution/terms.js'
import type { Presence } from '../database/presence.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { readCatalog } from './catalog.js'

export interface CatalogCache {
  /**
   * The catalog as it was at most `maxAgeMs` ago: good enough to greet a request, not to book it. While the database is
   * away, as it was last, for a day; UNAVAILABLE where it is not remembered.
   */
  recent(workspaceId: WorkspaceId): Promise<Catalog>
  /** The catalog as it was last read, within a day; null: it is not remembered. */
  remembered(workspaceId: WorkspaceId): Catalog | null
  /** The catalog at exactly this version; the caller holds the head's lock on `rows`' connection. */
  atVersion(rows: Rows, workspaceId: WorkspaceId, version: number): Promise<Catalog>
  /** Something is missing in it: the next `recent` looks again. */
  expire(workspaceId: WorkspaceId): void
}

interface Options {
  readonly rows: Rows
  readonly maxWorkspaces: number
  readonly maxAgeMs: number
  readonly now: () => number
  /** Knows when waiting for an answer is in vain; none: it is waited for. */
  readonly presence?: Pick<Presence, 'ask'>
}

interface Cached {
  readonly catalog: Catalog
  /** When it was last known to be today's. */
  atMs: number
  expired: boolean
}

const rememberedMs = 24 * 3_600_000

export function createCatalogCache({
  rows,
  maxWorkspaces,
  maxAgeMs,
  now,
  presence = { ask: (read) => read() },
}: Options): CatalogCache {
  const cached = new LRUCache<WorkspaceId, Cached>({ max: maxWorkspaces })
  const loading = new Map<WorkspaceId, Promise<Catalog>>()

  const load = async (through: Rows, workspaceId: WorkspaceId): Promise<Catalog> => {
    const atMs = now()
    const catalog = await readCatalog(through, workspaceId, cached.get(workspaceId)?.catalog)
    const newest = cached.get(workspaceId)?.catalog
    if (newest === undefined || newest.version <= catalog.version) {
      cached.set(workspaceId, { catalog, atMs, expired: false })
    }
    return catalog
  }

  function loadOnce(workspaceId: WorkspaceId): Promise<Catalog> {
    const running = loading.get(workspaceId)
    if (running !== undefined) return running
    const started = presence.ask(() => load(rows, workspaceId)).finally(() => loading.delete(workspaceId))
    loading.set(workspaceId, started)
    return started
  }

  function remembered(workspaceId: WorkspaceId): Catalog | null {
    const entry = cached.get(workspaceId)
    return entry !== undefined && now() - entry.atMs < rememberedMs ? entry.catalog : null
  }

  return {
    async recent(workspaceId) {
      const entry = cached.get(workspaceId)
      if (entry !== undefined && !entry.expired && now() - entry.atMs < maxAgeMs) return entry.catalog
      try {
        return await loadOnce(workspaceId)
      } catch (error) {
        const catalog = remembered(workspaceId)
        if (catalog === null) throw error
        return catalog
      }
    },
    remembered,
    async atVersion(through, workspaceId, version) {
      const entry = cached.get(workspaceId)
      if (entry?.catalog.version !== version) return load(through, workspaceId)
      // Under the lock nobody can change it.
      entry.atMs = now()
      return entry.catalog
    },
    expire(workspaceId) {
      const entry = cached.get(workspaceId)
      if (entry !== undefined) entry.expired = true
    },
  }
}
