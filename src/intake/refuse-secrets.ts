import type { PostbackRequest, Refusal } from '../attribution/request.js'
import { blankSecrets } from './blank-secrets.js'
import { invalid } from './refusal.js'

/** Those texts of a postback that stay in the books, and which others than its sender come to see. */
const keptTexts = {
  transactionId: 'txid',
  line: 'line',
  event: 'event',
  refundId: 'refund_id',
  affiliate: 'affiliate_id',
} as const

/** A key or token in the place of an order's id would be shown to everyone who may see the order. */
export function refuseSecrets(request: PostbackRequest, token: string): Refusal | null {
  for (const [name, field] of Object.entries(keptTexts)) {
    const text = request[name as keyof typeof keptTexts] // one of these
    if (text !== null && hasSecret(text, token)) return invalid('SECRET_SENT', advice, field)
  }
  return null
}

export const hasSecret = (text: string, token = ''): boolean => blankSecrets(text, token) !== text

const advice =
  'This is a key or token. It belongs nowhere but into token or authorization: if others have seen it, change it.'
