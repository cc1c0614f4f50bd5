import { LRUCache } from 'lru-cache'

/**
 * Whether a visitor clicks on one link more often than people do: from more than `most` clicks within a minute on, the
 * further ones are a machine's, until it has stopped for a minute. It is what this node has seen; behind several nodes
 * a machine gets as many minutes' worth as there are nodes.
 */
export type NoticeBurst = (visitor: string, linkId: string, atMs: number) => boolean

const windowMs = 60_000
const maxVisitors = 50_000

/** A `most` of 0 notices nothing. */
export function createBurstNotice(most: number): NoticeBurst {
  if (most === 0) return () => false
  const seen = new LRUCache<string, { count: number; sinceMs: number }>({ max: maxVisitors })
  return (visitor, linkId, atMs) => {
    const key = `${linkId}${visitor}`
    const visits = seen.get(key)
    if (visits === undefined || atMs - visits.sinceMs >= windowMs) {
      seen.set(key, { count: 1, sinceMs: atMs })
      return false
    }
    visits.count++
    if (visits.count <= most) return false
    visits.sinceMs = atMs
    return true
  }
}
