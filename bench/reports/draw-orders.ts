import { exponential, logNormal, type Random } from '../../src/demo/random.js'
import { events, leadPrice, type OfferedCampaign } from './offers.js'

/** One change of a conversion: what is true from it on. Money in ten-thousandths. */
export interface Step {
  readonly kind: 'CREATED' | 'UPDATED' | 'APPROVED' | 'REJECTED' | 'REVERSED'
  /** When it was booked. */
  readonly atMs: number
  readonly status: 'PENDING' | 'APPROVED' | 'REJECTED' | 'REVERSED'
  /** Of a sale; null: a lead. */
  readonly amountCents: number | null
  readonly saleAmount: number
  readonly revenue: number
  readonly payout: number
}

/** What becomes of a click that is credited, up to now. */
export interface Order {
  readonly event: string
  readonly occurredAtMs: number
  /** One at least; the first one makes the conversion. */
  readonly steps: readonly [Step, ...Step[]]
}

const minuteMs = 60_000
const dayMs = 86_400_000
const windowMs = 30 * dayMs
const saleRate = 0.8
/** How long a postback is under way, and how long until it is booked. */
const postMs = 400
/** What becomes of a sale within weeks: a fifth of all conversions change once more. */
const later = { updated: 0.025, approved: 0.38, rejected: 0.06, reversed: 0.05 } as const

/** Draws what a click at `clickedAtMs` leads to; null: nothing that has happened by `nowMs`. */
export function drawOrder(random: Random, campaign: OfferedCampaign, clickedAtMs: number, nowMs: number): Order | null {
  const delayMs = Math.floor(logNormal(random, 40 * minuteMs, 2)) + 5_000
  const isSale = random() < saleRate
  const amountCents = isSale ? Math.floor(logNormal(random, 6_000, 0.6)) + 500 : null
  const occurredAtMs = clickedAtMs + Math.min(delayMs, windowMs)
  const first: Step = {
    kind: 'CREATED',
    atMs: occurredAtMs + bookedAfter(random),
    status: isSale ? campaign.salesStartAs : 'APPROVED',
    ...priced(campaign, amountCents),
  }
  if (first.atMs > nowMs) return null
  const steps: [Step, ...Step[]] = [first]
  const add = (step: Omit<Step, 'atMs'>, afterMs: number) => {
    const atMs = (steps.at(-1) ?? first).atMs + Math.floor(afterMs)
    if (atMs <= nowMs) steps.push({ ...step, atMs })
  }

  if (amountCents !== null && random() < later.updated) {
    const changedCents = Math.floor(amountCents * (0.5 + random() / 2))
    add({ kind: 'UPDATED', status: first.status, ...priced(campaign, changedCents) }, exponential(random, dayMs / 4))
  }
  const decided = random()
  const { atMs: _, ...state } = steps.at(-1) ?? first
  if (state.status === 'PENDING' && decided < later.approved) {
    add({ ...state, kind: 'APPROVED', status: 'APPROVED' }, dayMs + exponential(random, 5 * dayMs))
  } else if (state.status === 'PENDING' && decided < later.approved + later.rejected) {
    add({ ...state, kind: 'REJECTED', status: 'REJECTED' }, dayMs + exponential(random, 5 * dayMs))
  }
  const { atMs: __, ...last } = steps.at(-1) ?? first
  if (last.status === 'APPROVED' && random() < later.reversed) {
    add({ ...last, kind: 'REVERSED', status: 'REVERSED' }, 2 * dayMs + exponential(random, 8 * dayMs))
  }
  return { event: isSale ? events.sale : events.lead, occurredAtMs, steps }
}

const bookedAfter = (random: Random): number => Math.floor(random() * postMs) + 5

/** Percents are whole and amounts have two places, so every price has four at most and none is rounded. */
function priced({ revenuePercent, payoutPercent }: OfferedCampaign, amountCents: number | null) {
  if (amountCents === null) return { amountCents, saleAmount: 0, ...leadPrice }
  return {
    amountCents,
    saleAmount: amountCents * 100,
    revenue: amountCents * revenuePercent,
    payout: amountCents * payoutPercent,
  }
}
