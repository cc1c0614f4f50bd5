import { ledgerGrain } from '../ledger/grains.js'
import { daySpans, type Span } from '../ledger/periods-sql.js'
import type { GrainsBySpan } from './choose-grains.js'
import type { Range, Stretch } from './range-sql.js'

/** A stretch of a report's time that is read from roll-ups of one span. */
export interface Segment extends Stretch {
  readonly span: Span
}

/**
 * Cuts a range into the longest runs of days, the shorter ones around them, and quarters of an hour at the ends: the
 * fewest rows that add up to exactly the range. Only spans that have a grain are used.
 */
export function cutRange({ fromMs, toMs, runs }: Range, grains: GrainsBySpan): Segment[] {
  const segments: Segment[] = []
  let outer: Stretch = { fromMs, toMs }
  let span: Span = 'quarter'
  for (const days of daySpans) {
    const inner = grains[days] === undefined ? empty : within(runs[days], outer)
    if (inner.fromMs === inner.toMs) continue
    segments.push(...around(span, outer, inner))
    outer = inner
    span = days
  }
  return [...segments, { span, ...outer }].filter((segment) => segment.fromMs < segment.toMs)
}

const empty: Stretch = { fromMs: 0, toMs: 0 }

function within(inner: Stretch, outer: Stretch): Stretch {
  return inner.fromMs >= outer.fromMs && inner.toMs <= outer.toMs && inner.fromMs < inner.toMs ? inner : empty
}

/** What of `outer` lies before and behind `inner`. */
const around = (span: Span, outer: Stretch, inner: Stretch): Segment[] => [
  { span, fromMs: outer.fromMs, toMs: inner.fromMs },
  { span, fromMs: inner.toMs, toMs: outer.toMs },
]

/** Whether a segment is read from what the ledger keeps itself, which is never behind. */
export const isCurrent = ({ span }: Segment, grains: GrainsBySpan): boolean => grains[span] === ledgerGrain
