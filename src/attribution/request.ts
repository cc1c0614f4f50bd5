import type { CampaignId, ClickId } from '../kernel/ids.js'
import type { Money } from '../kernel/money.js'
import type { ConversionStatus, ReasonCode } from '../kernel/vocabulary.js'

/** A well-formed postback, as understood: what the sender claims, before anyone has looked whether it is so. */
export interface PostbackRequest {
  /** From the advertiser's server, which showed that it is, or from a visitor's browser, which shows nothing. */
  readonly via: 'server' | 'browser'
  readonly clickId: ClickId | null
  /** An affiliate's id or ref, as sent; read together with `campaignId` when there is no click. */
  readonly affiliate: string | null
  readonly campaignId: CampaignId | null
  readonly transactionId: string | null
  readonly line: string | null
  readonly event: string | null
  readonly amount: Money | null
  readonly currency: string | null
  readonly status: ConversionStatus | null
  /** What to take off a known order; comes with `refundId`. */
  readonly refund: Money | null
  /** The sender's own name for a refund: each counts once. */
  readonly refundId: string | null
  /** When the sender says it happened, Unix ms; null: on receipt. */
  readonly occurredAtMs: number | null
  readonly test: boolean
}

/** A request that takes something off a known order. */
export type RefundRequest = PostbackRequest & { readonly refund: Money; readonly refundId: string }

export const isRefund = (request: PostbackRequest): request is RefundRequest =>
  request.refund !== null && request.refundId !== null

/** Why something was not taken: a code to match on, a sentence to read, the parameter to blame. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  readonly field: string | null
}

/** A refused request and the HTTP status that says so. */
export interface Refusal extends Reason {
  readonly httpStatus: 400 | 401 | 403 | 413 | 422
}
