import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Catalog } from '../../src/attribution/terms.js'
import { newId, type WorkspaceId } from '../../src/kernel/ids.js'
import { createLeftHeads } from '../../src/ledger/left-heads.js'
import type { Head } from '../../src/ledger/read-batch.js'

suite('where a node has left the heads', () => {
  const workspaceId: WorkspaceId = newId<'wsp'>()
  const catalog = { version: 1 } as Catalog // nothing else of it is asked for
  const at = (stamp: number): Head => ({
    ...{ workspaceId, epoch: 1, position: stamp, revision: stamp, receiptSequence: stamp, catalogVersion: 1 },
    ...{ bookedAtMs: 0, stamp },
  })
  const open = () => {
    const left = createLeftHeads({ remembered: () => catalog })
    return {
      expected: () => left.expect([workspaceId])?.get(workspaceId)?.stamp ?? null,
      leave: (before: number, after: number, isFound = false) =>
        left.leave([{ before: at(before), after: at(after) }], isFound),
      fail: (before: number, after: number) => left.distrust([{ before: at(before), after: at(after) }]),
    }
  }

  test('is where the next batch is decided, as long as nobody else writes', () => {
    const { expected, leave } = open()
    assert.equal(expected(), null)
    leave(0, 1, true)
    leave(1, 2)
    assert.equal(expected(), 2)
    leave(7, 8, true)
    assert.equal(expected(), null)
    leave(8, 9, true)
    assert.equal(expected(), 9)
  })

  test('is looked up after a failure, also where a batch was being decided when that was heard of', () => {
    const { expected, leave, fail } = open()
    leave(0, 1, true)
    leave(1, 2)
    // Two lanes: the second expects what the first has left, which then turns out never to have been written.
    assert.equal(expected(), 2)
    fail(1, 2)
    leave(2, 3)
    assert.equal(expected(), null)
  })
})
