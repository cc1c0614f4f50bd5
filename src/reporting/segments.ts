import { type Days, daySpans, type Span } from '../ledger/periods-sql.js'
import type { GrainsBySpan } from './choose-grains.js'
import type { Range, RunBorders, Stretch } from './range-sql.js'

/** A stretch of time that is read from roll-ups of one span: to be added, or to be taken away again. */
export interface Segment extends Stretch {
  readonly span: Span
  readonly sign: '' | '-'
}

/**
 * Covers a range with the fewest runs of days that add up to it, and quarters of an hour at the ends. A run that reaches
 * beyond the range may be the shorter way, with what is too much taken away: three days are a run of four less one. Only
 * spans that have a grain are used.
 */
export function coverRange({ fromMs, toMs, runs }: Range, grains: GrainsBySpan): readonly Segment[] {
  const ladder = daySpans.filter((days) => grains[days] !== undefined && runs[days] !== null)
  const borders = ladder[0] === undefined ? null : runs[ladder[0]]
  if (borders === null || borders.from.nextMs >= borders.to.lastMs) return between('quarter', fromMs, toMs)
  const days = { fromMs: borders.from.nextMs, toMs: borders.to.lastMs }
  return [
    ...between('quarter', fromMs, days.fromMs),
    ...fewestRuns(ladder, runs, days).segments,
    ...between('quarter', days.toMs, toMs),
  ]
}

interface Runs {
  readonly segments: readonly Segment[]
  readonly count: number
}

/** Either all in runs of the first span, or some of those at the ends, from or to where longer runs begin. */
function fewestRuns([span, ...longer]: readonly Days[], runs: Range['runs'], { fromMs, toMs }: Stretch): Runs {
  if (span === undefined) throw new Error('days are covered by runs of days')
  const ways: Runs[] = [inRuns(span, between(span, fromMs, toMs))]
  const next = longer[0] === undefined ? null : runs[longer[0]]
  for (const inner of next === null ? [] : pairs(next)) {
    const ends = inRuns(span, [...between(span, fromMs, inner.fromMs), ...between(span, inner.toMs, toMs)])
    const middle = fewestRuns(longer, runs, inner)
    ways.push({ segments: [...ends.segments, ...middle.segments], count: ends.count + middle.count })
  }
  return ways.reduce((fewest, way) => (way.count < fewest.count ? way : fewest))
}

/** The stretches that begin and end where runs do, each end before or behind that of the range. */
const pairs = ({ from, to }: RunBorders): Stretch[] =>
  [from.lastMs, from.nextMs]
    .flatMap((fromMs) => [to.lastMs, to.nextMs].map((toMs) => ({ fromMs, toMs })))
    .filter((stretch) => stretch.fromMs <= stretch.toMs)

/** What leads from one instant to another: to be taken away where it leads back. */
function between(span: Span, fromMs: number, toMs: number): Segment[] {
  if (fromMs === toMs) return []
  return [fromMs < toMs ? { span, sign: '', fromMs, toMs } : { span, sign: '-', fromMs: toMs, toMs: fromMs }]
}

const dayMs = 86_400_000

/** Days are an hour shorter or longer where the clock changes. */
const inRuns = (days: Days, segments: readonly Segment[]): Runs => ({
  segments,
  count: segments.reduce((count, { fromMs, toMs }) => count + Math.round((toMs - fromMs) / (days * dayMs)), 0),
})
