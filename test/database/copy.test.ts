import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { type ColumnTypes, NotEncodable, type SqlValues } from '../../src/database/copy-encoding.js'
import { openPipeline, type Pipeline } from '../../src/database/pipeline.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const types = {
  uuid: 'uuid',
  text: 'text',
  boolean: 'boolean',
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  timestamptz: 'timestamptz',
  numeric: 'numeric',
  jsonb: 'jsonb',
  inet: 'inet',
  texts: 'text[]',
} as const satisfies ColumnTypes

type Row = { readonly [Name in keyof typeof types]: SqlValues[(typeof types)[Name]] | null }

/** Without NUL, which no text of the database has, and without lone surrogates, which are no characters. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((value) => value.replaceAll('\0', '')),
)
const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength })
const decimal = fc
  .tuple(fc.constantFrom('', '-'), digits(20), fc.option(digits(12)))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`)
const values: { readonly [Name in keyof Row]: fc.Arbitrary<NonNullable<Row[Name]>> } = {
  uuid: fc.uuid(),
  text,
  boolean: fc.boolean(),
  smallint: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  integer: fc.integer(),
  bigint: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
  timestamptz: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) }),
  numeric: decimal,
  jsonb: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null))),
  inet: fc.oneof(fc.ipV4(), fc.ipV6()),
  texts: fc.array(text, { maxLength: 4 }),
}
const row = fc.record(
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.option<unknown>(value, { freq: 8 })])),
) as unknown as fc.Arbitrary<Row> // each name's own values

suite('rows that are copied into a table', () => {
  let database: TestDatabase
  let pipeline: Pipeline
  before(async () => {
    database = await createTestDatabase()
    pipeline = await openPipeline(database.connection, 5_000)
    const columns = Object.entries(types).map(([name, type]) => `"${name}" ${type}`)
    await database.rows(`create table copied (line serial primary key, ${columns.join(', ')})`)
  })
  after(async () => {
    await pipeline.close()
    await database.drop()
  })

  const copy = (rows: readonly Row[]) => pipeline.copy('copied', types, rows)
  const inTransaction = (work: () => readonly Promise<unknown>[]) =>
    Promise.allSettled(pipeline.together(() => [pipeline.command('begin'), ...work(), pipeline.command('commit')]))

  test('are there as the database reads the same values from text', async () => {
    const asText = (value: unknown, type: string) => {
      if (value === null) return null
      if (type === 'timestamptz') return new Date(Number(value)).toISOString()
      return type === 'jsonb' ? JSON.stringify(value) : value
    }
    const names = Object.entries(types)
    const differs = names.map(([name, type], index) => `"${name}"::text is distinct from $${index + 1}::${type}::text`)
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        await database.rows('truncate copied restart identity')
        await copy(rows)
        for (const [index, one] of rows.entries()) {
          const told = names.map(([name, type]) => asText(one[name as keyof Row], type))
          const wrong = await database.rows(
            `select * from copied where line = ${index + 1} and (${differs.join(' or ')})`,
            told,
          )
          assert.deepEqual(wrong, [])
        }
        assert.deepEqual(await database.rows('select count(*)::int as count from copied'), [{ count: rows.length }])
      }),
      { numRuns: 60, seed: 20261123 },
    )
  })

  const nothing: Row = Object.fromEntries(Object.keys(types).map((name) => [name, null])) as Row // every name

  test('are many more than were thought of', async () => {
    await database.rows('truncate copied')
    const long = 'ä€😀'.repeat(2_000)
    await copy(Array.from({ length: 200 }, () => ({ ...nothing, text: long, texts: [long] })))
    const found = await database.rows(
      'select distinct text = texts[1] as same, md5(text) = md5($1) as whole from copied',
      [long],
    )
    assert.deepEqual(found, [{ same: true, whole: true }])
  })

  test('what the database refuses fails as a statement does, with its code, and what follows is answered', async () => {
    await database.rows('truncate copied')
    const [, failed, next, end] = await inTransaction(() => [
      copy([nothing, { ...nothing, text: 'a NUL: \0' }]),
      copy([nothing]),
    ])
    assert.equal(failed?.status === 'rejected' && failed.reason.code, '22021')
    assert.equal(next?.status === 'rejected' && next.reason.code, '25P02')
    assert.deepEqual(end, { status: 'fulfilled', value: 'ROLLBACK' })
    await copy([nothing])
    assert.deepEqual(await pipeline.rows('select count(*)::int as count from copied'), [{ count: 1 }])
  })

  for (const [name, value] of [
    ['uuid', '01890a5d-ac96-774b-bcce-b302099a805'],
    ['uuid', '01890a5d-ac96-774b-bcce-b302099a80zz'],
    ['smallint', 2 ** 15],
    ['integer', 2 ** 31],
    ['integer', 1.5],
    ['bigint', 2 ** 53],
    ['timestamptz', Number.NaN],
    ['numeric', '1e5'],
    ['numeric', 'NaN'],
    ['inet', '1.2.3'],
  ] as const) {
    test(`${value} is no ${name}: nothing is sent`, async () => {
      await database.rows('truncate copied')
      assert.throws(() => copy([nothing, { ...nothing, [name]: value }]), NotEncodable)
      assert.deepEqual(await pipeline.rows('select from copied'), [])
    })
  }
})
