import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { families, type Grain } from '../../src/ledger/grains.js'
import { daySpans } from '../../src/ledger/periods-sql.js'
import type { GrainsBySpan } from '../../src/reporting/choose-grains.js'
import type { Range } from '../../src/reporting/range-sql.js'
import { coverRange } from '../../src/reporting/segments.js'

const quarterMs = 900_000
const dayMs = 86_400_000

const ofCampaigns = families.base.filter(({ name }) => name.startsWith('campaign'))
const allSpans: GrainsBySpan = Object.fromEntries(ofCampaigns.map((grain: Grain) => [grain.span, grain]))

/** In a zone whose days are those of UTC. */
function rangeOf(fromMs: number, toMs: number): Range {
  const bordersOf = (atMs: number, runMs: number) => ({
    lastMs: Math.floor(atMs / runMs) * runMs,
    nextMs: Math.ceil(atMs / runMs) * runMs,
  })
  const runs = daySpans.map((days) => [
    days,
    { from: bordersOf(fromMs, days * dayMs), to: bordersOf(toMs, days * dayMs) },
  ])
  const mark = { position: '0', revision: '0' }
  return { fromMs, toMs, zone: 'UTC', currency: 'EUR', runs: Object.fromEntries(runs) as Range['runs'], mark }
}

/** How many runs cover what lies between two days. */
function runsOf(fromDay: number, toDay: number): number {
  const segments = coverRange(rangeOf(fromDay * dayMs, toDay * dayMs), allSpans)
  return segments.reduce((count, { span, fromMs, toMs }) => count + (toMs - fromMs) / dayMs / Number(span), 0)
}

suite('the cover of a range', () => {
  test('counts each quarter of an hour of the range once, and none beyond it', () => {
    const quarters = fc.integer({ min: 0, max: 200 * 96 })
    fc.assert(
      fc.property(quarters, quarters, fc.subarray([...daySpans], { minLength: 0 }), (one, other, spans) => {
        const range = rangeOf(Math.min(one, other) * quarterMs, Math.max(one, other) * quarterMs)
        // A ladder has all its lower rungs.
        const ladder = daySpans.slice(0, spans.length)
        const grains = Object.fromEntries(['quarter' as const, ...ladder].map((span) => [span, allSpans[span]]))
        const segments = coverRange(range, grains)
        // How much is added from an instant on.
        const steps = new Map<number, number>()
        for (const { fromMs, toMs, sign, span } of segments) {
          const count = sign === '' ? 1 : -1
          const grid = span === 'quarter' ? quarterMs : span * dayMs
          assert.deepEqual([fromMs % grid, toMs % grid], [0, 0])
          steps.set(fromMs, (steps.get(fromMs) ?? 0) + count)
          steps.set(toMs, (steps.get(toMs) ?? 0) - count)
        }
        const borders = [...steps].filter(([, step]) => step !== 0).sort(([a], [b]) => a - b)
        const { fromMs, toMs } = range
        assert.deepEqual(
          borders,
          fromMs === toMs
            ? []
            : [
                [fromMs, 1],
                [toMs, -1],
              ],
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('takes the shorter way, also where it reaches beyond the range', () => {
    const ranges = [
      [0, 3],
      [0, 64],
      [1, 63],
      [0, 90],
      [61, 67],
    ] as const
    assert.deepEqual(
      ranges.map(([from, to]) => runsOf(from, to)),
      [2, 1, 3, 6, 4],
    )
  })
})
