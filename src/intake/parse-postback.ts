import type { PostbackRequest, Refusal } from '../attribution/request.js'
import { decodeId } from '../kernel/ids.js'
import { type Money, parseDecimal } from '../kernel/money.js'
import type { ReasonCode } from '../kernel/vocabulary.js'
import { fitsBytes } from './clip-text.js'
import { findSent } from './find-sent.js'
import type { Parameters } from './parse-parameters.js'
import { parseTimestamp } from './parse-timestamp.js'
import { type CanonicalName, canonicalNames, type PresetTable } from './preset.js'
import { invalid, unreadable } from './refusal.js'

export const maxTransactionIdBytes = 255
const maxRefundIdBytes = 128
const maxNameBytes = 64
const maxAheadMs = 10 * 60_000
const maxBackMs = 400 * 86_400_000

/** Taken for an order's id, a macro that nobody filled in would make one order of all. A GUID in braces has hyphens. */
const unfilledMacro = /^\{\w+\}$/

export type ParsePostback = (
  parameters: Parameters,
  preset: PresetTable,
  receivedAtMs: number,
) => PostbackRequest | Refusal

/** Makes the parser. Asking ICU for the currencies takes milliseconds, so it is done once, and not on import. */
export function createPostbackParser(): ParsePostback {
  const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
  const parseCurrency = (text: string) => {
    const code = /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : ''
    return currencies.has(code) ? code : null
  }

  return function parsePostback(parameters, preset, receivedAtMs) {
    const unread =
      parameters.refusal ??
      refuseTwice(parameters, preset) ??
      refuseSubject(parameters, preset) ??
      refuseHalfRefund(parameters, preset)
    if (unread !== null) return unread

    let refusal: Refusal | null = null
    /** The value as `parse` understands it; where it does not (null), `advice` is told to the sender. */
    const read = <Value>(
      name: CanonicalName,
      parse: (text: string) => Value | null,
      code: ReasonCode,
      advice: (text: string) => string,
    ): Value | null => {
      const sent = findSent(parameters, preset, name)
      if (sent === null) return null
      if (unfilledMacro.test(sent.text)) refusal ??= invalid('UNFILLED_MACRO', macroAdvice, sent.name)
      const value = parse(sent.text)
      if (value === null) refusal ??= invalid(code, advice(sent.text), sent.name)
      return value
    }
    const short = (name: CanonicalName, maxBytes: number) =>
      read(
        name,
        (text) => (fitsBytes(text, maxBytes) ? text : null),
        'TOO_LONG',
        () => `At most ${maxBytes} bytes of UTF-8 are allowed here.`,
      )

    const request: PostbackRequest = {
      via: 'server',
      clickId: read('click_id', (text) => decodeId('clk', text), 'INVALID_CLICK_ID', clickIdAdvice),
      affiliate: short('affiliate_id', maxNameBytes),
      campaignId: read('campaign_id', (text) => decodeId('cmp', text), 'INVALID_CAMPAIGN_ID', campaignIdAdvice),
      transactionId: short('txid', maxTransactionIdBytes),
      line: short('line', maxNameBytes),
      event: short('event', maxNameBytes),
      amount: read('amount', parseDecimal, 'INVALID_AMOUNT', amountAdvice),
      currency: read('currency', parseCurrency, 'INVALID_CURRENCY', currencyAdvice),
      status: read(
        'status',
        (text) => preset.statuses.get(text.toLowerCase()) ?? null,
        'INVALID_STATUS',
        () => `A status is one of: ${[...preset.statuses.keys()].join(', ')}.`,
      ),
      refund: read('refund', parseRefund, 'INVALID_REFUND', refundAdvice),
      refundId: short('refund_id', maxRefundIdBytes),
      occurredAtMs: read(
        'timestamp',
        (text) => {
          const atMs = text === preset.nowWord ? receivedAtMs : parseTimestamp(text)
          return atMs !== null && isTimely(atMs, receivedAtMs) ? atMs : null
        },
        'INVALID_TIMESTAMP',
        (text) => timestampAdvice(text, receivedAtMs),
      ),
      test: read('test', parseFlag, 'INVALID_TEST', () => 'test is 1 or 0.') ?? false,
    }
    return refusal ?? request
  }
}

