import assert from 'node:assert/strict'
import test from 'node:test'
import { addressKey, createRateLimit } from '../../src/intake/rate-limit.js'

function startLimit(perSecond: number) {
  const time = { nowMs: 1_000_000 }
  const limit = createRateLimit(perSecond, () => time.nowMs)
  const takeAll = (key: string, most: number) => {
    let taken = 0
    while (taken < most && limit.takeMs(key) === 0) taken++
    return taken
  }
  return { time, limit, takeAll }
}

test('ten seconds of the rate may come at once, and then what the rate gives', () => {
  const { time, limit, takeAll } = startLimit(5)
  assert.equal(takeAll('a', 1_000), 50)
  assert.equal(limit.takeMs('a'), 200)
  time.nowMs += 199
  assert.equal(limit.takeMs('a'), 1)
  time.nowMs += 1
  assert.equal(takeAll('a', 1_000), 1)
  time.nowMs += 1_000
  assert.equal(takeAll('a', 1_000), 5)
})

test('a bucket never holds more than ten seconds, however long it stood', () => {
  const { time, takeAll } = startLimit(5)
  takeAll('a', 1_000)
  time.nowMs += 3_600_000
  assert.equal(takeAll('a', 1_000), 50)
})

test('one who sends too much takes nothing from another', () => {
  const { takeAll } = startLimit(1)
  assert.equal(takeAll('a', 1_000), 10)
  assert.equal(takeAll('b', 1_000), 10)
})

test('looking takes nothing', () => {
  const { limit, takeAll } = startLimit(1)
  for (let count = 0; count < 100; count++) assert.equal(limit.waitMs('a'), 0)
  assert.equal(takeAll('a', 1_000), 10)
  assert.equal(limit.waitMs('a'), 1_000)
})

test('a rate of 0 limits nothing', () => {
  assert.equal(startLimit(0).takeAll('a', 100_000), 100_000)
})

test('an address of IPv6 shares its bucket with its network, one of IPv4 with none', () => {
  assert.equal(addressKey('2001:db8::1'), addressKey('2001:db8:0:0:ffff::2'))
  assert.notEqual(addressKey('2001:db8::1'), addressKey('2001:db8:0:1::1'))
  assert.notEqual(addressKey('192.0.2.1'), addressKey('192.0.2.2'))
  assert.equal(addressKey(null), '')
})
