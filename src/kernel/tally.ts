/** How often each of a few things has happened since the start, named by two words. Counting is an increment. */
export interface Tally {
  count(first: string, second?: string): void
  read(): Iterable<readonly [first: string, second: string, count: number]>
}

/** For words from closed lists only: it has no limit of its own. */
export function createTally(): Tally {
  const counts = new Map<string, Map<string, number>>()
  return {
    count(first, second = '') {
      let inner = counts.get(first)
      if (inner === undefined) {
        inner = new Map()
        counts.set(first, inner)
      }
      inner.set(second, (inner.get(second) ?? 0) + 1)
    },
    *read() {
      for (const [first, inner] of counts) for (const [second, count] of inner) yield [first, second, count]
    },
  }
}
