import type { PostbackRequest } from '../attribution/request.js'
import { formatDecimal, type Money, money } from '../kernel/money.js'

/** A postback as it was understood, as JSON: what waits for something is kept like this. Money is exact text. */
export type StoredRequest = Omit<PostbackRequest, MoneyName> & Readonly<Record<MoneyName, string | null>>
type MoneyName = 'amount' | 'refund'

export const storeRequest = (request: PostbackRequest): StoredRequest => ({
  ...request,
  amount: textOf(request.amount),
  refund: textOf(request.refund),
})

export const loadRequest = (stored: StoredRequest): PostbackRequest => ({
  ...unsaidThen,
  ...stored,
  amount: moneyOf(stored.amount),
  refund: moneyOf(stored.refund),
})

/** What an older version kept has none of these. */
const unsaidThen = { via: 'server', refund: null, refundId: null }

const textOf = (value: Money | null): string | null => (value === null ? null : formatDecimal(value))
const moneyOf = (text: string | null | undefined): Money | null => (text == null ? null : money(text))
