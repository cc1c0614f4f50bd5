import type { Scope } from '../access/scope.js'
import type { Snapshot } from '../database/snapshot.js'
import type { Explained } from '../kernel/explained.js'

/** The least that every operation's context has. */
export interface OperationContext {
  readonly snapshot: Snapshot
  readonly explained: Explained
}

/** Makes what resolvers see. Called once for an operation; in a subscription, once for each event. */
export type CreateContext<Context extends OperationContext> = (
  scope: Scope,
  snapshot: Snapshot,
  publicUrl: string,
) => Context

/** Who asks, and what links begin with for them. */
export interface Caller {
  readonly scope: Scope
  readonly publicUrl: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}
