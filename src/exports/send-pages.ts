import type { Place } from '../access/cursor.js'
import { sealPosition } from '../reporting/read-changes.js'
import type { Asking, Body, Sending } from './asked-export.js'
import type { Column } from './columns/column.js'
import type { ExportSession } from './connections.js'
import { createRowWriter, fieldsOf } from './encoding/row-writer.js'
import { boundWalk, type Walk, walkPages } from './walk.js'

/** What a walk finds, as text. */
export async function sendPages(
  walk: Walk,
  session: ExportSession,
  columns: readonly Column[],
  { epoch }: Place,
  { scope, cursors, connections, limits }: Asking,
  { format, names, mayGoOn }: Sending,
): Promise<Body> {
  const seal = (position: number) => sealPosition(cursors, scope, epoch, position)
  const rows = walkPages(await boundWalk(walk, session), {
    connections,
    limits,
    fields: fieldsOf(columns, scope),
    writer: createRowWriter(columns, { format, scope, names, seal }),
    mayGoOn,
  })
  // Between two pages nothing is held.
  return { rows, close: async () => undefined }
}