/** Nothing may be said twice: not by one name, and not by two that mean the same, unless they agree. */
function refuseTwice({ values, repeated }: Parameters, preset: PresetTable): Refusal | null {
  for (const canonical of canonicalNames) {
    // One name that came once, which is nearly always so, cannot disagree with itself.
    if (repeated.size === 0 && preset.names[canonical].length < 2) continue
    let first: string | null = null
    for (const name of preset.names[canonical]) {
      if (repeated.has(name)) return unreadable('REPEATED_PARAMETER', 'This parameter may be sent only once.', name)
      const text = values.get(name)
      if (text === undefined) continue
      if (first !== null && values.get(first) !== text) {
        return unreadable(
          'REPEATED_PARAMETER',
          `This means the same as ${first}, and they differ: send one of them.`,
          name,
        )
      }
      first ??= name
    }
  }
  return null
}

/** Whether something was sent, and what its sender calls it. */
function askParameters(parameters: Parameters, preset: PresetTable) {
  return {
    has: (of: CanonicalName) => findSent(parameters, preset, of) !== null,
    name: (of: CanonicalName) => findSent(parameters, preset, of)?.name ?? preset.names[of][0] ?? of,
  }
}

/** A postback has to say what it is about: a click, an affiliate's campaign, or an order that is known already. */
function refuseSubject(parameters: Parameters, preset: PresetTable): Refusal | null {
  const { has, name } = askParameters(parameters, preset)
  const missing = (message: string, field: string) => unreadable('MISSING_PARAMETER', message, field)
  const [affiliate, campaign] = [name('affiliate_id'), name('campaign_id')]

  if (has('affiliate_id') !== has('campaign_id')) {
    const absent = has('affiliate_id') ? campaign : affiliate
    return missing(`${affiliate} and ${campaign} go together; ${absent} is missing.`, absent)
  }
  if (has('click_id') || has('affiliate_id') || has('txid')) return null
  const [click, transaction] = [name('click_id'), name('txid')]
  const orByName = preset.names.affiliate_id.length === 0 ? '' : `, or ${affiliate} and ${campaign}`
  return missing(`Say what this is about: ${click}${orByName}, or the ${transaction} of a known order.`, click)
}

/** A refund needs a name, or its retry would be a second one; and it says nothing else of the order. */
function refuseHalfRefund(parameters: Parameters, preset: PresetTable): Refusal | null {
  const { has, name } = askParameters(parameters, preset)
  if (has('refund') !== has('refund_id')) {
    const [refund, refundId] = [name('refund'), name('refund_id')]
    const absent = has('refund') ? refundId : refund
    return unreadable('MISSING_PARAMETER', `${refund} and ${refundId} go together; ${absent} is missing.`, absent)
  }
  if (!has('refund')) return null
  const other = (['amount', 'status'] as const).find(has)
  if (other === undefined) return null
  return invalid('AMBIGUOUS', `A refund comes without ${name(other)}: send these as two requests.`, name(other))
}

function parseRefund(text: string): Money | null {
  const refund = parseDecimal(text)
  return refund?.gt(0) ? refund : null
}

const refundAdvice = (text: string): string =>
  parseDecimal(text) === null ? amountAdvice(text) : 'A refund is more than nothing.'

const isTimely = (atMs: number, receivedAtMs: number): boolean =>
  atMs <= receivedAtMs + maxAheadMs && atMs >= receivedAtMs - maxBackMs

function parseFlag(text: string): boolean | null {
  const word = text.toLowerCase()
  if (word === '1' || word === 'true') return true
  return word === '0' || word === 'false' ? false : null
}

const macroAdvice = 'The sender has not filled in this macro: it does not know it by this name.'
const clickIdAdvice = () => 'A click id is clk_ and 26 characters, as the click link filled it in.'
const campaignIdAdvice = () => 'A campaign id is cmp_ and 26 characters.'
const currencyAdvice = () => 'A currency is an ISO 4217 code such as EUR.'

function amountAdvice(text: string): string {
  if (text.startsWith('-')) return 'An amount cannot be negative.'
  if (text.includes(',')) return 'Write the decimal sign as a point, and no separator between thousands: 1234.50.'
  return 'An amount is a plain decimal such as 12.50: at most 12 digits before the point and 8 behind it.'
}

function timestampAdvice(text: string, receivedAtMs: number): string {
  const atMs = parseTimestamp(text)
  if (atMs !== null) {
    return atMs > receivedAtMs ? 'This is more than 10 minutes ahead of our clock.' : 'This is more than 400 days back.'
  }
  if (/T.* \d\d:\d\d$/.test(text)) return 'In a query or a form the + of an offset has to be written as %2B.'
  return 'A timestamp is RFC 3339 with an offset, such as 2026-01-31T12:00:00Z, or Unix seconds or milliseconds.'
}
