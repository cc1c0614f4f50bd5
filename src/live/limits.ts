/** What stands in the way of a slow reader, or of too many at once. */
export interface LiveLimits {
  /** What may wait for a peer before its subscriptions are no longer pushed to. */
  readonly softBytes: number
  /** Down to where it must have drained before they go on from the ledger. */
  readonly lowBytes: number
  /** How long a peer may take for that before it is sent away. */
  readonly stallMs: number
  /** Changes that come faster than this go out together. */
  readonly paceMs: number
  /** How many lines of a workspace's ledger stay in memory, for those who come back. */
  readonly maxRemembered: number
  /** How much executed messages may take, for those who ask the same a moment later. */
  readonly maxPayloadBytes: number
  /** How often the database is asked for what nobody told of. */
  readonly lookMs: number
}

export const liveLimits: LiveLimits = {
  softBytes: 256 * 1024,
  lowBytes: 64 * 1024,
  stallMs: 30_000,
  paceMs: 5,
  maxRemembered: 1_024,
  maxPayloadBytes: 32 * 1024 * 1024,
  lookMs: 1_000,
}
