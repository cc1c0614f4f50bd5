import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../../src/kernel/vocabulary.js'

// From dist/test/intake back to the top of the project.
const intake = readFileSync(new URL('../../../docs/INTAKE.md', import.meta.url), 'utf8')
const withoutReceipt = reasonCodes.slice(reasonCodes.indexOf('UNAUTHENTICATED'))

test('docs/INTAKE.md tells of every reason code that a receipt may have, and of no other', () => {
  const table = intake.slice(intake.indexOf('## Reason codes'))
  const told = table.split('\n').flatMap((line) => line.split('|')[1]?.match(/[A-Z]+(?:_[A-Z]+)+|AMBIGUOUS/g) ?? [])
  const kept = reasonCodes.filter((code) => !withoutReceipt.includes(code))
  assert.deepEqual([...new Set(told)].sort(), [...kept].sort())
})
