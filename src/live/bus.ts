import type { WorkspaceId } from '../kernel/ids.js'
import type { Commit } from '../ledger/ledger-change.js'
import type { News } from './tail.js'

/**
 * Tells other nodes of commits, and hears of theirs. It may lose, delay or double any of it: what it carries makes
 * things quicker and never true.
 */
export interface Bus {
  readonly kind: 'nats' | 'postgres' | 'none'
  /** Whether others can be told, and heard, at this moment. */
  readonly isConnected: boolean
  publish(commit: Commit): void
  /** From here on what other nodes say of this workspace is heard; the returned function ends it. */
  follow(workspaceId: WorkspaceId): () => void
  close(): Promise<void>
}

/** Opens a bus; what is heard goes to `hear`. */
export type OpenBus = (hear: (news: News) => void) => Promise<Bus>

/** For a node that is alone with its database. */
export const noBus: OpenBus = async () => ({
  kind: 'none',
  isConnected: false,
  publish: () => undefined,
  follow: () => () => undefined,
  close: async () => undefined,
})
