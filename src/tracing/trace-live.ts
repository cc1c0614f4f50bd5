import { SpanKind, type Tracer } from '@opentelemetry/api'
import { LRUCache } from 'lru-cache'
import { fineClock } from '../kernel/clock.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { LiveCounts } from '../live/waiting-room.js'
import type { WatchLive } from '../live/watch-live.js'
import { readParent, writeTraceparent } from './traceparent.js'

/** A commit that is to be passed on, by the position that it ended with. */
interface Due {
  readonly position: number
  readonly trace: string
}

const maxWorkspaces = 1_000
/** Of one workspace; of what comes faster than it is passed on, the older ones are not followed further. */
const maxDue = 256

/**
 * A commit's way to those who are at the front: a span where other nodes are told of it, and on each node one where its
 * changes are put on their way to everyone. Those who catch up read the ledger, which knows nothing of traces.
 */
export function traceLive(tracer: Tracer, counts: LiveCounts): WatchLive {
  const due = new LRUCache<WorkspaceId, Due[]>({ max: maxWorkspaces })

  /** Those that end between the two positions; what is before is forgotten. */
  function takeDue(workspaceId: WorkspaceId, from: number, upTo: number): Due[] {
    const all = due.get(workspaceId) ?? []
    const later = all.filter(({ position }) => position > upTo)
    if (later.length === 0) due.delete(workspaceId)
    else due.set(workspaceId, later)
    return all.filter(({ position }) => position > from && position <= upTo)
  }

  return {
    heard({ workspaceId, position, trace }) {
      if (trace === undefined) return
      due.set(workspaceId, [...(due.get(workspaceId) ?? []), { position, trace }].slice(-maxDue))
    },

    published(commit, by) {
      if (commit.trace === undefined) return commit
      const attributes = { 'messaging.system': by }
      const span = tracer.startSpan('live publish', { kind: SpanKind.PRODUCER, attributes }, parentOf(commit.trace))
      span.end()
      return { ...commit, trace: writeTraceparent(span) }
    },

    passing: (workspaceId, prepare) => async (changes, from, upTo) => {
      const startTime = fineClock()
      const passOn = await prepare(changes, from, upTo)
      return () => {
        const before = counts.messages
        passOn()
        const attributes = { 'pulseback.messages': counts.messages - before, 'pulseback.changes': changes.length }
        for (const { trace } of takeDue(workspaceId, from, upTo)) {
          tracer.startSpan('live deliver', { startTime, attributes }, parentOf(trace)).end()
        }
      }
    },
  }
}

const parentOf = (traceparent: string) => readParent({ traceparent })
