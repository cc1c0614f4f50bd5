import type { Rows } from '../../database/rows.js'
import type { ConversionId, ReceiptId } from '../../kernel/ids.js'
import type { Outcome } from '../../kernel/vocabulary.js'
import type { Finding, NearMiss } from './compare-orders.js'
import type { Owner } from './read-orders.js'

/** Why the books differ from a list about one order. */
export interface Reason {
  /** What the request's receipt says, such as CLICK_NOT_FOUND; its outcome where it says no more; or one of `ownWords`. */
  readonly code: string
  readonly text: string
  /** What became of the request that says so; null without one. */
  readonly outcome: Outcome | null
  readonly receiptId: ReceiptId | null
}

export type Unequal = Extract<Finding, { kind: 'missing' | 'different' }>

const ownWords = {
  NO_REQUEST: 'No request for this order has arrived, or it was too long ago to be kept.',
  SET_BY_HAND: 'Its status was set by hand.',
  TEST: 'The books have this order as a test only.',
  OTHER_CAMPAIGN: 'The books have this order in a campaign that was not asked for.',
  OTHER_LINE: 'The books have this transaction id, but with another line or event.',
} as const satisfies Record<NearMiss | 'NO_REQUEST' | 'SET_BY_HAND', string>

const outcomeWords: Partial<Record<Outcome, string>> = {
  ACCEPTED: 'The latest request about it was booked as it came.',
  UPDATED: 'The latest request about it was booked as it came.',
  DUPLICATE: 'The latest request about it said nothing new.',
}

interface ReasonRow {
  readonly place: number
  readonly receiptId: ReceiptId | null
  readonly outcome: Outcome | null
  readonly code: string | null
  readonly text: string | null
  readonly isByHand: boolean
  readonly handText: string | null
}

/**
 * The reason of each finding, in their order; null where the receipts have none. Of an order's requests, the latest one
 * that was not taken as it came explains most, whatever came after it; where all were taken, the latest is told. A
 * receipt that names another conversion than the finding's is about another line.
 */
export async function readReasons(
  rows: Rows,
  { workspaceId, advertiserId }: Owner,
  findings: readonly Unequal[],
): Promise<(Reason | null)[]> {
  if (findings.length === 0) return []
  const found = await rows<ReasonRow>(
    `select w.place::int as place, r.id as "receiptId", r.outcome, r.reason_code as code, r.reason as text,
            c.position is not null and c.receipt_id is null as "isByHand", c.reason as "handText"
       from unnest($3::text[], $4::uuid[]) with ordinality as w (transaction_id, conversion_id, place)
       left join lateral (
         select * from receipt r
          where r.workspace_id = $1 and r.transaction_id = w.transaction_id and r.advertiser_id = $2
            and (r.conversion_id is null or r.conversion_id = w.conversion_id)
          order by (r.reason_code is null), r.id desc limit 1
       ) r on true
       left join lateral (
         select * from conversion_change c
          where c.workspace_id = $1 and c.conversion_id = w.conversion_id order by c.position desc limit 1
       ) c on true
      order by w.place`,
    [
      workspaceId,
      advertiserId,
      findings.map(({ listed }) => listed.transactionId),
      findings.map((finding): ConversionId | null => (finding.kind === 'different' ? finding.order.id : null)),
    ],
  )
  return findings.map((finding, index) => toReason(finding, found[index]))
}

function toReason(finding: Unequal, row: ReasonRow | undefined): Reason | null {
  if (row === undefined) throw new Error('fewer reasons than findings')
  const { receiptId, outcome, code, text } = row
  if (code !== null) return { code, text: text ?? code, outcome, receiptId }
  if (finding.kind === 'missing') return ownReason(finding.nearMiss ?? 'NO_REQUEST')
  if (row.isByHand && finding.differences.some(({ field }) => field === 'status')) {
    return { ...ownReason('SET_BY_HAND'), ...(row.handText === null ? {} : { text: row.handText }) }
  }
  return outcome === null ? null : { code: outcome, text: outcomeWords[outcome] ?? outcome, outcome, receiptId }
}

const ownReason = (code: keyof typeof ownWords): Reason => ({
  code,
  text: ownWords[code],
  outcome: null,
  receiptId: null,
})
