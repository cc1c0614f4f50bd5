import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Change, checkFeed } from './check-feed.js'

const change = (position: number, more: Partial<Change> = {}): Change => ({
  cursor: `cursor of ${position}`,
  kind: 'CREATED',
  status: 'PENDING',
  conversion: { id: `cnv_${position}`, transactionId: `order-${position}` },
  ...more,
})
const ledger = [1, 2, 3, 4, 5].map((position) => change(position))
const feed = (...positions: number[]) => positions.map((position) => change(position))

suite('the check of a feed against the ledger', () => {
  test('passes what is whole, from the first change or from a later one on', () => {
    assert.deepEqual(checkFeed(ledger, feed(1, 2, 3, 4, 5)), [])
    assert.deepEqual(checkFeed(ledger, feed(3, 4, 5), 2), [])
    assert.deepEqual(checkFeed([], []), [])
  })

  test('tells what was dropped: at the start, in the middle, at the end, and all of it', () => {
    assert.deepEqual(checkFeed(ledger, feed(2, 3, 4, 5)), ['missed 1'])
    assert.deepEqual(checkFeed(ledger, feed(1, 2, 5)), ['missed 3 to 4'])
    assert.deepEqual(checkFeed(ledger, feed(1, 2, 3, 4)), ['missed 5'])
    assert.deepEqual(checkFeed(ledger, []), ['missed 1 to 5'])
  })

  test('tells what came twice, in a row and after a reconnect that went back too far', () => {
    assert.deepEqual(checkFeed(ledger, feed(1, 2, 2, 3, 4, 5)), ['2 came again, or late, behind 2'])
    assert.deepEqual(checkFeed(ledger, feed(1, 2, 3, 2, 3, 4, 5)), [
      '2 came again, or late, behind 3',
      '3 came again, or late, behind 3',
    ])
    assert.deepEqual(checkFeed(ledger, feed(2, 3, 4, 5), 2), ['2 came again, or late, behind 2'])
  })

  test('tells what came out of order', () => {
    assert.deepEqual(checkFeed(ledger, feed(1, 3, 2, 4, 5)), ['missed 2', '2 came again, or late, behind 3'])
  })

  test('tells what is not in the ledger, and what is in it otherwise', () => {
    assert.deepEqual(checkFeed(ledger.slice(0, 2), feed(1, 2, 3)), [
      'message 3 is not in the ledger: CREATED PENDING order-3 cnv_3',
    ])
    const otherwise = [change(1), change(2, { status: 'APPROVED' }), ...feed(3, 4, 5)]
    assert.deepEqual(checkFeed(ledger, otherwise), [
      '2 was told as CREATED APPROVED order-2 cnv_2, and is CREATED PENDING order-2 cnv_2',
    ])
  })
})
