import type { Pipeline } from '../database/pipeline.js'
import { writeInstant } from '../kernel/write-instant.js'
import { columns, insertSql, type RowOf, type Table, toJson, updateSql } from './columns.js'
import type { Head } from './read-batch.js'
import { type BatchRows, changeableColumns, parkedAnewColumns, receiptOutcomeColumns } from './writes.js'

const sql = {
  changedConversions: updateSql('conversion', ['workspace_id', 'id'], changeableColumns),
  visits: `${insertSql('visit')} on conflict do nothing`,
  keys: `${insertSql('idempotency_key')} on conflict (workspace_id, advertiser_id, key)
         do update set receipt_id = excluded.receipt_id, at = excluded.at, digest = excluded.digest`,
  receiptOutcomes: updateSql('receipt', ['workspace_id', 'id'], receiptOutcomeColumns),
  parkedAnew: updateSql('parked_postback', ['workspace_id', 'receipt_id'], parkedAnewColumns),
  unparked: `delete from parked_postback t using json_to_recordset($1::json) as r (workspace_id uuid, receipt_id uuid)
              where t.workspace_id = r.workspace_id and t.receipt_id = r.receipt_id`,
  heads: `update workspace_head h set position = r.position, revision = r.revision,
                 receipt_sequence = r.receipt_sequence, booked_at = r.booked_at, stamp = r.stamp
            from json_to_recordset($1::json) as r (workspace_id uuid, position bigint, revision bigint,
                 receipt_sequence bigint, booked_at timestamptz, stamp bigint)
           where h.workspace_id = r.workspace_id`,
} as const

type CopiedTable = 'conversion' | 'conversion_change' | 'click' | 'receipt' | 'parked_postback'

export interface WrittenHead {
  readonly before: Head
  readonly after: Head
}

/**
 * Sends all that a batch has to write, without waiting in between: the caller's COMMIT follows on the same wire. The
 * statements do not depend on each other's answers.
 */
export function writeBatch(
  { rows, copy }: Pick<Pipeline, 'rows' | 'copy'>,
  batch: BatchRows,
  heads: readonly WrittenHead[],
): Promise<unknown>[] {
  const sent: Promise<unknown>[] = []
  const append = <T extends CopiedTable>(table: T, values: Iterable<RowOf<T>>) => {
    const all = [...values]
    if (all.length > 0) sent.push(copy(table, columns[table], all))
  }
  const send = (statement: string, table: Table, values: Iterable<object>) => {
    const all = [...values]
    if (all.length > 0) sent.push(rows(statement, [toJson(table, all)]))
  }
  append('conversion', batch.newConversions.values())
  send(sql.changedConversions, 'conversion', batch.changedConversions.values())
  append('conversion_change', batch.changes)
  append('click', batch.clicks)
  send(sql.visits, 'visit', batch.visits)
  append('receipt', batch.receipts.values())
  send(sql.keys, 'idempotency_key', batch.keys)
  send(sql.receiptOutcomes, 'receipt', batch.receiptOutcomes.values())
  append('parked_postback', batch.parked.values())
  send(sql.parkedAnew, 'parked_postback', batch.parkedAnew.values())
  send(sql.unparked, 'parked_postback', batch.unparked.values())
  const moved = heads.filter(({ before, after }) => hasMoved(before, after)).map(({ after }) => headRow(after))
  if (moved.length > 0) sent.push(rows(sql.heads, [JSON.stringify(moved)]))
  return sent
}

const headRow = (head: Head) => ({
  workspace_id: head.workspaceId,
  position: head.position,
  revision: head.revision,
  receipt_sequence: head.receiptSequence,
  booked_at: writeInstant(head.bookedAtMs),
  stamp: head.stamp,
})

export const hasMoved = (before: Head, after: Head): boolean =>
  before.position !== after.position ||
  before.revision !== after.revision ||
  before.receiptSequence !== after.receiptSequence
