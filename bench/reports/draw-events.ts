import type { Random } from '../../src/demo/random.js'
import { drawOrder, type Order } from './draw-orders.js'
import { createVisits, slotMs, trafficAt, type Visit } from './draw-visits.js'
import type { Offers } from './offers.js'

/** How much is made up, over how long, from which seed. */
export interface DataSpec {
  readonly clicks: number
  readonly conversionRate: number
  readonly days: number
  readonly seed: number
}

/** What was booked in one moment: a click, or a step of what became of one. */
export type Event =
  | { readonly atMs: number; readonly id: string; readonly visit: Visit; readonly step: null }
  | { readonly atMs: number; readonly made: Made; readonly step: number }

/** An order, with what its rows need of its click. */
export interface Made {
  readonly order: Order
  readonly id: string
  readonly transactionId: string
  readonly clickId: string
  readonly clickedAtMs: number
  readonly visit: Visit
}

const dayMs = 86_400_000

/**
 * All that happens in `spec.days` up to `nowMs`, a quarter of an hour at a time, in order: clicks as people are awake,
 * spread evenly within the quarter, orders and their later changes when their time comes.
 */
export function* drawEvents(
  spec: DataSpec,
  offers: Offers,
  random: Random,
  idAt: (atMs: number) => string,
  nowMs: number,
): Generator<Event[]> {
  const fromMs = nowMs - spec.days * dayMs
  const visits = createVisits(random, offers)
  const rate = spec.conversionRate / visits.averageAppeal
  const due = new Map<number, Event[]>()

  function plan(event: Event): void {
    const slot = Math.floor((event.atMs - fromMs) / slotMs)
    const planned = due.get(slot)
    if (planned === undefined) due.set(slot, [event])
    else planned.push(event)
  }

  function click(atMs: number, transactionId: string): void {
    const visit = visits.draw()
    const id = idAt(atMs)
    plan({ atMs, id, visit, step: null })
    if (visit.bot || random() >= rate * visit.campaign.appeal) return
    const order = drawOrder(random, visit.campaign, atMs, nowMs)
    if (order === null) return
    const made = { order, id: idAt(order.occurredAtMs), transactionId, clickId: id, clickedAtMs: atMs, visit }
    for (const [step, { atMs }] of order.steps.entries()) plan({ atMs, made, step })
  }

  const slots = Math.ceil((nowMs - fromMs) / slotMs)
  const startOf = (slot: number) => fromMs + slot * slotMs
  const weights = Array.from({ length: slots }, (_, slot) => trafficAt(startOf(slot), fromMs, nowMs))
  for (const [slot, count] of spread(spec.clicks, weights).entries()) {
    visits.startSlot(startOf(slot))
    for (let number = 0; number < count; number += 1) {
      click(startOf(slot) + Math.floor(((number + random()) / count) * slotMs), `T-${slot}-${number}`)
    }
    yield (due.get(slot) ?? []).sort((one, other) => one.atMs - other.atMs)
    due.delete(slot)
  }
}

/** Shares of `total` as they weigh, whole numbers that add up to it. */
function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let weighed = 0
  let given = 0
  return weights.map((weight) => {
    weighed += weight
    const share = Math.round((weighed / sum) * total) - given
    given += share
    return share
  })
}
