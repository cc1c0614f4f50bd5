import { ledgerGrain } from '../ledger/grains.js'
import type { Span } from '../ledger/periods-sql.js'
import type { GrainsBySpan } from './choose-grains.js'
import type { Range, Stretch } from './range-sql.js'

/** A stretch of a report's time that is read from roll-ups of one span. */
export interface Segment extends Stretch {
  readonly span: Span
}

/**
 * Cuts a range into whole months, the whole days around them, and quarters of an hour at the ends: the fewest rows that
 * add up to exactly the range. Only spans that have a grain are used.
 */
export function cutRange({ fromMs, toMs, days, months }: Range, grains: GrainsBySpan): Segment[] {
  const range = { fromMs, toMs }
  const byDay = grains.day === undefined ? empty : within(days, range)
  const byMonth = grains.month === undefined ? empty : within(months, byDay)
  return [
    ...around('quarter', range, byDay),
    ...around('day', byDay, byMonth),
    { span: 'month' as const, ...byMonth },
  ].filter((segment) => segment.fromMs < segment.toMs)
}

const empty: Stretch = { fromMs: 0, toMs: 0 }

function within(inner: Stretch, outer: Stretch): Stretch {
  return inner.fromMs >= outer.fromMs && inner.toMs <= outer.toMs && inner.fromMs < inner.toMs ? inner : empty
}

/** What of `outer` lies before and behind `inner`. */
function around(span: Span, outer: Stretch, inner: Stretch): Segment[] {
  if (inner.fromMs === inner.toMs) return [{ span, ...outer }]
  return [
    { span, fromMs: outer.fromMs, toMs: inner.fromMs },
    { span, fromMs: inner.toMs, toMs: outer.toMs },
  ]
}

/** Whether a segment is read from what the ledger keeps itself, which is never behind. */
export const isCurrent = ({ span }: Segment, grains: GrainsBySpan): boolean => grains[span] === ledgerGrain
