import { CodedError } from '../../../src/kernel/errors.js'
import type { Answer } from '../../../src/ledger/decide-batch.js'
import { must, mustEqual, Violation } from '../assert.js'
import type { Disk } from '../memory/spool.js'
import type { Tables } from '../memory/tables.js'
import type { Attempt } from './requests.js'

/** An answer, at the moment in which it is given: what it says is in the books, or, queued, on this node's disk. */
export function checkAnswer({ wish, id }: Attempt, answer: Answer, tables: Tables, disk: Disk): void {
  const isOnDisk = () => disk.entries.some(({ body }) => body.includes(id))
  if ('kept' in answer) {
    const isBooked = tables.clicks.has(id)
    must(
      answer.kept ? isBooked || isOnDisk() : !isBooked,
      'a click was said to be kept, or not, and it is the contrary',
    )
  } else if ('before' in answer) {
    must(answer.after !== 'QUEUED', 'a replay was queued')
  } else if ('receiptId' in answer) {
    mustEqual(answer.receiptId, id, 'the receipt of an answer')
    const row = tables.receipts.get(id)
    must(row !== undefined || isOnDisk(), `${answer.outcome} was answered, and nothing is in the books`)
    if (row === undefined || answer.outcome === 'QUEUED') return
    // Settled since, by what it waited for.
    if (answer.outcome === 'UNMATCHED' && row.outcome !== 'UNMATCHED') return
    mustEqual(answer.httpStatus, row.http_status, 'the status of an answer')
    mustEqual([answer.outcome, answer.conversionId], [row.outcome, row.conversion_id], 'an answer, held to its receipt')
    must(answer.conversionId === null || tables.conversions.has(answer.conversionId), 'an answer of no conversion')
  } else {
    must(answer.outcome === 'UPDATED' || answer.outcome === 'DUPLICATE', `a change of status: ${answer.outcome}`)
    const approved = [...tables.conversions.values()].some(
      ({ workspace_id, status }) => workspace_id === wish.shop.workspaceId && status === 'APPROVED',
    )
    must(approved, 'a change of status was answered that is not in the books')
  }
}

/** Whatever is refused here may be sent again, and is. */
export function checkRefusal(error: unknown): void {
  if (!(error instanceof CodedError) || error.code !== 'UNAVAILABLE') {
    throw new Violation(`refused for another reason than that the books are away: ${error}`)
  }
}
