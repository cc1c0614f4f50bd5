import assert from 'node:assert/strict'
import test from 'node:test'
import { createAddressCheck } from '../../src/intake/allow-address.js'
import type { AdvertiserId } from '../../src/kernel/ids.js'

const mayComeFrom = createAddressCheck()
const terms = {
  id: 'a' as AdvertiserId,
  preset: 'canonical' as const,
  allowedIps: ['192.0.2.1'],
  requireSignature: false,
}
const allows = (allowedIps: string[], ip: string | null) => mayComeFrom({ ...terms, allowedIps }, ip)

test('an empty list allows any address, a known one or not', () => {
  assert.equal(allows([], '192.0.2.1'), true)
  assert.equal(allows([], null), true)
})

const cases: [entry: string, ip: string | null, allowed: boolean][] = [
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.0/24', '192.0.2.200', true],
  ['192.0.2.0/24', '192.0.3.1', false],
  ['192.0.2.0/24', '::ffff:192.0.2.200', true],
  ['::ffff:192.0.2.0/120', '192.0.2.200', true],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '192.0.2.1', false],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['192.0.2.1', null, false],
  ['192.0.2.1', 'unknown', false],
  ['nonsense', '192.0.2.1', false],
  ['10', '0.0.0.10', false],
]
for (const [entry, ip, allowed] of cases) {
  test(`${entry} ${allowed ? 'allows' : 'does not allow'} ${ip}`, () => assert.equal(allows([entry], ip), allowed))
}

test('one entry that fits is enough, and one mistake does not spoil the others', () => {
  assert.equal(allows(['nonsense', '2001:db8::/32', '192.0.2.1'], '192.0.2.1'), true)
})

test('changed terms count at once', () => {
  assert.equal(mayComeFrom(terms, '192.0.2.2'), false)
  assert.equal(mayComeFrom({ ...terms, allowedIps: ['192.0.2.2'] }, '192.0.2.2'), true)
})
