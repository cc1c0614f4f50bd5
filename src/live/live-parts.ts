import type { LimitFunction } from 'p-limit'
import type { Cursors } from '../access/cursor.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { Payloads } from './payloads.js'
import type { Tails } from './tails.js'
import type { WaitingRoom } from './waiting-room.js'

/** What the feeds are made of. */
export interface LiveParts {
  readonly rows: Rows
  readonly cursors: Cursors
  readonly clock: Clock
  readonly tails: Tails
  readonly payloads: Payloads
  readonly room: WaitingRoom
  /** Reads for those who come back from far behind: few at a time, whatever the number of those who do. */
  readonly farReads: LimitFunction
  readonly onError: (error: unknown, doing: string) => void
}
