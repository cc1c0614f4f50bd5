import type { WorkspaceId } from '../kernel/ids.js'
import type { News } from './news.js'

/** What was found behind a place: the items, and the place to go on from. */
export interface Found<Item, Place> {
  readonly items: readonly Item[]
  readonly next: Place
  /** Whether the end was reached; otherwise there may be more right away. */
  readonly caughtUp: boolean
}

/**
 * Follows a sequence from a place on, for as long as the consumer takes: everything behind the place, in order, each
 * once. It only ever reads by place, so nothing that happens between two reads can be missed, and it reads on only when
 * the consumer has taken what was found, so a slow consumer holds back one page and no one else.
 */
export function follow<Item, Place>(
  news: News,
  workspaceId: WorkspaceId,
  start: Place,
  read: (after: Place) => Promise<Found<Item, Place>>,
): AsyncIterableIterator<Item> {
  return interruptible(async function* (signal) {
    const leave = news.follow(workspaceId)
    try {
      let place = start
      while (!signal.aborted) {
        const heard = news.heard(workspaceId)
        const found = await read(place)
        yield* found.items
        place = found.next
        if (found.caughtUp) await news.wait(workspaceId, heard, signal)
      }
    } finally {
      leave()
    }
  })
}

/** An iterator that can be ended while it waits: a generator alone would hear of it only after its next item. */
export function interruptible<Item>(make: (signal: AbortSignal) => AsyncGenerator<Item>): AsyncIterableIterator<Item> {
  const stop = new AbortController()
  const generator = make(stop.signal)
  return {
    next: () => generator.next(),
    return: () => {
      stop.abort()
      return generator.return(undefined)
    },
    throw: (error) => {
      stop.abort()
      return generator.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
