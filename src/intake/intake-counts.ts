import { createTally, type Tally } from '../kernel/tally.js'

/** What the intake has answered since the start, for whoever watches over it. */
export interface IntakeCounts {
  /** By outcome, NONE where nothing was decided, and the reason's code, '' where there is none. Entries of a batch count each. */
  readonly postbacks: Tally
  /** As `postbacks`, of what visitors' browsers report. */
  readonly pixels: Tally
  /** By `ClickKind`. */
  readonly clicks: Tally
}

/**
 * `burst`: a bot by how often it came, and not by what it says it is. `ended`: not kept, because its campaign or its
 * affiliate takes none. `unknown`: through no link of ours. `failed`: not known to be kept, 503 or 500.
 */
export type ClickKind = 'human' | 'bot' | 'burst' | 'ended' | 'unknown' | 'failed'

export const createIntakeCounts = (): IntakeCounts => ({
  postbacks: createTally(),
  pixels: createTally(),
  clicks: createTally(),
})
