import { LRUCache } from 'lru-cache'
import type { Clock } from '../kernel/clock.js'
import type { Presence } from './presence.js'

/**
 * Remembers look-ups, found and in vain, each kind within its own bound: a flood of made-up keys pushes out other
 * made-up keys, never a real one. Who asks for what is being looked up already waits for that answer.
 *
 * What was found is believed for its time. After it the database is asked again, and only where that does not answer is
 * what it said last taken once more, for a longer time. What it has not said is never made up: a look-up without an
 * answer fails, and does not find nothing.
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
  /** How old what was found may be while the database does not answer; none: no older than its time. */
  readonly awayTtlMs?: number
  readonly maxAbsent: number
  readonly absentTtlMs: number
  readonly clock: Clock
  /** Knows when waiting for an answer is in vain; none: it is waited for. */
  readonly presence?: Pick<Presence, 'ask'> | undefined
}

export function createLookup<Key extends string, Found extends object>({
  load,
  maxFound,
  foundTtlMs = Number.POSITIVE_INFINITY,
  awayTtlMs = foundTtlMs,
  maxAbsent,
  absentTtlMs,
  clock,
  presence = { ask: (read) => read() },
}: LookupOptions<Key, Found>): Lookup<Key, Found> {
  const found = new LRUCache<Key, { readonly value: Found; readonly atMs: number }>({ max: maxFound })
  const absent = new LRUCache<Key, true>({
    max: maxAbsent,
    ttl: absentTtlMs,
    ttlResolution: 0,
    perf: { now: clock },
  })
  const underWay = new Map<Key, Promise<Found | null>>()

  const remembered = (key: Key, ttlMs: number): Found | null => {
    const entry = found.get(key)
    return entry !== undefined && clock() - entry.atMs <= ttlMs ? entry.value : null
  }

  async function look(key: Key): Promise<Found | null> {
    const answer = presence.ask(() => load(key))
    underWay.set(key, answer)
    try {
      const value = await answer
      if (underWay.get(key) === answer) {
        if (value === null) {
          absent.set(key, true)
          found.delete(key)
        } else found.set(key, { value, atMs: clock() })
      }
      return value
    } finally {
      if (underWay.get(key) === answer) underWay.delete(key)
    }
  }

  return {
    async find(key) {
      const fresh = remembered(key, foundTtlMs)
      if (fresh !== null) return fresh
      if (absent.has(key)) return null
      try {
        return await (underWay.get(key) ?? look(key))
      } catch (error) {
        const old = remembered(key, awayTtlMs)
        if (old !== null) return old
        throw error
      }
    },
    forget(key) {
      found.delete(key)
      absent.delete(key)
      underWay.delete(key)
    },
  }
}
