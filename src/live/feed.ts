import type { Outlet } from './outlet.js'
import type { Renderer } from './payload.js'

/** What a subscription's resolver gives: what is to be followed, with whose eyes. Nothing runs until it is opened. */
export interface Feed {
  open(renderer: Renderer): Promise<Group>
}

/** A feed that runs, once for all who ask the same. */
export interface Group {
  /** Reads where a subscriber wants to begin, null for now; throws a CodedError for a cursor that leads nowhere. */
  start(after: string | null): Promise<number>
  /** From here on the outlet gets everything behind `place`, in order, each once. */
  join(outlet: Outlet, place: number): void
  /** From here on nothing more is pushed. */
  leave(outlet: Outlet): void
  /**
   * How far a feed is that had nothing to send lately: the cursor of a place that everything before was sent of, or null
   * where the last message tells as much.
   */
  checkpoint(outlet: Outlet): string | null
  close(): void
}
