import type {
  AdvertiserId,
  AffiliateId,
  CampaignId,
  ClickId,
  ConversionId,
  LinkId,
  ReceiptId,
  WorkspaceId,
} from '../kernel/ids.js'
import type { ChangeKind, ConversionStatus, Subs } from '../kernel/vocabulary.js'

/**
 * One line of the ledger with the conversion that it is about, as of that line: all that a reader may show or filter by.
 * Plain values, the same whether it comes from the batch that booked it, from another node, or from the database: money
 * as decimal text, instants as Unix milliseconds, traffic null where unset.
 */
export interface LedgerChange {
  readonly position: number
  readonly kind: ChangeKind
  readonly changedAt: number
  readonly reason: string | null
  readonly status: ConversionStatus
  readonly previousStatus: ConversionStatus | null
  readonly amount: string | null
  readonly saleAmount: string
  readonly revenue: string
  readonly payout: string
  readonly saleAmountDelta: string
  readonly revenueDelta: string
  readonly payoutDelta: string
  /** The conversion's. */
  readonly id: ConversionId
  readonly advertiserId: AdvertiserId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly linkId: LinkId | null
  readonly clickId: ClickId | null
  readonly receiptId: ReceiptId
  readonly event: string
  readonly transactionId: string | null
  readonly line: string
  readonly test: boolean
  readonly currency: string
  readonly rate: string
  readonly occurredAt: number
  readonly receivedAt: number
  readonly clickedAt: number | null
  readonly source: string | null
  readonly creative: string | null
  readonly keyword: string | null
  readonly placement: string | null
  readonly country: string | null
  readonly device: string | null
  readonly subs: Subs
}

/** Whose figures a batch moved. */
export interface Touched {
  readonly advertiserId: AdvertiserId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly test: boolean
}

/** How far a workspace's books have come. */
export interface LedgerHead {
  readonly workspaceId: WorkspaceId
  readonly epoch: number
  readonly position: number
  readonly revision: number
  readonly receiptSequence: number
  readonly catalogVersion: number
}

/** How far, and with what: what those who follow the books are told after a commit. */
export interface Commit extends LedgerHead {
  /** The last ones, up to `position`, in order; none where only clicks or receipts were kept. */
  readonly changes: readonly LedgerChange[]
  readonly touched: readonly Touched[]
  /** Its place in a trace, in the form of a `traceparent`, where there is one. */
  readonly trace?: string
}
