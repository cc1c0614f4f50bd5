import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { decodeId, encodeId, type Id } from '../../../src/kernel/ids.js'
import { lowestId } from '../../../src/ledger/partitions.js'
import { createTestDatabase, type TestDatabase } from '../../support/database.js'

const extremes = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

suite('ids in SQL', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  const uuids = fc.array(fc.oneof(fc.uuid(), fc.constantFrom(...extremes)), { minLength: 1, maxLength: 200 })

  test('read as the API writes them, and back', async () => {
    await fc.assert(
      fc.asyncProperty(uuids, async (ids) => {
        const expected = ids.map((id) => encodeId('cmp', id as Id<'cmp'>))
        const [found] = await database.rows<{ texts: string[]; uuids: string[] }>(
          `select array_agg(bi.encode_id('cmp', id) order by place) as texts,
                  array_agg(bi.decode_id(bi.encode_id('cmp', id)) order by place)::text[] as uuids
             from unnest($1::uuid[]) with ordinality as t (id, place)`,
          [ids],
        )
        assert.deepEqual(found, { texts: expected, uuids: ids })
      }),
      { numRuns: 30 },
    )
  })

  test('that are none are null, and so are those of null', async () => {
    const texts = [
      '',
      'cmp',
      'cmp_',
      'cmp_81k5shcewm8swzpb1wvpx5g01m',
      `cmp_${'0'.repeat(25)}`,
      `cmp_${'0'.repeat(27)}`,
    ]
    const odd = [`cmp_8${'0'.repeat(25)}`, `cmp_0${'u'.repeat(25)}`, `CMP_${'0'.repeat(26)}`, ` cmp_${'0'.repeat(26)}`]
    for (const text of [...texts, ...odd]) {
      const [found] = await database.rows('select bi.decode_id($1) as id', [text])
      assert.deepEqual([found, decodeId('cmp', text)], [{ id: null }, null], text)
    }
    const [none] = await database.rows(`select bi.encode_id('cmp', null) as text, bi.decode_id(null) as id`)
    assert.deepEqual(none, { text: null, id: null })
  })

  test('of a moment begin where the ledger says they do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -1, max: 4e12 }), async (ms) => {
        const [found] = await database.rows('select bi.lowest_id(to_timestamp($1::float8 / 1000)) as id', [ms])
        assert.deepEqual(found, { id: lowestId(ms) })
      }),
    )
  })
})
