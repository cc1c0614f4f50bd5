import type { Rows } from '../../database/rows.js'
import type { AdvertiserId } from '../../kernel/ids.js'
import { type BookedOrder, compareOrders, type Finding, isAbout, type ListedOrder } from './compare-orders.js'
import { readOrders, readOrdersBetween } from './read-orders.js'
import type { Question } from './read-question.js'
import { type Reason, readReasons, type Unequal } from './read-reasons.js'
import { createSums, type OrderSums, ordersOf } from './sum-orders.js'

/** What is missing always has a reason, if only that nothing of it has arrived. */
export type Missing = Extract<Finding, { kind: 'missing' }> & { readonly reason: Reason | null }
export type Different = Extract<Finding, { kind: 'different' }> & { readonly reason: Reason | null }
export type Ambiguous = Extract<Finding, { kind: 'ambiguous' }>
export type Repeated = Extract<Finding, { kind: 'repeated' }>

/** Whole counts and sums; of each kind, the first so many findings. */
export interface Reconciliation {
  readonly advertiserId: AdvertiserId
  readonly counts: Counts
  readonly sums: readonly OrderSums[]
  readonly reasons: readonly ReasonCount[]
  readonly missing: readonly Missing[]
  readonly extra: readonly BookedOrder[]
  readonly different: readonly Different[]
  readonly ambiguous: readonly Ambiguous[]
  readonly repeated: readonly Repeated[]
  /** Some kind has more than is told. */
  readonly truncated: boolean
}

export interface Counts {
  readonly listed: number
  readonly repeated: number
  readonly matched: number
  readonly different: number
  readonly ambiguous: number
  readonly missing: number
  /** Null without a range to find them in. */
  readonly extra: number | null
}

export interface ReasonCount {
  readonly kind: 'missing' | 'different'
  /** Null: the receipts have no reason. */
  readonly code: string | null
  readonly count: number
}

/** So many transaction ids are looked up by one statement, and compared in one go. */
const chunkSize = 5_000

/** Compares a list with the books as one snapshot shows them: `rows` reads in it. */
export async function reconcile(
  rows: Rows,
  question: Question,
  list: readonly ListedOrder[],
  first: number,
): Promise<Reconciliation> {
  const sums = createSums(question.currency)
  const told = createTold(first)
  const covered = new Set<BookedOrder['id']>()

  for (const orders of chunksOf(list)) {
    const booked = await readOrders(rows, question, [...new Set(orders.map(({ transactionId }) => transactionId))])
    const findings = compareOrders(orders, booked, question)
    const unequal = findings.filter((finding) => finding.kind === 'missing' || finding.kind === 'different')
    const reasons = await readReasons(rows, question, unequal)
    const reasonOf = new Map<Finding, Reason | null>(unequal.map((finding, index) => [finding, reasons[index] ?? null]))
    for (const finding of findings) {
      sums.add(finding)
      told.add(finding, reasonOf.get(finding) ?? null)
      for (const { id } of ordersOf(finding)) covered.add(id)
    }
  }
  const isExtra = (order: BookedOrder) =>
    !covered.has(order.id) && isAbout(order, question) && (question.event === null || question.event === order.event)
  if (question.range !== null) {
    const { from, to } = question.range
    told.lookForExtra()
    for await (const page of readOrdersBetween(rows, question, from, to)) {
      for (const order of page.filter(isExtra)) {
        sums.addExtra(order)
        told.addExtra(order)
      }
    }
  }
  return { advertiserId: question.advertiserId, ...told.all(list.length), sums: sums.all() }
}

/** Never cuts apart what has one transaction id: it is compared together. The list's order stays, within a chunk. */
function* chunksOf(list: readonly ListedOrder[]): Generator<readonly ListedOrder[]> {
  const byTransaction = Map.groupBy(list, ({ transactionId }) => transactionId)
  const groups = [...byTransaction.values()]
  for (let start = 0; start < groups.length; start += chunkSize) {
    const chunk = groups.slice(start, start + chunkSize).flat()
    yield chunk.sort((one, other) => one.place - other.place)
  }
}

/** Counts everything, and keeps the first of each kind. */
function createTold(first: number) {
  const counts = { repeated: 0, matched: 0, different: 0, ambiguous: 0, missing: 0 }
  let extraCount: number | null = null
  const reasons = new Map<string, ReasonCount>()
  const missing: Missing[] = []
  const different: Different[] = []
  const ambiguous: Ambiguous[] = []
  const repeated: Repeated[] = []
  const extra: BookedOrder[] = []
  const keep = <Kept>(list: Kept[], one: Kept) => {
    if (list.length < first) list.push(one)
  }

  function count(kind: Unequal['kind'], code: string | null): void {
    const key = `${kind} ${code}`
    reasons.set(key, { kind, code, count: (reasons.get(key)?.count ?? 0) + 1 })
  }

  return {
    add(finding: Finding, reason: Reason | null) {
      counts[finding.kind] += 1
      switch (finding.kind) {
        case 'missing':
          count('missing', reason?.code ?? null)
          return keep(missing, { ...finding, reason })
        case 'different':
          count('different', reason?.code ?? null)
          return keep(different, { ...finding, reason })
        case 'ambiguous':
          return keep(ambiguous, finding)
        case 'repeated':
          return keep(repeated, finding)
      }
    },
    lookForExtra() {
      extraCount = 0
    },
    addExtra(order: BookedOrder) {
      extraCount = (extraCount ?? 0) + 1
      keep(extra, order)
    },
    all: (listed: number) => ({
      counts: { listed, ...counts, extra: extraCount },
      reasons: [...reasons.values()].sort((one, other) => other.count - one.count),
      ...{ missing, different, ambiguous, repeated, extra },
      truncated: Math.max(counts.missing, counts.different, counts.ambiguous, counts.repeated, extraCount ?? 0) > first,
    }),
  }
}
