import type { AdvertiserId, AffiliateId, CampaignId, ClickId, ConversionId, LinkId, ReceiptId } from '../kernel/ids.js'
import type { Money } from '../kernel/money.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'

/** A credited event as the books have it: what a later postback about the same order is held against. */
export interface Conversion {
  readonly id: ConversionId
  readonly advertiserId: AdvertiserId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly linkId: LinkId | null
  readonly clickId: ClickId | null
  readonly receiptId: ReceiptId
  readonly event: string
  /** Which version of the goal priced it, and prices its later amounts. */
  readonly goalNumber: number
  readonly transactionId: string | null
  readonly line: string
  readonly countsEach: boolean
  readonly status: ConversionStatus
  readonly test: boolean
  /** As the postback said it, in `currency`; null where it said none. */
  readonly amount: Money | null
  readonly currency: string
  /** What a unit of it was in the workspace's currency when the order was made; its later amounts are converted by the same. */
  readonly rate: Money
  readonly saleAmount: Money
  readonly revenue: Money
  readonly payout: Money
  readonly occurredAtMs: number
  readonly receivedAtMs: number
  readonly clickedAtMs: number | null
  /** The time that the last applied request gave for itself: what is older comes too late. */
  readonly changedAtMs: number
  /** What was applied so far, one text per request's content; a retry of any of it changes nothing. */
  readonly contents: readonly string[]
  /** The refunds that were taken off its amount, by the sender's names for them. */
  readonly refundIds: readonly string[]
}

/** What attribution must know of a click. */
export interface CreditedClick {
  readonly id: ClickId
  readonly advertiserId: AdvertiserId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly linkId: LinkId
  readonly atMs: number
  readonly test: boolean
}
