import type { WorkspaceId } from '../kernel/ids.js'

/**
 * Wakes those who follow a workspace's books when there may be something new. A hint, never the news: who is woken
 * reads the database, and who is not woken (another node wrote, a hint was lost) looks again after `pollMs` anyway.
 */
export interface News {
  /** There is something new. */
  tell(workspaceId: WorkspaceId): void
  /** How often `tell` was heard: to be taken before reading, so that what comes during the read is not slept through. */
  heard(workspaceId: WorkspaceId): number
  /** Resolves as soon as more was heard than `heard`, after `pollMs`, or when the signal fires. */
  wait(workspaceId: WorkspaceId, heard: number, signal: AbortSignal): Promise<void>
  /** Keeps count for a workspace while somebody follows it; the returned function ends that. */
  follow(workspaceId: WorkspaceId): () => void
}

interface Listeners {
  heard: number
  readonly waiting: Set<() => void>
  following: number
}

export function createNews(pollMs: number): News {
  const workspaces = new Map<WorkspaceId, Listeners>()

  return {
    follow(workspaceId) {
      const listeners = workspaces.get(workspaceId) ?? { heard: 0, waiting: new Set(), following: 0 }
      listeners.following += 1
      workspaces.set(workspaceId, listeners)
      return () => {
        listeners.following -= 1
        if (listeners.following === 0) workspaces.delete(workspaceId)
      }
    },
    tell(workspaceId) {
      const listeners = workspaces.get(workspaceId)
      if (listeners === undefined) return
      listeners.heard += 1
      for (const wake of [...listeners.waiting]) wake()
    },
    heard: (workspaceId) => workspaces.get(workspaceId)?.heard ?? 0,
    wait(workspaceId, heard, signal) {
      const listeners = workspaces.get(workspaceId)
      if (listeners === undefined || listeners.heard !== heard || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          listeners.waiting.delete(wake)
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const timer = setTimeout(wake, pollMs)
        listeners.waiting.add(wake)
        signal.addEventListener('abort', wake)
      })
    },
  }
}
