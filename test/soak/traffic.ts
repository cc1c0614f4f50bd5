import { integer, pick, type Random } from '../../src/demo/random.js'
import type { Fields, Sender } from '../journey/traffic.js'
import type { Board } from './board.js'

interface Order {
  readonly txid: string
  status: 'PENDING' | 'APPROVED' | 'REVERSED'
  /** How many amounts it had; the cents of an amount say which it is, so that no two are the same. */
  amounts: number
}

/** Beyond this the server is asked no faster than it answers. */
const maxUnderWay = 256
const tickMs = 20
/** Orders that are still changed: the latest. */
const maxOrders = 500
const maxAmounts = 100
const newShare = 0.7
const amountShare = 0.3

/**
 * Postbacks at an even rate until it is stopped: new orders, and changes of amount and status to earlier ones. Whoever
 * starts it twice gives the second one's orders another `name`.
 */
export function startTraffic(board: Board, sender: Sender, random: Random, perSecond: number, name = 'order') {
  const orders: Order[] = []
  const underWay = new Set<Promise<void>>()
  const failures: string[] = []
  const startedMs = performance.now()
  let sent = 0
  let refused = 0

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond)
    while (sent < due && underWay.size < maxUnderWay) {
      sent += 1
      const sending = sendNext()
        .catch((error: unknown) => void failures.push(String(error)))
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
    }
  }, tickMs)

  async function sendNext(): Promise<void> {
    const order = random() < newShare || orders.length === 0 ? null : pick(random, orders)
    if (order !== null && order.amounts < maxAmounts && random() < amountShare) {
      order.amounts += 1
      return send({ txid: order.txid, amount: amountOf(order) })
    }
    if (order !== null && order.status !== 'REVERSED') {
      order.status = order.status === 'PENDING' ? 'APPROVED' : 'REVERSED'
      return send({ txid: order.txid, status: order.status.toLowerCase() })
    }
    const made: Order = { txid: `${name}-${sent}`, status: 'PENDING', amounts: 1 }
    await send({ txid: made.txid, click_id: pick(random, board.clickIds), amount: amountOf(made) })
    // Only now: what changes it must not come before it.
    orders.push(made)
    if (orders.length > maxOrders) orders.shift()
  }

  async function send(fields: Fields): Promise<void> {
    const { status, body } = await sender.postback({ token: board.token, ...fields }, sent)
    if (status >= 500) refused += 1
    else if (status >= 400) failures.push(`${status} ${body}`)
  }

  const amountOf = ({ amounts }: Order) => `${integer(random, 1, 100)}.${String(amounts - 1).padStart(2, '0')}`

  return {
    failures,
    get sent() {
      return sent
    },
    /** How many of them the server did not take, and said so; a sender would send them again. */
    get refused() {
      return refused
    },
    /** Done when all that was sent was answered. */
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}

export type Traffic = ReturnType<typeof startTraffic>
