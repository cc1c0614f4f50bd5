import type { PostbackRequest, Reason, Refusal } from '../attribution/request.js'
import type { CampaignTerms } from '../attribution/terms.js'
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
import type { ConversionStatus, Outcome, Subs } from '../kernel/vocabulary.js'

/** A click as it came in. Texts are '' where unset and at most 255 bytes of UTF-8 without control characters. */
export interface ClickDraft {
  readonly id: ClickId
  readonly workspaceId: WorkspaceId
  readonly atMs: number
  readonly linkId: LinkId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly test: boolean
  readonly bot: boolean
  /** Names the visitor within a day, without telling who it is: 64 bits as a decimal number. */
  readonly visitor: string
  readonly source: string
  readonly creative: string
  readonly keyword: string
  readonly placement: string
  readonly subs: Subs
  readonly country: string
  readonly region: string
  readonly language: string
  readonly device: string
  readonly os: string
  readonly browser: string
  /** Money, "0.05". */
  readonly cost: string
  readonly externalId: string | null
  readonly externalKind: 'GCLID' | 'FBCLID' | 'TTCLID' | 'MSCLKID' | 'OTHER' | null
  readonly ip: string | null
  readonly userAgent: string | null
}

/** A request at the intake, kept as received, secrets blanked; no NUL and no lone surrogate in any text. */
export interface ReceiptDraft {
  readonly id: ReceiptId
  /** The sender's own name for the request, so that it can be sent again and count once. */
  readonly idempotencyKey: string | null
  readonly workspaceId: WorkspaceId
  readonly advertiserId: AdvertiserId
  readonly atMs: number
  readonly method: string
  readonly url: string
  readonly body: string | null
  readonly ip: string | null
  readonly transactionId: string | null
  /** As sent, also when it is no click id at all. */
  readonly clickId: string | null
  /** By which the log knows the request; kept nowhere else. */
  readonly requestId?: string
}

/** What became of a postback. `reason` is null where nothing needs saying. */
export interface PostbackAnswer {
  readonly receiptId: ReceiptId
  readonly outcome: Outcome
  readonly httpStatus: number
  readonly reason: Reason | null
  readonly conversionId: ConversionId | null
}

/** `kept` is false while the campaign or the affiliate is not active; `campaign` is as of the same moment. */
export interface ClickAnswer {
  readonly kept: boolean
  readonly campaign: CampaignTerms
  readonly affiliateRef: string
}

/**
 * The one way into the books. Each promise resolves only after COMMIT. It rejects with UNAVAILABLE when the queue is
 * full or the database stays away: then nothing was kept, or it is not known to have been kept, and the same ids may be sent again.
 */
export interface Ledger {
  keepClick(click: ClickDraft): Promise<ClickAnswer>
  keepPostback(receipt: ReceiptDraft, request: PostbackRequest): Promise<PostbackAnswer>
  /** A request of a known advertiser that could not be read or is not allowed: only its receipt is kept. */
  keepRefusal(receipt: ReceiptDraft, refusal: Refusal): Promise<PostbackAnswer>
  /** By hand, or by API: the same rules, plus what only an ADMIN may do. */
  setConversionStatus(change: StatusChange): Promise<StatusAnswer>
  replayReceipt(workspaceId: WorkspaceId, receiptId: ReceiptId, dryRun: boolean): Promise<ReplayAnswer>
}

export interface StatusChange {
  readonly workspaceId: WorkspaceId
  readonly conversionId: ConversionId
  readonly status: ConversionStatus
  readonly reason: string | null
}

export type StatusAnswer =
  | { readonly outcome: 'UPDATED' | 'DUPLICATE' }
  | { readonly outcome: 'CONFLICT'; readonly reason: Reason }
  | { readonly outcome: 'NOT_FOUND' }

export interface ReplayAnswer {
  readonly before: Outcome
  readonly after: Outcome
  readonly reason: Reason | null
}
