import type { WorkspaceId } from '../kernel/ids.js'
import type { Commit } from '../ledger/ledger-change.js'
import type { Audience } from './audience.js'
import type { Bus } from './bus.js'
import type { News } from './tail.js'

/** Follows commits on their way to subscribers, for whoever traces them. */
export interface WatchLive {
  /** Told of all news of workspaces that are followed here, before they are passed on. */
  heard(news: News): void
  /** The commit as other nodes are told of it. */
  published(commit: Commit, by: Bus['kind']): Commit
  /** What stands in the place of a workspace's `prepare`, and does what that does. */
  passing(workspaceId: WorkspaceId, prepare: Audience['prepare']): Audience['prepare']
}
