import type { DemoEvent } from './perform.js'

/** What is to come, soonest first. */
export interface Agenda {
  /** What there is no room for does not happen. */
  add(event: DemoEvent): void
  /** Takes out the next event that is due at `nowMs`. */
  takeDue(nowMs: number): DemoEvent | null
  /** When the next event is due; infinity where there is none. */
  nextMs(): number
}

export function createAgenda(maxEvents: number): Agenda {
  const events: DemoEvent[] = []
  const nextMs = () => events[0]?.atMs ?? Number.POSITIVE_INFINITY
  return {
    add(event) {
      if (events.length >= maxEvents) return
      const behind = events.findIndex(({ atMs }) => atMs > event.atMs)
      events.splice(behind === -1 ? events.length : behind, 0, event)
    },
    takeDue: (nowMs) => (nextMs() <= nowMs ? (events.shift() ?? null) : null),
    nextMs,
  }
}
