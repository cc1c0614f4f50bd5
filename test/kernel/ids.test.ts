import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { decodeId, encodeId, type Id, newId } from '../../src/kernel/ids.js'

/** From the TypeID specification, whose prefixes are other ones. */
const specified = [
  ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
  ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
  ['00000000-0000-0000-0000-00000000000a', '0000000000000000000000000a'],
  ['00000000-0000-0000-0000-000000000010', '0000000000000000000000000g'],
  ['00000000-0000-0000-0000-000000000020', '00000000000000000000000010'],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['0110c853-1d09-52d8-d73e-1194e95b5f19', '0123456789abcdefghjkmnpqrs'],
  ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
] as const

const uuids = fc.uuid() as fc.Arbitrary<Id<'cnv'>>
/** An id with a character or two that may not belong there. */
const almostIds = fc
  .tuple(uuids, fc.array(fc.tuple(fc.nat(31), fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 2 }))
  .map(([id, changes]) =>
    changes.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at + 1), encodeId('cnv', id)),
  )
const digitTexts = fc.stringMatching(/^cnv_[0-9][0-9a-z]{25}$/)

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** The same by plain arithmetic. */
function read(text: string): string | null {
  if (!/^cnv_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/.test(text)) return null
  const value = [...text.slice(4)].reduce((sum, digit) => sum * 32n + BigInt(alphabet.indexOf(digit)), 0n)
  return value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

suite('Ids', () => {
  test('an id is written and read as the TypeID specification says', () => {
    for (const [uuid, suffix] of specified) {
      assert.equal(encodeId('cnv', uuid as Id<'cnv'>), `cnv_${suffix}`)
      assert.equal(decodeId('cnv', `cnv_${suffix}`), uuid)
    }
  })

  test('an id that was written is read again, under its own prefix only', () => {
    fc.assert(
      fc.property(uuids, (id) => {
        assert.equal(decodeId('cnv', encodeId('cnv', id)), id)
        assert.equal(decodeId('cmp', encodeId('cnv', id)), null)
      }),
    )
  })

  test('a text of other digits, of another length or with more than 128 bits is no id', () => {
    fc.assert(
      fc.property(fc.oneof(almostIds, digitTexts, fc.string()), (text) =>
        assert.equal(decodeId('cnv', text), read(text)),
      ),
      { numRuns: 5_000 },
    )
    const id = encodeId('cnv', newId())
    for (const text of ['', 'cnv', 'cnv_', `${id}0`, id.slice(0, -1), id.toUpperCase(), id.replace('_', '-')]) {
      assert.equal(decodeId('cnv', text), null)
    }
  })

  test('ids sort as the times that they name, in either form', () => {
    const ids = Array.from({ length: 100 }, (_, index) => newId<'clk'>(1_700_000_000_000 + index * 7))
    assert.deepEqual(ids.toSorted(), ids)
    const texts = ids.map((id) => encodeId('clk', id))
    assert.deepEqual(texts.toSorted(), texts)
  })
})
