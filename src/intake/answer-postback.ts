import { encodeId } from '../kernel/ids.js'
import type { PostbackAnswer } from '../ledger/entries.js'

/** An answer as it goes out. */
export interface HttpAnswer {
  readonly httpStatus: number
  readonly body: string
  /** JSON, unless it says otherwise. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What became of a postback that left a receipt. */
export function toHttpAnswer(answer: PostbackAnswer): HttpAnswer {
  const { reason, conversionId } = answer
  const receipt = encodeId('rcp', answer.receiptId)
  return {
    httpStatus: answer.httpStatus,
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
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  httpStatus,
  body: JSON.stringify({ receipt: null, outcome, conversion: null, reason, field: null }),
  headers,
})

/** One answer for every failure to authenticate, to the byte: it must not tell a near miss from a wild guess. */
export const unauthenticatedAnswer = withoutReceipt(
  401,
  'REJECTED',
  "UNAUTHENTICATED: the advertiser's token is needed, as the parameter token or as authorization: Bearer",
  { 'www-authenticate': 'Bearer' },
)

export const tooLargeAnswer = (maxBytes: number): HttpAnswer =>
  withoutReceipt(413, 'REJECTED', `BODY_TOO_LARGE: a body may have at most ${maxBytes} bytes`)

export const wrongMethodAnswer = withoutReceipt(405, 'REJECTED', 'METHOD_NOT_ALLOWED: use GET or POST', {
  allow: 'GET, POST, OPTIONS',
})

export const brokenBodyAnswer = withoutReceipt(400, 'REJECTED', 'BROKEN_BODY: the body did not arrive whole')

// No outcome in these two: nothing was decided, and the sender has to come again.
export const unavailableAnswer = withoutReceipt(
  503,
  null,
  'UNAVAILABLE: the request is not known to have been kept; send it again',
  { 'retry-after': '1' },
)

export const internalAnswer = withoutReceipt(
  500,
  null,
  'INTERNAL: the request is not known to have been kept; send it again',
)
