import type { Found } from './found.js'
import type { Outlet } from './outlet.js'
import type { Payload } from './payload.js'
import type { WaitingRoom } from './waiting-room.js'

/** A message and its place in the sequence that it belongs to. */
export interface Placed {
  readonly place: number
  readonly payload: Payload
}

/** A numbered sequence that readers follow. */
export interface Course {
  /** Up to where those at the front were given everything. Moves right after a delivery, in the same turn. */
  delivered(): number
  /** What is behind a place, a page at most. */
  read(after: number): Promise<Found<Placed>>
  /** Told what went wrong in catching up; the reader tries again. */
  onError(error: unknown): void
}

/**
 * Those who follow one sequence, each once by place whatever happens: a reader is either at the front, and then gets
 * each delivery, or behind it, and then reads from its own place until it has caught up. It comes to the front in the
 * very turn in which nothing is left between its place and the front, so nothing can fall between the two.
 *
 * A reader whose peer does not take what it was sent leaves the front, and costs no more than a number until the peer
 * has taken it.
 */
export interface Readers {
  join(reader: Outlet, place: number): void
  /** Gives everyone at the front what lies between `from`, where they are, and `upTo`. */
  deliver(items: readonly Placed[], from: number, upTo: number): void
  leave(reader: Outlet): void
  /** Whether it has got all that was delivered. */
  isAtFront(reader: Outlet): boolean
  failAll(error: unknown): void
}

const retryMs = 1_000
const maxFailures = 30

export function createReaders(course: Course, room: WaitingRoom): Readers {
  // Each is in one of these three.
  const front = new Set<Outlet>()
  const behind = new Set<Outlet>()
  /** Those who know more than was delivered here yet, from another node or from the database, and up to where. */
  const ahead = new Map<Outlet, number>()

  function settle(reader: Outlet, place: number): void {
    const delivered = course.delivered()
    behind.delete(reader)
    if (place === delivered) front.add(reader)
    else if (place > delivered) ahead.set(reader, place)
    else void catchUp(reader, place)
  }

  async function catchUp(reader: Outlet, from: number): Promise<void> {
    behind.add(reader)
    room.counts.catchUps += 1
    let place = from
    let failures = 0
    while (behind.has(reader)) {
      if (!(await room.untilDrained(reader)) || !behind.has(reader)) return
      if (place >= course.delivered()) return settle(reader, place)
      try {
        const found = await course.read(place)
        if (!behind.has(reader)) return
        place = pushFound(reader, place, found)
        failures = 0
      } catch (error) {
        course.onError(error)
        failures += 1
        if (failures > maxFailures) return reader.sendAway()
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  /**
   * Up to where all was pushed. What there is no room for is not kept but read again: it may be large, and those who
   * wait for room many.
   */
  function pushFound(outlet: Outlet, place: number, { items, next }: Found<Placed>): number {
    let reached = place
    for (const item of items) {
      if (room.isFull(outlet)) return reached
      room.push(outlet, [item.payload])
      reached = item.place
    }
    return next
  }

  return {
    join: settle,
    leave(reader) {
      front.delete(reader)
      behind.delete(reader)
      ahead.delete(reader)
    },
    isAtFront: (reader) => front.has(reader),

    deliver(items, from, upTo) {
      const payloads = items.map(({ payload }) => payload)
      for (const reader of front) {
        if (room.isFull(reader)) {
          front.delete(reader)
          void catchUp(reader, from)
        } else room.push(reader, payloads)
      }
      for (const [reader, place] of ahead) {
        const unknown = items.filter((item) => item.place > place)
        const payloads = unknown.map(({ payload }) => payload)
        if (payloads.length > 0) room.push(reader, payloads)
        if (place > upTo) continue
        ahead.delete(reader)
        front.add(reader)
      }
    },

    failAll(error) {
      for (const reader of [...front, ...behind, ...ahead.keys()]) reader.fail(error)
    },
  }
}
