import type { Cursors } from '../access/cursor.js'
import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { ConversionId, ReceiptId } from '../kernel/ids.js'
import type { LedgerChange } from '../ledger/ledger-change.js'
import { type ChangeRow, changeColumns } from '../ledger/read-ledger.js'
import type { ConversionChangeType } from './change.type.js'
import { changeConditions, fixedConditions, scopeConditions } from './conditions.js'
import type { ConversionFilter } from './filters.input.js'
import { hideMoney } from './read-conversions.js'

/** A change and its place; the place becomes a cursor only for those who ask for it. */
export interface ReadChange extends ConversionChangeType {
  readonly position: number
}

/** Which stretch of the ledger: behind `after`, up to and including `upTo`. */
export interface Stretch {
  readonly after: number
  readonly upTo: number
  readonly epoch: number
}

/** The changes of a stretch that pass the filter, oldest first, at most `limit`. */
export async function readChanges(
  rows: Rows,
  scope: Scope,
  cursors: Cursors,
  filter: ConversionFilter,
  { after, upTo, epoch }: Stretch,
  limit: number,
): Promise<ReadChange[]> {
  const at = createParameters()
  const { matches, passes } = changeConditions(filter, scope, at)
  const conditions = [
    ...scopeConditions('c', scope, at),
    `c.position > ${at.bind(after, 'bigint')}`,
    `c.position <= ${at.bind(upTo, 'bigint')}`,
    ...fixedConditions(filter, at),
    passes,
  ]
  const found = await rows<ChangeRow & { matches: boolean }>(
    `select ${changeColumns}, ${matches} as matches
       from conversion_change c join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
      where ${conditions.join(' and ')} order by c.position limit ${limit}`,
    at.values,
  )
  return found.map(({ matches, ...row }) => toChange(toLine(row), matches, scope, cursors, epoch))
}

const maxPerConversion = 1_000

/** The history of each conversion, oldest first. The conversions are ones that the scope sees. */
export async function readHistories(
  rows: Rows,
  scope: Scope,
  cursors: Cursors,
  conversionIds: readonly ConversionId[],
): Promise<Map<ConversionId, ReadChange[]>> {
  const found = await rows<ChangeRow & { epoch: number }>(
    `select ${changeColumns}, h.epoch
       from workspace_head h cross join unnest($2::uuid[]) as w (conversion_id)
      cross join lateral (
        select * from conversion_change x
         where x.workspace_id = $1::uuid and x.conversion_id = w.conversion_id order by x.position limit ${maxPerConversion}
      ) c
       join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
      where h.workspace_id = $1::uuid order by c.position`,
    [scope.workspaceId, conversionIds],
  )
  return Map.groupBy(
    found.map(({ epoch, ...row }) => toChange(toLine(row), true, scope, cursors, epoch)),
    (change) => change.conversion.id,
  )
}

/** A receipt, and the conversion that it led to. */
export interface SettledReceipt {
  readonly id: ReceiptId
  readonly conversionId: ConversionId
}

/** The change that each of these receipts led to; none where it changed nothing. */
export async function readChangesOfReceipts(
  rows: Rows,
  scope: Scope,
  cursors: Cursors,
  receipts: readonly SettledReceipt[],
): Promise<Map<ReceiptId, ReadChange>> {
  const found = await rows<ChangeRow & { epoch: number; ofReceipt: ReceiptId }>(
    `select ${changeColumns}, h.epoch, c.receipt_id as "ofReceipt"
       from workspace_head h cross join unnest($2::uuid[], $3::uuid[]) as w (receipt_id, conversion_id)
      cross join lateral (
        select * from conversion_change x
         where x.workspace_id = $1::uuid and x.conversion_id = w.conversion_id and x.receipt_id = w.receipt_id limit 1
      ) c
       join conversion v on v.workspace_id = c.workspace_id and v.id = c.conversion_id
      where h.workspace_id = $1::uuid`,
    [scope.workspaceId, receipts.map(({ id }) => id), receipts.map(({ conversionId }) => conversionId)],
  )
  return new Map(
    found.map(({ epoch, ofReceipt, ...row }) => [ofReceipt, toChange(toLine(row), true, scope, cursors, epoch)]),
  )
}

const toLine = (row: ChangeRow): LedgerChange => ({ ...row, position: Number(row.position) })

/** A change's place: one position has one cursor, whoever asks and whenever. */
export const sealPosition = (cursors: Cursors, scope: Scope, epoch: number, position: number): string =>
  cursors.seal(scope, { epoch, position, revision: 0, catalogVersion: 0 })

/** A line of the ledger as this viewer sees it. */
export function toChange(
  line: LedgerChange,
  matches: boolean,
  scope: Scope,
  cursors: Cursors,
  epoch: number,
): ReadChange {
  const { position } = line
  const revenue = seesRevenue(scope)
  const payout = seesPayout(scope)
  let cursor: string | undefined
  return {
    position,
    get cursor() {
      cursor ??= sealPosition(cursors, scope, epoch, position)
      return cursor
    },
    kind: line.kind,
    at: line.changedAt,
    reason: line.reason,
    status: line.status,
    previousStatus: line.previousStatus,
    saleAmount: revenue ? line.saleAmount : null,
    revenue: revenue ? line.revenue : null,
    payout: payout ? line.payout : null,
    saleAmountDelta: revenue ? line.saleAmountDelta : null,
    revenueDelta: revenue ? line.revenueDelta : null,
    payoutDelta: payout ? line.payoutDelta : null,
    matches,
    // A line has every field of a conversion, with status and money as of the change.
    conversion: hideMoney(line, scope),
  }
}
