import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { writeInstant } from '../../src/kernel/write-instant.js'

const maxMs = 8.64e15

suite('An instant', () => {
  test('is written as the language itself does, in any order of days, in any year', () => {
    const instants = fc.oneof(
      fc.integer({ min: -maxMs, max: maxMs }),
      fc.integer({ min: Date.parse('2025-12-30T00:00:00Z'), max: Date.parse('2026-01-02T00:00:00Z') }),
      fc.double({ min: -1e12, max: 2e12, noNaN: true }),
      fc.constantFrom(0, -1, 86_399_999, 86_400_000, -86_400_000, maxMs, -maxMs),
    )
    const written = (atMs: number) => assert.equal(writeInstant(atMs), new Date(atMs).toISOString())
    fc.assert(fc.property(instants, written), { numRuns: 5_000 })
  })

  test('that there is not is refused, whatever was written before', () => {
    writeInstant(0)
    for (const atMs of [Number.NaN, Number.POSITIVE_INFINITY, maxMs + 1]) {
      for (const _ of [1, 2]) assert.throws(() => writeInstant(atMs), RangeError)
    }
    assert.equal(writeInstant(0), '1970-01-01T00:00:00.000Z')
  })
})
