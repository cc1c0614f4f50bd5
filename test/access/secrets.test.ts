import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { createCursors, type Place } from '../../src/access/cursor.js'
import { isMistypedKey, newKeyText } from '../../src/access/keys.js'
import type { Scope } from '../../src/access/scope.js'
import { createSeal } from '../../src/access/seal.js'
import { encodeId, newId } from '../../src/kernel/ids.js'

const refused = { code: 'BAD_USER_INPUT', field: 'after' }

suite('Cursors', () => {
  const secret = randomBytes(32)
  const cursors = createCursors(secret)
  const workspaceId = newId<'wsp'>()
  const keyId = newId<'key'>()
  const admin: Scope = { workspaceId, keyId, role: 'ADMIN', advertiserId: null, affiliateId: null }
  const affiliate: Scope = { workspaceId, keyId, role: 'AFFILIATE', advertiserId: null, affiliateId: newId() }
  const place: Place = { epoch: 1, position: 41, revision: 99, catalogVersion: 7 }

  test('a cursor gives back the place that it was made of', () => {
    const most = Number.MAX_SAFE_INTEGER
    for (const each of [
      place,
      { epoch: 0, position: 0, revision: 0, catalogVersion: 0 },
      { epoch: most, position: most, revision: most, catalogVersion: most },
    ]) {
      assert.deepEqual(cursors.open(admin, cursors.seal(admin, each)), each)
    }
  })

  test('the same place is the same text, for another key of the same scope and on another node too', () => {
    const text = cursors.seal(admin, place)
    assert.equal(cursors.seal({ ...admin, keyId: newId() }, place), text)
    assert.equal(createCursors(secret).seal(admin, place), text)
  })

  test('a cursor does not tell where it is: neighbours differ all over, and all have one length', () => {
    const texts = Array.from({ length: 100 }, (_, index) =>
      cursors.seal(admin, { ...place, position: 10 ** (index % 16) + index }),
    )
    assert.equal(new Set(texts.map((text) => text.slice(0, 16))).size, 100)
    assert.deepEqual(new Set(texts.map((text) => text.length)), new Set([80]))
  })

  test('a cursor opens for the scope that it was given to and no other', () => {
    const text = cursors.seal(affiliate, place)
    const others: Scope[] = [
      admin,
      { ...affiliate, affiliateId: newId() },
      { ...affiliate, workspaceId: newId() },
      { ...affiliate, role: 'ADVERTISER', advertiserId: newId(), affiliateId: null },
    ]
    for (const other of others) assert.throws(() => cursors.open(other, text), refused)
  })

  test('a cursor that was changed anywhere, cut, lengthened or made up is refused', () => {
    const text = cursors.seal(admin, place)
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A'
      assert.throws(() => cursors.open(admin, text.slice(0, at) + other + text.slice(at + 1)), refused)
    }
    const foreign = createCursors(randomBytes(32)).seal(admin, place)
    for (const made of ['', '41', text.slice(1), `${text}A`, `${text}=`, 'x'.repeat(80), 'x'.repeat(1e6), foreign]) {
      assert.throws(() => cursors.open(admin, made), refused)
    }
  })

  test('what is no place is never sealed', () => {
    for (const position of [-1, 1.5, 2 ** 53, Number.NaN]) {
      assert.throws(() => cursors.seal(admin, { ...place, position }), RangeError)
    }
  })
})

suite('Keys', () => {
  test('a key names its role and its id, and is different each time', () => {
    const id = newId<'key'>()
    const text = newKeyText('ANALYST', id)
    assert.match(text, /^pb_analyst_[0-9a-z]{64}$/)
    assert.equal(text.slice('pb_analyst_'.length, -38), encodeId('key', id).slice(4))
    assert.notEqual(newKeyText('ANALYST', id), text)
  })

  test('one wrong character anywhere is told from a key that is unknown', () => {
    const text = newKeyText('ADMIN', newId())
    assert.equal(isMistypedKey(text), false)
    for (let at = 'pb_admin_'.length; at < text.length; at += 1) {
      const other = text[at] === '0' ? '1' : '0'
      assert.equal(isMistypedKey(text.slice(0, at) + other + text.slice(at + 1)), true)
    }
    assert.equal(isMistypedKey('a key that someone made up, of 32 characters'), false)
  })
})

suite('Sealed text', () => {
  test('opens only where it was put, and only unchanged', () => {
    const seal = createSeal(randomBytes(32))
    const sealed = seal.seal('pbt_secret', 'mine')
    assert.equal(seal.unseal(sealed, 'mine'), 'pbt_secret')
    assert.notDeepEqual(seal.seal('pbt_secret', 'mine'), sealed)
    assert.throws(() => seal.unseal(sealed, 'yours'))
    assert.throws(() => createSeal(randomBytes(32)).unseal(sealed, 'mine'))
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      assert.throws(() => seal.unseal(changed, 'mine'))
    }
  })
})
