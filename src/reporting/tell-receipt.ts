import { encodeId } from '../kernel/ids.js'
import { writeInstant } from '../kernel/write-instant.js'
import type { ConversionChangeType } from './change.type.js'
import type { ConversionType } from './conversion.type.js'
import type { ReceiptType } from './receipt.type.js'

/** What a receipt's story is told from; null is what there is none of, or what the viewer does not see. */
export interface ReceiptFacts {
  readonly receipt: ReceiptType
  readonly conversion: ConversionType | null
  readonly change: ConversionChangeType | null
  /** The names of the campaign and the affiliate of the conversion. */
  readonly campaign: string | null
  readonly affiliate: string | null
}

/** The story of a request in plain words, from its arrival to the books: what it was about, by which rule, what it did. */
export function tellReceipt(facts: ReceiptFacts): string[] {
  const { receipt } = facts
  const from = receipt.ip === null ? '' : ` from ${receipt.ip}`
  const about = [
    receipt.clickId === null ? null : `click ${receipt.clickId}`,
    receipt.transactionId === null ? null : `order ${receipt.transactionId}`,
  ].filter((each) => each !== null)
  return [
    `It arrived by ${receipt.method} at ${writeInstant(receipt.at)}${from}.`,
    about.length === 0 ? 'It names neither a click nor an order.' : `It is about ${about.join(' and ')}.`,
    ...tellOutcome(facts),
  ]
}

function tellOutcome(facts: ReceiptFacts): string[] {
  const { receipt, conversion } = facts
  const which = conversion === null ? 'a conversion' : encodeId('cnv', conversion.id)
  const why =
    receipt.reason === null
      ? null
      : `${sentence(receipt.reason)}${receipt.field === null ? '' : ` See ${receipt.field}.`}`
  const because = why === null ? [] : [why]
  switch (receipt.outcome) {
    case 'ACCEPTED':
      return [...tellCredit(facts), `It made conversion ${which}${tellWorth(facts)}.`]
    case 'UPDATED':
      return [`It changed conversion ${which}${tellWorth(facts)}.`, ...because]
    case 'DUPLICATE':
      return [conversion === null ? 'It says nothing new.' : `It says nothing new of conversion ${which}.`, ...because]
    case 'CONFLICT':
      return [`It was held against conversion ${which}, and the books stay as they are.`, ...because]
    case 'UNMATCHED':
      return [...because, 'It waits, and is matched by itself when that appears; or replay it.']
    case 'QUEUED':
      return ['It is kept until the database is back.']
    case 'REJECTED':
      return [`It was refused with ${receipt.httpStatus}, and the books stay as they are.`, ...because]
  }
}

function tellCredit({ conversion, campaign, affiliate }: ReceiptFacts): string[] {
  if (conversion === null) return []
  const by = conversion.clickId === null ? 'named in the request' : 'whose click it was'
  const who = affiliate === null ? 'the affiliate' : `"${affiliate}"`
  return [`It credits ${who}, ${by}, with "${conversion.event}" for campaign "${campaign ?? ''}".`]
}

function tellWorth({ change }: ReceiptFacts): string {
  if (change === null) return ''
  const status = change.previousStatus === change.status ? `, still ${change.status}` : `, now ${change.status}`
  return change.revenue === null ? status : `${status}, with a revenue of ${change.revenue}`
}

/** Reasons are written to stand behind a code. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
