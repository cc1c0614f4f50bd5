import { setTimeout as pause } from 'node:timers/promises'
import { integer, pick, type Random } from '../../src/demo/random.js'
import { createSender, type Fields, type HttpReply, type PostbackReply, type Shop } from '../journey/traffic.js'
import type { Attempt, Journal, Step, StepKind } from './journal.js'

/** What one order's changes must be in the end, in their order. */
export interface ExpectedChange {
  readonly kind: string
  readonly status: string
  readonly saleAmount: string
}

export interface LoadOptions {
  readonly shop: Shop
  /** A customer keeps to one of them for good, as a sender with one address does: so a node's order is the order's. */
  readonly urls: readonly string[]
  readonly journal: Journal
  readonly random: Random
  readonly customers?: number
  /** Between two requests of a customer, at most. */
  readonly thinkMs?: number
  readonly keepAlive?: boolean
}

/** A sender without an answer in this time gives up on the request, and sends it again. */
const answerMs = 15_000
const againMs = 100
/** How long one step is insisted on: longer than any fault lasts. */
const insistMs = 90_000

/**
 * Customers who click, buy, and change their minds, each request sent until it is taken. A retry is sent with the same
 * content; some requests are sent twice for no reason, and some old ones late.
 */
export function startLoad({
  shop,
  urls,
  journal,
  random,
  customers = 16,
  thinkMs = 40,
  keepAlive = true,
}: LoadOptions) {
  const senders = urls.map((url) => createSender(url, { keepAlive }))
  const expected = new Map<string, readonly ExpectedChange[]>()
  /** Of each of `urls`: what a node has not booked yet, the others do not know. */
  const clicksOf = urls.map((): string[] => [])
  const problems: string[] = []
  const counters = { steps: 0, attempts: 0, orders: 0 }
  let isOver = false

  /** Until it is taken; null if it never was. */
  async function insist(kind: StepKind, turn: number, fields: Fields, transactionId: string): Promise<Attempt | null> {
    const step = stepOf(kind, transactionId, fields)
    const untilMs = Date.now() + insistMs
    for (let tries = 0; Date.now() < untilMs; tries += 1) {
      const attempt = await send(step, tries, turn, fields)
      if (attempt.state === 'ACKED') return attempt
      await pause(againMs)
    }
    problems.push(`${kind} of ${transactionId} was not taken in ${insistMs} ms`)
    return null
  }

  function stepOf(kind: StepKind, transactionId: string, { amount = null }: Fields | { amount?: null }): Step {
    counters.steps += 1
    return { number: counters.steps, kind, transactionId, amount }
  }

  function send(step: Step, tries: number, turn: number, fields: Fields): Promise<Attempt> {
    const sender = senders[turn % senders.length]
    if (sender === undefined) throw new Error('there is nobody to send to')
    return attempt(step, tries, async (name, made) => {
      if (step.kind === 'click') {
        made.receipt = await sender.click(`${pick(random, shop.links)}?sub1=${name}`)
        made.state = 'ACKED'
      } else read(made, await sender.postback({ req: name, token: shop.token, ...fields }, counters.attempts))
    })
  }

  /** `ask` sends a request that bears the name, and writes down what came of it. */
  async function attempt(step: Step, tries: number, ask: (name: string, made: Attempt) => Promise<void>) {
    counters.attempts += 1
    const name = `${step.number}.${tries}`
    const made = journal.send(name, step)
    try {
      await inTime(ask(name, made))
    } catch (error) {
      made.said = String(error)
      // What a redirect did not say, a status did.
      const status = /^Error: no click: (\d+)/.exec(made.said)?.[1]
      made.state = status === undefined ? 'UNKNOWN' : 'REFUSED'
      made.status = Number(status ?? 0)
    }
    journal.close(made)
    return made
  }

  function read(made: Attempt, { status, body }: HttpReply): void {
    made.status = status
    const isTaken = status === 200 || status === 202
    const {
      receipt = null,
      outcome = null,
      conversion = null,
    } = isTaken || made.step.kind === 'poison' ? parse(body) : {}
    Object.assign(made, { state: receipt === null ? 'REFUSED' : 'ACKED', outcome, receipt, conversion })
    if (!isTaken) made.said = body
    if (status >= 500 ? status !== 503 || made.step.kind === 'poison' : !isTaken && made.step.kind !== 'poison')
      problems.push(`${made.step.kind} ${made.name} was answered ${status} ${body}`)
  }

  async function click(customer: number): Promise<string | null> {
    const id = (await insist('click', customer, {}, ''))?.receipt ?? null
    if (id !== null) clicksOf[customer % urls.length]?.push(id)
    return id
  }

  async function order(customer: number): Promise<void> {
    counters.orders += 1
    const txid = `order-${counters.orders}`
    const clicks = clicksOf[customer % urls.length] ?? []
    const made = clicks.length > 0 && random() < 0.7 ? pick(random, clicks) : await click(customer)
    if (made === null) return
    const want = async (kind: StepKind, fields: Fields) => {
      await insist(kind, customer, { txid, ...fields }, txid)
      await pause(integer(random, 0, thinkMs))
    }
    const changes: ExpectedChange[] = []
    let saleAmount = amount()
    let status = 'PENDING'
    const change = (kind: string) => void changes.push({ kind, status, saleAmount })
    const buy = { click_id: made, amount: saleAmount }
    const isEarly = random() < 0.08
    if (isEarly) await want('early-reject', { status: 'rejected' })
    await want('create', buy)
    change('CREATED')
    if (isEarly) {
      status = 'REJECTED'
      change('REJECTED')
    }
    expected.set(txid, changes)
    if (random() < 0.15) await want('copy', buy)
    if (isEarly) return
    if (random() < 0.3) {
      saleAmount = amount()
      const isNew = saleAmount !== buy.amount
      await want('amount', { amount: saleAmount })
      if (isNew) change('UPDATED')
      if (random() < 0.3) await want('late', buy)
    }
    if (random() < 0.3) {
      await want('approve', { status: 'approved' })
      status = 'APPROVED'
      change('APPROVED')
      if (random() < 0.3) {
        await want('reverse', { status: 'reversed' })
        status = 'REVERSED'
        change('REVERSED')
      }
    }
  }

  /** Of two decimals, so that a share of it has more than the books keep. */
  const amount = () => `${integer(random, 1, 900)}.${String(integer(random, 0, 99)).padStart(2, '0')}`

  async function shopping(customer: number): Promise<void> {
    while (!isOver) await order(customer)
  }
  const all = Array.from({ length: customers }, (_, customer) => shopping(customer))

  return {
    /** By transaction id. */
    expected,
    problems,
    get attempts() {
      return counters.attempts
    },
    click,
    /** Once, whatever is answered. */
    sendOnce: (kind: StepKind, turn: number, fields: Fields, transactionId: string) =>
      send(stepOf(kind, transactionId, fields), 0, turn, fields),
    /** What no customer would send: any request that bears the name. */
    async poison(ask: (name: string) => Promise<HttpReply>): Promise<void> {
      await attempt(stepOf('poison', '', {}), 0, async (name, made) => read(made, await ask(name)))
    },
    /** When what was begun is done; and whoever sent has hung up. */
    async finish(): Promise<void> {
      isOver = true
      await Promise.all(all)
      for (const sender of senders) sender.close()
    },
  }
}

export type Load = ReturnType<typeof startLoad>

function parse(body: string): Partial<PostbackReply> {
  try {
    return JSON.parse(body)
  } catch {
    return {}
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const late = pause(answerMs, null, { signal: timer.signal }).then(() => {
    throw new Error(`no answer in ${answerMs} ms`)
  })
  // It is aborted as soon as the other has won.
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    timer.abort()
  }
}
