import assert from 'node:assert/strict'
import test from 'node:test'
import { createSampledLog } from '../../src/intake/sampled-log.js'

test('a flood fills twenty lines a minute, and the next line tells how many are missing', () => {
  const lines: object[] = []
  let nowMs = 0
  const sampled = createSampledLog({ warn: (details) => lines.push(details), error: () => {} }, () => nowMs)
  for (let i = 0; i < 1000; i++) sampled({ i }, 'x')
  assert.equal(lines.length, 20)
  nowMs = 60_000
  sampled({ i: 'next' }, 'x')
  sampled({ i: 'last' }, 'x')
  assert.deepEqual(lines.slice(20), [{ i: 'next', omitted: 980 }, { i: 'last' }])
})
