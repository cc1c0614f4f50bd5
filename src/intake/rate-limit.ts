import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../kernel/clock.js'

/**
 * How much each of many may send. Everyone has a bucket that holds ten seconds' worth and is filled at the rate; only
 * the time at which it will be full again is kept of it, so nothing has to be filled, and one that has been forgotten
 * is the same as a full one. Each node counts for itself.
 */
export interface RateLimit {
  /** Takes one; 0 where there was one, else how long it is until there is. */
  takeMs(key: string): number
  /** As `takeMs`, but takes none. */
  waitMs(key: string): number
}

const burstMs = 10_000
const maxKeys = 50_000

/** A rate of 0 limits nothing. */
export function createRateLimit(perSecond: number, clock: Clock): RateLimit {
  if (perSecond === 0) return { takeMs: () => 0, waitMs: () => 0 }
  const costMs = 1000 / perSecond
  const buckets = new LRUCache<string, { fullAtMs: number }>({ max: maxKeys })
  const overMs = (fullAtMs: number, now: number) => Math.max(0, Math.max(fullAtMs, now) + costMs - burstMs - now)
  return {
    takeMs(key) {
      const now = clock()
      const bucket = buckets.get(key)
      if (bucket === undefined) {
        buckets.set(key, { fullAtMs: now + costMs })
        return 0
      }
      const waitMs = overMs(bucket.fullAtMs, now)
      if (waitMs === 0) bucket.fullAtMs = Math.max(bucket.fullAtMs, now) + costMs
      return waitMs
    },
    waitMs: (key) => overMs(buckets.get(key)?.fullAtMs ?? 0, clock()),
  }
}

/** Whose bucket an address has: of IPv6 the network of 64 bits, all of which one household or machine may use. */
export function addressKey(ip: string | null): string {
  if (ip === null) return ''
  if (!ip.includes(':')) return ip
  const { parts } = ipaddr.IPv6.parse(ip)
  return parts.slice(0, 4).join(':')
}
