import { type AdvertiserId, encodeId } from '../kernel/ids.js'
import type { Outcome, ReasonCode } from '../kernel/vocabulary.js'
import type { PostbackAnswer } from '../ledger/entries.js'
import type { LimitName } from './intake-limits.js'

/** An answer as it goes out. */
export interface HttpAnswer {
  readonly httpStatus: number
  readonly body: string
  /** JSON, unless it says otherwise. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What it says, for the log and those who count: no outcome where nothing was decided. */
  readonly outcome: Outcome | null
  readonly code: ReasonCode | null
  readonly receipt: string | null
  /** Which limit refused it, and for whom: for the log. */
  readonly refusedBy?: { readonly limit: LimitName; readonly advertiserId?: AdvertiserId }
  /** Of a batch, the answer to each of its entries. */
  readonly entries?: readonly HttpAnswer[]
}

/** What became of a postback that left a receipt. */
export function toHttpAnswer(answer: PostbackAnswer): HttpAnswer {
  const { reason, conversionId } = answer
  const receipt = encodeId('rcp', answer.receiptId)
  return {
    httpStatus: answer.httpStatus,
    outcome: answer.outcome,
    code: reason?.code ?? null,
    receipt,
    headers: { 'pulseback-receipt': receipt },
    body: JSON.stringify({
      receipt,
      outcome: answer.outcome,
      conversion: conversionId === null ? null : encodeId('cnv', conversionId),
      reason: reason === null ? null : `${reason.code}: ${reason.message}`,
      field: reason?.field ?? null,
    }),
  }
}

const withoutReceipt = (
  httpStatus: number,
  outcome: 'REJECTED' | null,
  code: ReasonCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  httpStatus,
  outcome,
  code,
  receipt: null,
  body: JSON.stringify({ receipt: null, outcome, conversion: null, reason: `${code}: ${message}`, field: null }),
  headers,
})

/** One answer for every failure to authenticate, to the byte: it must not tell a near miss from a wild guess. */
export const unauthenticatedAnswer = withoutReceipt(
  401,
  'REJECTED',
  'UNAUTHENTICATED',
  "the advertiser's token is needed, as the parameter token or as authorization: Bearer, or its signature",
  { 'www-authenticate': 'Bearer' },
)

const refusals: Readonly<Record<Exclude<LimitName, 'clicks'>, string>> = {
  advertiser: 'this advertiser sends too many requests',
  address: 'too many requests come from this address',
  failures: 'too many requests from this address had no valid token or signature',
}

export const limitedAnswer = (
  limit: Exclude<LimitName, 'clicks'>,
  waitMs: number,
  advertiserId?: AdvertiserId,
): HttpAnswer => ({
  ...withoutReceipt(429, null, 'RATE_LIMITED', `${refusals[limit]}; send it again after retry-after seconds`, {
    'retry-after': retryAfter(waitMs),
  }),
  refusedBy: advertiserId === undefined ? { limit } : { limit, advertiserId },
})

/** Whole seconds, at least one. */
export const retryAfter = (waitMs: number): string => String(Math.max(1, Math.ceil(waitMs / 1000)))

export const tooLargeAnswer = (maxBytes: number): HttpAnswer =>
  withoutReceipt(413, 'REJECTED', 'BODY_TOO_LARGE', `a body may have at most ${maxBytes} bytes`)

export const wrongMethodAnswer = withoutReceipt(405, 'REJECTED', 'METHOD_NOT_ALLOWED', 'use GET or POST', {
  allow: 'GET, POST, OPTIONS',
})

export const brokenBodyAnswer = withoutReceipt(400, 'REJECTED', 'BROKEN_BODY', 'the body did not arrive whole')

// No outcome in these, nor where a limit refuses: nothing was decided, and the sender has to come again.
export const unavailableAnswer = withoutReceipt(
  503,
  null,
  'UNAVAILABLE',
  'the request is not known to have been kept; send it again',
  { 'retry-after': '1' },
)

export const internalAnswer = withoutReceipt(
  500,
  null,
  'INTERNAL',
  'the request is not known to have been kept; send it again',
)
