import assert from 'node:assert/strict'
import test from 'node:test'
import { parseTimestamp } from '../../src/intake/parse-timestamp.js'

const understood: [text: string, iso: string][] = [
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31 12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T23:30:00-05:30', '2026-02-01T05:00:00.000Z'],
  ['2026-01-31T12:00:00.1Z', '2026-01-31T12:00:00.100Z'],
  ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['1767225600', '2026-01-01T00:00:00.000Z'],
  ['1767225600.5', '2026-01-01T00:00:00.500Z'],
  ['1767225600.123', '2026-01-01T00:00:00.123Z'],
  ['1767225600000', '2026-01-01T00:00:00.000Z'],
]
for (const [text, iso] of understood) {
  test(`${text} is ${iso}`, () => {
    assert.equal(new Date(parseTimestamp(text) ?? Number.NaN).toISOString(), iso)
  })
}

const notUnderstood = [
  '2026-02-30T12:00:00Z',
  '2025-02-29T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-00-10T12:00:00Z',
  '2026-01-00T12:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-01-31T12:60:00Z',
  '2026-01-31T12:00:61Z',
  '2026-01-31T12:00:00+24:00',
  '2026-01-31T12:00:00',
  '2026-01-31T12:00:00 02:00',
  '2026-01-31T12:00Z',
  '2026-01-31',
  '31.01.2026',
  'yesterday',
  '-1767225600',
  '1.767e9',
  '1767225600.',
  '123456789012345',
  ' 1767225600',
  '',
]
for (const text of notUnderstood) {
  test(`"${text}" is no timestamp`, () => assert.equal(parseTimestamp(text), null))
}

test('each millisecond is read as itself', () => {
  for (let ms = 0; ms < 1000; ms++) {
    const fraction = String(ms).padStart(3, '0')
    assert.equal((parseTimestamp(`2026-01-01T00:00:00.${fraction}Z`) ?? 0) % 1000, ms)
    assert.equal((parseTimestamp(`1767225600.${fraction}`) ?? 0) % 1000, ms)
  }
})
