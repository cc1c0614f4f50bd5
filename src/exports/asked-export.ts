import type { Cursors, Place } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { Column } from './columns/column.js'
import type { ExportConnections, ExportSession } from './connections.js'
import type { Format } from './encoding/format.js'
import type { ExportLimits } from './limits.js'
import type { Names } from './names.js'

/** Who asks, and what exports are made with. */
export interface Asking {
  readonly scope: Scope
  readonly cursors: Cursors
  readonly connections: ExportConnections
  readonly limits: ExportLimits
  readonly nowMs: number
}

/** An export as it was asked for, checked; nothing is read yet. */
export interface AskedExport {
  readonly columns: readonly Column[]
  /** All that was asked, for the name of the answer. */
  readonly question: unknown
  /** Finds out which state of the books this is about; reads no rows. */
  open(session: ExportSession): Promise<OpenExport>
}

export interface OpenExport {
  /** The state that the export is exactly at. */
  readonly asOf: Place
  /** What of that state the rows depend on, and whatever else the moment decides. */
  readonly decidedBy: { readonly place: Place; readonly more?: unknown }
  /** Reads what has to be read at this very moment. The rows come afterwards. */
  begin(session: ExportSession, sending: Sending): Promise<Body>
}

export interface Body {
  /** The rows as text, once. Each chunk is good until the next is asked for. */
  readonly rows: AsyncIterable<Uint8Array>
  /** Lets go of what is held, sent or not; may be called again. */
  close(): Promise<void>
}

export interface Sending {
  readonly format: Format
  readonly names: Names
  /** Asked before more is read: throws when the viewer has left, or may not see more. */
  readonly mayGoOn: () => Promise<void>
}
