import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Outcome } from './isolation-run.js'

suite('who hears what, of 100,000 changes of two tenants', { timeout: 240_000 }, () => {
  test('each gets exactly its own changes, in order, and no money that is hidden from it', async () => {
    // In a thread of its own: the test runner follows every promise of its own thread, and here they are millions.
    const worker = new Worker(new URL('./isolation-run.js', import.meta.url))
    const [{ changes, compared, strange }] = (await once(worker, 'message')) as [Outcome]
    for (const { of, heard, expected } of compared) {
      assert.deepEqual(heard.first, expected.first, of)
      assert.deepEqual(heard, expected, of)
    }
    assert.deepEqual(strange, [])
    assert.equal(compared.length, 2 * 6 * 7)
    assert.equal(changes, 100_000)
  })
})
