import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createTestDatabase } from '../support/database.js'

test('an ORM that closes while connections are on their way is closed, and does not wait for them for ever', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const database = await createTestDatabase({ poolMax: 20 })
    const reads = Array.from({ length: 15 }, () => database.rows('select 1'))
    const outcomes = Promise.allSettled(reads)
    // Into the midst of the connecting.
    for (let tick = 0; tick <= turn; tick += 1) await new Promise(setImmediate)
    const closed = await Promise.race([database.drop().then(() => true), delay(10_000, false, { ref: false })])
    assert.ok(closed, 'it never closed')
    await outcomes
  }
})
