import { formatDecimal } from '../kernel/money.js'
import type { ReasonCode } from '../kernel/vocabulary.js'
import type { Conversion } from './conversion.js'
import type { PostbackRequest, Reason, Refusal } from './request.js'

/** What becomes of a postback, and the conversion it made or changed; nothing of it is in the books yet. */
export type Decision =
  | { readonly outcome: 'ACCEPTED'; readonly conversion: Conversion; readonly reason: null }
  | {
      readonly outcome: 'UPDATED'
      readonly conversion: Conversion
      readonly before: Conversion
      readonly reason: Reason | null
    }
  | { readonly outcome: 'DUPLICATE'; readonly conversion: Conversion; readonly reason: null }
  | { readonly outcome: 'CONFLICT'; readonly conversion: Conversion; readonly reason: Reason }
  | { readonly outcome: 'UNMATCHED'; readonly reason: Reason }
  | { readonly outcome: 'REJECTED'; readonly reason: Refusal }

/** What a request says about an order, as one text: what it does not carry stays as it is, so it says nothing. */
export function contentOf(request: PostbackRequest): string {
  const amount = request.amount === null ? '' : formatDecimal(request.amount)
  return [amount, request.currency ?? '', request.status ?? '', request.clickId ?? ''].join(' ')
}

/** Whether a postback waits for something of the catalog, and not for a click or an order. */
export const lacksCatalog = ({ code }: Reason): boolean =>
  code === 'GOAL_NOT_FOUND' ||
  code === 'CAMPAIGN_NOT_FOUND' ||
  code === 'AFFILIATE_NOT_FOUND' ||
  code === 'RATE_NOT_FOUND'

export const unmatched = (code: ReasonCode, message: string, field: string): Decision => ({
  outcome: 'UNMATCHED',
  reason: { code, message, field },
})
export const rejected = (code: ReasonCode, message: string, field: string): Decision => ({
  outcome: 'REJECTED',
  reason: { code, message, field, httpStatus: 422 },
})
export const tooLarge = (currency: string): Decision =>
  rejected('AMOUNT_TOO_LARGE', `in ${currency} this amount has more than 12 digits before the point`, 'amount')
export const ambiguous = (field: string, message: string): Decision => rejected('AMBIGUOUS', message, field)

export const conflict = (conversion: Conversion, code: ReasonCode, message: string, field: string): Decision => ({
  outcome: 'CONFLICT',
  conversion,
  reason: { code, message, field },
})
