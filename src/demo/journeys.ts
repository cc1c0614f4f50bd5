import type { ConversionStatus } from '../kernel/vocabulary.js'
import type { JourneyKind } from './offers.js'
import { between, chance, integer, logNormal, pick, type Random } from './random.js'

/** Something that an advertiser reports of a visitor. */
export interface Step {
  /** Since the click. */
  readonly afterMs: number
  readonly event: string
  /** Which of the visitor's orders, from 1; null: the advertiser names none. */
  readonly order: number | null
  readonly amount?: string
  readonly status?: ConversionStatus
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** What became of a visitor who takes the first step, by what the campaign is; `wealth` moves amounts. */
export const journeys: Readonly<Record<JourneyKind, (random: Random, wealth: number) => Step[]>> = {
  order(random, wealth) {
    const afterMs = considering(random)
    const value = basket(random, 84, wealth)
    const sale = { afterMs, event: 'sale', order: 1 }
    const steps: Step[] = [{ ...sale, amount: value.toFixed(2) }]
    const laterMs = afterMs + between(random, 3, 13) * dayMs
    // Some send a pair back, some send everything back.
    if (chance(random, 0.07)) {
      steps.push({ ...sale, afterMs: laterMs, amount: (value * between(random, 0.4, 0.8)).toFixed(2) })
    } else if (chance(random, 0.06)) steps.push({ ...sale, afterMs: laterMs, status: 'REVERSED' })
    return steps
  },

  orderOnApproval(random, wealth) {
    const afterMs = considering(random)
    const sale = { afterMs, event: 'sale', order: 1 }
    const steps: Step[] = [{ ...sale, amount: basket(random, 58, wealth).toFixed(2) }]
    const verdictMs = afterMs + between(random, 4, 9) * dayMs
    const status = verdict(random, 0.83, 0.12)
    if (status === null) return steps
    steps.push({ ...sale, afterMs: verdictMs, status })
    if (status === 'APPROVED' && chance(random, 0.03)) {
      steps.push({ ...sale, afterMs: verdictMs + between(random, 1, 6) * dayMs, status: 'REVERSED' })
    }
    return steps
  },

  trial(random) {
    const afterMs = logNormal(random, 6 * minuteMs, 0.9)
    const steps: Step[] = [{ afterMs, event: 'trial', order: null }]
    const stays = 7 * dayMs + between(random, 0, 6) * hourMs
    if (!chance(random, 0.46)) return steps
    // Each month that is paid counts, by its invoice.
    const months = integer(random, 1, 3)
    for (let month = 0; month < months; month += 1) {
      steps.push({ afterMs: afterMs + stays + month * 30 * dayMs, event: 'subscription', order: month + 1 })
    }
    return steps
  },

  cardLead(random) {
    const afterMs = logNormal(random, 14 * minuteMs, 0.7)
    const steps: Step[] = [{ afterMs, event: 'lead', order: 1 }]
    const status = verdict(random, 0.58, 0.31)
    if (status !== null) {
      steps.push({ afterMs: afterMs + between(random, 1, 6) * dayMs, event: 'lead', order: 1, status })
    }
    return steps
  },

  account(random) {
    const afterMs = logNormal(random, 11 * minuteMs, 0.7)
    const steps: Step[] = [{ afterMs, event: 'application', order: 1 }]
    if (!chance(random, 0.52)) return steps
    const openedMs = afterMs + between(random, 1, 4) * dayMs
    steps.push({ afterMs: openedMs, event: 'account', order: 1 })
    const status = verdict(random, 0.8, 0.12)
    if (status !== null) {
      steps.push({ afterMs: openedMs + between(random, 1, 5) * dayMs, event: 'account', order: 1, status })
    }
    return steps
  },

  install(random, wealth) {
    const afterMs = logNormal(random, 4 * minuteMs, 0.8)
    const steps: Step[] = [{ afterMs, event: 'install', order: null }]
    if (!chance(random, 0.16 * wealth)) return steps
    let atMs = afterMs
    const purchases = integer(random, 1, 4)
    for (let order = 1; order <= purchases; order += 1) {
      atMs += logNormal(random, 20 * hourMs, 1)
      const amount = pick(random, ['1.99', '4.99', '4.99', '9.99', '19.99', '49.99'])
      steps.push({ afterMs: atMs, event: 'purchase', order, amount })
    }
    return steps
  },
}

/** Most buy at once, some sleep on it, a few come back weeks later. */
function considering(random: Random): number {
  if (chance(random, 0.62)) return logNormal(random, 17 * minuteMs, 0.8)
  return chance(random, 0.65) ? between(random, 1, 26) * hourMs : between(random, 1, 12) * dayMs
}

/** A basket's value, with the cents that shops like. */
function basket(random: Random, median: number, wealth: number): number {
  return Math.max(9, Math.floor(logNormal(random, median * wealth ** 0.5, 0.45))) + pick(random, [0.95, 0.9, 0.99, 0])
}

/** Null: nobody has looked at it yet. */
function verdict(random: Random, approved: number, rejected: number): 'APPROVED' | 'REJECTED' | null {
  const drawn = random()
  return drawn < approved ? 'APPROVED' : drawn < approved + rejected ? 'REJECTED' : null
}
