import { LRUCache } from 'lru-cache'
import type { Clock } from '../kernel/clock.js'

/**
 * Remembers look-ups, found and in vain, each kind within its own bound: a flood of made-up keys pushes out other
 * made-up keys, never a real one. Who asks for what is being looked up already waits for that answer.
 */
export interface Lookup<Key, Found> {
  find(key: Key): Promise<Found | null>
  /** The next find looks again, and a look-up under way is not remembered. */
  forget(key: Key): void
}

export interface LookupOptions<Key, Found> {
  readonly load: (key: Key) => Promise<Found | null>
  readonly maxFound: number
  /** None: what was found stays true for ever. */
  readonly foundTtlMs?: number
  readonly maxAbsent: number
  readonly absentTtlMs: number
  readonly clock: Clock
}

export function createLookup<Key extends string, Found extends object>({
  load,
  maxFound,
  foundTtlMs,
  maxAbsent,
  absentTtlMs,
  clock,
}: LookupOptions<Key, Found>): Lookup<Key, Found> {
  const time = { ttlResolution: 0, perf: { now: clock } }
  const found = new LRUCache<Key, Found>({
    max: maxFound,
    ...(foundTtlMs === undefined ? {} : { ttl: foundTtlMs, ...time }),
  })
  const absent = new LRUCache<Key, true>({ max: maxAbsent, ttl: absentTtlMs, ...time })
  const underWay = new Map<Key, Promise<Found | null>>()

  async function look(key: Key): Promise<Found | null> {
    const answer = load(key)
    underWay.set(key, answer)
    try {
      const value = await answer
      if (underWay.get(key) === answer) {
        if (value === null) absent.set(key, true)
        else found.set(key, value)
      }
      return value
    } finally {
      if (underWay.get(key) === answer) underWay.delete(key)
    }
  }

  return {
    async find(key) {
      return found.get(key) ?? (absent.has(key) ? null : (underWay.get(key) ?? look(key)))
    },
    forget(key) {
      found.delete(key)
      absent.delete(key)
      underWay.delete(key)
    },
  }
}
