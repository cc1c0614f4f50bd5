import type { HttpAnswer } from './read-answers.js'
import { headerOf } from './read-answers.js'

/** What the server has told of what it booked: it will be held against what is in its database. */
export interface Told {
  /** Outcomes by receipt id; the status alone where the answer was a text of the sender's own. */
  readonly receipts: Map<string, string>
  readonly clicks: Set<string>
  /** Requests from browsers, whose answers name no receipt. */
  readonly pixels: { kept: number }
}

export const nothingTold = (clicks: readonly string[]): Told => ({
  receipts: new Map(),
  clicks: new Set(clicks),
  pixels: { kept: 0 },
})

/** As postbacks are answered. */
interface Postback {
  readonly receipt: string | null
  readonly outcome: string | null
  readonly reason: string | null
}

const statusesOf: Readonly<Record<string, readonly number[]>> = {
  ACCEPTED: [200],
  UPDATED: [200],
  DUPLICATE: [200],
  CONFLICT: [202],
  UNMATCHED: [202],
  QUEUED: [202],
  REJECTED: [400, 401, 403, 405, 413, 422],
}
/** What is refused without a receipt: nobody is known whose it would be, or it did not arrive whole. */
const withoutReceipt = /^(UNAUTHENTICATED|BODY_TOO_LARGE|BROKEN_BODY|METHOD_NOT_ALLOWED)/

/** Notes one answer of the postback's form; gives what is wrong with it. */
function noteOutcome(told: Told, { receipt, outcome, reason }: Postback, status: number | null): string | null {
  if (outcome === null || statusesOf[outcome] === undefined) return `no outcome: ${outcome} ${reason}`
  if (status !== null && !statusesOf[outcome].includes(status)) return `${outcome} with ${status}`
  if (receipt === null)
    return outcome === 'REJECTED' && withoutReceipt.test(reason ?? '') ? null : `${outcome} without a receipt`
  if (told.receipts.has(receipt)) return `the receipt ${receipt} was given out twice`
  told.receipts.set(receipt, outcome)
  return null
}

export function notePostback(told: Told, { status, head, body }: HttpAnswer): string | null {
  if (/^content-type: *text\/plain/im.test(head)) {
    const receipt = headerOf(head, 'pulseback-receipt')
    if (receipt === null || status > 202) return `a text with ${status}, and the receipt ${receipt}`
    told.receipts.set(receipt, String(status))
    return null
  }
  return noteOutcome(told, JSON.parse(body) as Postback, status)
}

/** `count`: of how many entries. What is wrong with the whole of a batch is answered as one postback. */
export function noteBatch(told: Told, answer: HttpAnswer, count: number): string | null {
  if (answer.status !== 200) return notePostback(told, answer)
  const isLines = /^content-type: *application\/x-ndjson/im.test(answer.head)
  const all: Postback[] = isLines
    ? answer.body
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : JSON.parse(answer.body)
  if (all.length !== count) return `${all.length} answers to ${count} entries`
  for (const one of all) {
    const wrong = noteOutcome(told, one, null)
    if (wrong !== null) return wrong
  }
  return null
}

export function noteClick(told: Told, { status, head, body }: HttpAnswer): string | null {
  if (status === 404) return null
  const [id] = /clk_[0-9a-z]{26}/.exec(status === 302 ? (headerOf(head, 'location') ?? '') : body) ?? []
  if (id === undefined) return [400, 413].includes(status) ? null : `${status} without a click`
  if (told.clicks.has(id)) return `the click ${id} was given out twice`
  told.clicks.add(id)
  return null
}

/** Ours is not for visitors to lead elsewhere. */
export const leadsAstray = ({ status, head }: HttpAnswer): boolean =>
  status >= 300 && status < 400 && status !== 304 && !headerOf(head, 'location')?.startsWith('https://shop.example/')
