import type { ReceiptShownFragment } from '../generated/receipts/receipts'
import { isTest } from './is-test'
import type { Outcome } from './outcomes'

export type ReceiptShown = ReceiptShownFragment

/** Which receipts are asked for; null: any. */
export interface ReceiptQuestion {
  readonly advertiserId: string | null
  readonly outcome: Outcome | null
  readonly reasonCode: string | null
  readonly transactionId: string | null
  /** The server cannot tell these apart, so this one is asked of what it answered. */
  readonly test: boolean | null
}

export const anyReceipt: ReceiptQuestion = {
  advertiserId: null,
  outcome: null,
  reasonCode: null,
  transactionId: null,
  test: null,
}

/** As the API is asked. */
export const filterOf = ({ advertiserId, outcome, reasonCode, transactionId }: ReceiptQuestion) => ({
  advertiserIds: advertiserId === null ? null : [advertiserId],
  outcomes: outcome === null ? null : [outcome],
  reasonCodes: reasonCode === null ? null : [reasonCode],
  transactionId,
})

/**
 * Whether a receipt is among them as it stands now. What arrives is asked here and not of the server, which would not
 * tell of one that was settled that it has left.
 */
export const passes = (receipt: ReceiptShown, asked: ReceiptQuestion): boolean =>
  (asked.advertiserId === null || asked.advertiserId === receipt.advertiser.id) &&
  (asked.outcome === null || asked.outcome === receipt.outcome) &&
  (asked.reasonCode === null || asked.reasonCode === receipt.reasonCode) &&
  (asked.transactionId === null || asked.transactionId === receipt.transactionId) &&
  (asked.test === null || asked.test === isTest(receipt))
