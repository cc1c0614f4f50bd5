import type { ReceiptShown } from './receipt-question'

type ById = ReadonlyMap<string, ReceiptShown>

export interface Arrived {
  readonly shown: ById
  /** Those that have come, or come again, while they were held. */
  readonly held: ById
}

export const nothingArrived: Arrived = { shown: new Map(), held: new Map() }

export interface Arrivals {
  add(receipt: ReceiptShown): void
  /** To be called before a list is read; what it gives, when the answer is there: what came before is in that. */
  beginReading(): () => void
  hold(isHeld: boolean): void
  close(): void
}

/** More than a list shows. Beyond it the oldest are forgotten, which only a hidden or a held list gets to. */
const capacity = 500

/** Receipts as they come, handed on a frame at a time however many they are, and by id, because some come twice. */
export function createArrivals(show: (arrived: Arrived) => void): Arrivals {
  let heard = new Map<string, ReceiptShown>()
  let sinceReading = new Map<string, ReceiptShown>()
  let shown: ById = nothingArrived.shown
  let isHeld = false
  let frame: number | null = null

  function put(into: Map<string, ReceiptShown>, receipt: ReceiptShown): void {
    into.delete(receipt.id)
    into.set(receipt.id, receipt)
    const [oldest] = into.keys()
    if (into.size > capacity && oldest !== undefined) into.delete(oldest)
  }

  function showNow(): void {
    frame = null
    if (!isHeld) shown = new Map(heard)
    const held = [...heard].filter(([id, receipt]) => shown.get(id) !== receipt)
    show({ shown, held: new Map(held) })
  }
  const showSoon = () => {
    frame ??= requestAnimationFrame(showNow)
  }

  return {
    add(receipt) {
      put(heard, receipt)
      put(sinceReading, receipt)
      showSoon()
    },
    beginReading() {
      const own = new Map<string, ReceiptShown>()
      sinceReading = own
      return () => {
        heard = new Map(own)
        showSoon()
      }
    },
    hold(next) {
      isHeld = next
      showSoon()
    },
    close() {
      if (frame !== null) cancelAnimationFrame(frame)
    },
  }
}

/** What was listed, and in its place what came later, newest first: ids are by time. */
export function withArrivals(listed: readonly ReceiptShown[], arrived: ById): ReceiptShown[] {
  const all = new Map([...listed.map((receipt) => [receipt.id, receipt] as const), ...arrived])
  return [...all.values()].sort((one, other) => (one.id < other.id ? 1 : -1))
}
