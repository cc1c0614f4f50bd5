import { within } from '../support/app.js'
import { type Fields, inParallel, type PostbackReply, type Sender, type Shop } from './traffic.js'

export interface Failure {
  readonly url: string
  readonly what: string
}

/** What a 200 said: this order is this conversion. */
export interface Promised {
  readonly transactionId: string
  readonly conversion: string | null
}

const maxAttempts = 50

/**
 * Orders, every fourth of which is approved later, and each request sent until it is answered 200: what had no answer,
 * or was refused for now, goes out again to the next node. So in the end each is in the books, and once.
 */
export function createBuyer(
  { token }: Shop,
  clickIds: readonly string[],
  senders: readonly Sender[],
  { width = 24 } = {},
) {
  const answers: Promised[] = []
  const failures: Failure[] = []
  const changes: string[] = []
  let orders = 0

  /** Null, or what was wrong. */
  async function attempt(sender: Sender, fields: Fields, way: number): Promise<string | null> {
    try {
      const { status, body } = await within(sender.postback(fields, way), `an answer to ${JSON.stringify(fields)}`)
      if (status !== 200) return `${status} ${body}`
      const { conversion } = JSON.parse(body) as PostbackReply
      answers.push({ transactionId: fields.txid ?? '', conversion })
      return null
    } catch (error) {
      return String(error)
    }
  }

  async function insist(fields: Fields, first: number): Promise<void> {
    for (let index = first; index < first + maxAttempts; index += 1) {
      const sender = senders[index % senders.length]
      if (sender === undefined) throw new Error('there is nobody to send to')
      const what = await attempt(sender, fields, index)
      if (what === null) return
      failures.push({ url: sender.url, what })
    }
    throw new Error(`${JSON.stringify(fields)} was not answered: ${JSON.stringify(failures.slice(-3))}`)
  }

  async function buy(index: number): Promise<void> {
    const txid = `order-${index}`
    await insist({ token, click_id: clickIds[index % clickIds.length] ?? '', txid, amount: '10' }, index)
    changes.push(`${txid} CREATED`)
    if (index % 4 > 0) return
    await insist({ token, txid, status: 'approved' }, index + 1)
    changes.push(`${txid} APPROVED`)
  }

  return {
    answers,
    failures,
    /** What must be in the ledger, in any order: each of these once. */
    changes,
    /** Places so many more orders. */
    async place(count: number): Promise<void> {
      const first = orders
      orders += count
      await inParallel(Array.from({ length: count }), width, (_, index) => buy(first + index))
    },
  }
}

export type Buyer = ReturnType<typeof createBuyer>
