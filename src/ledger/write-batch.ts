import type { Rows } from '../database/rows.js'
import { insertSql, updateSql } from './columns.js'
import type { Head } from './read-batch.js'
import { type BatchRows, changeableColumns, parkedAnewColumns, receiptOutcomeColumns } from './writes.js'

const sql = {
  newConversions: insertSql('conversion'),
  changedConversions: updateSql('conversion', ['workspace_id', 'id'], changeableColumns),
  changes: insertSql('conversion_change'),
  clicks: insertSql('click'),
  visits: `${insertSql('visit')} on conflict do nothing`,
  receipts: insertSql('receipt'),
  keys: `${insertSql('idempotency_key')} on conflict (workspace_id, advertiser_id, key)
         do update set receipt_id = excluded.receipt_id, at = excluded.at, digest = excluded.digest`,
  receiptOutcomes: updateSql('receipt', ['workspace_id', 'id'], receiptOutcomeColumns),
  parked: insertSql('parked_postback'),
  parkedAnew: updateSql('parked_postback', ['workspace_id', 'receipt_id'], parkedAnewColumns),
  unparked: `delete from parked_postback t using json_to_recordset($1::json) as r (workspace_id uuid, receipt_id uuid)
              where t.workspace_id = r.workspace_id and t.receipt_id = r.receipt_id`,
  heads: `update workspace_head h set position = r.position, revision = r.revision,
                 receipt_sequence = r.receipt_sequence, booked_at = r.booked_at
            from json_to_recordset($1::json) as r (workspace_id uuid, position bigint, revision bigint,
                 receipt_sequence bigint, booked_at timestamptz)
           where h.workspace_id = r.workspace_id`,
} as const

export interface WrittenHead {
  readonly before: Head
  readonly after: Head
  readonly bookedAtMs: number
}

/**
 * Sends all that a batch has to write, without waiting in between: the caller's COMMIT follows on the same wire. The
 * statements do not depend on each other's answers.
 */
export function writeBatch(rows: Rows, batch: BatchRows, heads: readonly WrittenHead[]): Promise<unknown>[] {
  const sent: Promise<unknown>[] = []
  const send = (statement: string, values: Iterable<unknown>) => {
    const all = [...values]
    if (all.length > 0) sent.push(rows(statement, [JSON.stringify(all)]))
  }
  send(sql.newConversions, batch.newConversions.values())
  send(sql.changedConversions, batch.changedConversions.values())
  send(sql.changes, batch.changes)
  send(sql.clicks, batch.clicks)
  send(sql.visits, batch.visits)
  send(sql.receipts, batch.receipts.values())
  send(sql.keys, batch.keys)
  send(sql.receiptOutcomes, batch.receiptOutcomes.values())
  send(sql.parked, batch.parked.values())
  send(sql.parkedAnew, batch.parkedAnew.values())
  send(sql.unparked, batch.unparked.values())
  const moved = heads.filter(({ before, after }) => hasMoved(before, after))
  send(
    sql.heads,
    moved.map(({ after, bookedAtMs }) => ({
      workspace_id: after.workspaceId,
      position: after.position,
      revision: after.revision,
      receipt_sequence: after.receiptSequence,
      booked_at: new Date(bookedAtMs).toISOString(),
    })),
  )
  return sent
}

export const hasMoved = (before: Head, after: Head): boolean =>
  before.position !== after.position ||
  before.revision !== after.revision ||
  before.receiptSequence !== after.receiptSequence
