import { LRUCache } from 'lru-cache'
import type { Clock } from '../kernel/clock.js'
import { createRateLimit, type RateLimit } from './rate-limit.js'

/** Requests a second; 0: no limit. */
export interface IntakeRates {
  readonly postbacksPerAdvertiser: number
  readonly postbacksPerAddress: number
  /** Failures to authenticate. */
  readonly failuresPerAddress: number
  readonly clicksPerAddress: number
  /** From more clicks of one visitor on one link within a minute on, the further ones are a machine's. */
  readonly clickBurst: number
}

export interface IntakeLimits {
  readonly advertiser: RateLimit
  readonly address: RateLimit
  readonly failures: FailureLimit
  readonly clicks: RateLimit
  /** How many requests each has refused since the start. */
  readonly refused: Record<LimitName, number>
}

export type LimitName = 'advertiser' | 'address' | 'failures' | 'clicks'

export function createIntakeLimits(rates: IntakeRates, clock: Clock): IntakeLimits {
  return {
    advertiser: createRateLimit(rates.postbacksPerAdvertiser, clock),
    address: createRateLimit(rates.postbacksPerAddress, clock),
    failures: createFailureLimit(rates.failuresPerAddress, clock),
    clicks: createRateLimit(rates.clicksPerAddress, clock),
    refused: { advertiser: 0, address: 0, failures: 0, clicks: 0 },
  }
}

/**
 * Failures to authenticate, by address. Whoever has failed too often is not looked up any more; but a network sends for
 * many advertisers from one address, and one of them with a wrong token must not stop the others: who has proven itself
 * here before is let through to be checked.
 */
export interface FailureLimit {
  /** 0 where this sender may be looked up, else how long it is until it may. */
  waitMs(address: string, sender: string): number
  failed(address: string, sender: string): void
  proven(sender: string): void
}

const maxProven = 20_000

function createFailureLimit(perSecond: number, clock: Clock): FailureLimit {
  const limit = createRateLimit(perSecond, clock)
  const proven = new LRUCache<string, true>({ max: maxProven })
  return {
    waitMs: (address, sender) => (proven.has(sender) ? 0 : limit.waitMs(address)),
    failed(address, sender) {
      proven.delete(sender)
      limit.takeMs(address)
    },
    proven(sender) {
      if (proven.get(sender) === undefined) proven.set(sender, true)
    },
  }
}
