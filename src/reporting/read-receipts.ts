import type { Scope } from '../access/scope.js'
import { cutPage, type Page, type PageRequest } from '../database/page.js'
import type { Parameters } from '../database/parameters.js'
import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { ReceiptId } from '../kernel/ids.js'
import { ms } from '../ledger/read-ledger.js'
import { receiptConditions } from './conditions.js'
import type { ReceiptFilter } from './filters.input.js'
import type { ReceiptType } from './receipt.type.js'

const columns = `r.id, r.advertiser_id as "advertiserId", r.conversion_id as "conversionId", ${ms('r.at')} as at,
  r.outcome, r.reason_code as "reasonCode", r.reason, r.field, r.http_status as "httpStatus", r.method, r.url, r.body, abbrev(r.ip) as ip, r.transaction_id as "transactionId",
  r.click_id as "clickId"`

/** An ADVERTISER sees its own receipts, an AFFILIATE none. */
function ownReceipts(scope: Scope, at: Parameters): string[] {
  const own = [`r.workspace_id = ${at.bind(scope.workspaceId, 'uuid')}`]
  if (scope.role === 'ADVERTISER') own.push(`r.advertiser_id = ${at.bind(scope.advertiserId, 'uuid')}`)
  if (scope.role === 'AFFILIATE') own.push('false')
  return own
}

export async function listReceipts(
  rows: Rows,
  scope: Scope,
  filter: ReceiptFilter,
  { first, afterId }: PageRequest,
): Promise<Page<ReceiptType>> {
  const at = createParameters()
  const conditions = [...ownReceipts(scope, at), ...receiptConditions(filter, at)]
  if (afterId !== null) conditions.push(`r.id < ${at.bind(afterId, 'uuid')}`)
  const found = await rows<ReceiptType>(
    `select ${columns} from receipt r where ${conditions.join(' and ')} order by r.id desc limit ${first + 1}`,
    at.values,
  )
  return cutPage(found, first)
}

/** Those of the ids that the scope sees, in any order. */
export async function readReceipts(rows: Rows, scope: Scope, ids: readonly ReceiptId[]): Promise<ReceiptType[]> {
  const at = createParameters()
  const sorted = [...ids].sort()
  const conditions = [
    ...ownReceipts(scope, at),
    `r.id = any(${at.bind(ids, 'uuid[]')})`,
    `r.id between ${at.bind(sorted[0], 'uuid')} and ${at.bind(sorted.at(-1), 'uuid')}`,
  ]
  return rows<ReceiptType>(`select ${columns} from receipt r where ${conditions.join(' and ')}`, at.values)
}

export interface SequencedReceipt extends ReceiptType {
  readonly sequence: number
}

/** Receipts in the order they were kept or last settled, behind `after`: a feed without gaps, like the ledger's. */
export async function readReceiptsAfter(
  rows: Rows,
  scope: Scope,
  filter: ReceiptFilter,
  after: number,
  upTo: number,
  limit: number,
): Promise<SequencedReceipt[]> {
  const at = createParameters()
  const conditions = [
    ...ownReceipts(scope, at),
    `r.sequence > ${at.bind(after, 'bigint')}`,
    `r.sequence <= ${at.bind(upTo, 'bigint')}`,
    ...receiptConditions(filter, at),
  ]
  const found = await rows<ReceiptType & { sequence: string }>(
    `select ${columns}, r.sequence from receipt r where ${conditions.join(' and ')} order by r.sequence limit ${limit}`,
    at.values,
  )
  return found.map((row) => ({ ...row, sequence: Number(row.sequence) }))
}
