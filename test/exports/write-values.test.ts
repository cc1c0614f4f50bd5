import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import pg from 'pg'
import { v7 } from 'uuid'
import { type ExportConnections, openExportConnections } from '../../src/exports/connections.js'
import { type CopyRow, createCopyReader } from '../../src/exports/encoding/copy-rows.js'
import { createCsv } from '../../src/exports/encoding/csv.js'
import { ndjson } from '../../src/exports/encoding/ndjson.js'
import type { Output } from '../../src/exports/encoding/output.js'
import {
  createTimeWriter,
  type WriteValue,
  writeBoolean,
  writeDecimal,
  writeIdDigits,
} from '../../src/exports/encoding/write-values.js'
import { createLiterals } from '../../src/exports/literals.js'
import { encodeId, type Id } from '../../src/kernel/ids.js'
import { formatDecimal, money } from '../../src/kernel/money.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

/** What a writer makes of the first field of each row. */
function written(rows: readonly Buffer[], write: WriteValue): string[] {
  return rows.map((field) => {
    const out: Output = { bytes: Buffer.alloc(field.length * 6 + 128), at: 0 }
    write(out, field, 0, field.length)
    return Buffer.from(out.bytes.subarray(0, out.at)).toString()
  })
}

suite('values on their way from the database into an export', () => {
  let database: TestDatabase
  let connections: ExportConnections
  before(async () => {
    database = await createTestDatabase()
    connections = openExportConnections(database.connection as pg.ClientConfig, 1)
  })
  after(async () => {
    await connections.close()
    await database.drop()
  })

  /** The first fields of a query's rows, as COPY sends them. */
  async function copied(query: string): Promise<Buffer[]> {
    const fields: Buffer[] = []
    await connections.inSnapshot(async ({ copy }) => {
      const read = createCopyReader(({ bytes, starts: [start = 0], lengths: [length = 0] }) => {
        fields.push(Buffer.from(bytes.subarray(start, start + length)))
      })
      await copy(query, read)
    })
    return fields
  }
  const list = (values: readonly unknown[], type: string) =>
    `select * from unnest(${createLiterals().bind(values, `${type}[]`)}) with ordinality u (value, n) order by n`

  test('ids are written as the API writes them', async () => {
    const ids = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
    for (let count = 0; count < 500; count += 1) ids.push(v7())
    const expected = ids.map((id) => encodeId('cnv', id as Id<'cnv'>).slice('cnv_'.length))
    assert.deepEqual(written(await copied(list(ids, 'uuid')), writeIdDigits), expected)
  })

  test('decimals are written exactly, and as short as they can be', async () => {
    const digits = (most: number) => fc.stringMatching(new RegExp(`^\\d{0,${most}}$`))
    const decimal = fc.tuple(fc.boolean(), digits(16), digits(10)).map(([minus, whole, part]) => {
      const text = `${whole === '' ? '0' : whole}${part === '' ? '' : `.${part}`}`
      return minus && /[1-9]/.test(text) ? `-${text}` : text
    })
    const edges = [
      '0',
      '0.0',
      '0.0001',
      '0.00000001',
      '-0.5',
      '10000',
      '100000000',
      '12340000.0001',
      '9999.9999',
      '1e15',
    ]
    const all = [...edges, ...fc.sample(decimal, 2_000)]
    const expected = all.map((text) => formatDecimal(money(text)))
    assert.deepEqual(written(await copied(list(all, 'numeric')), writeDecimal), expected)
  })

  test('instants are written in UTC, to the millisecond', async () => {
    const instant = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) })
    const edges = [0, 999, 86_399_999, 86_400_000, Date.UTC(1999, 11, 31, 23, 59, 59, 999), Date.UTC(2024, 1, 29)]
    const expected = [...edges, ...fc.sample(instant, 2_000)].map((atMs) => new Date(atMs).toISOString())
    assert.deepEqual(written(await copied(list(expected, 'timestamptz')), createTimeWriter()), expected)
  })

  test('booleans are words', async () => {
    assert.deepEqual(written(await copied(list([true, false], 'boolean')), writeBoolean), ['true', 'false'])
  })

  test('text comes back out of CSV and NDJSON as it was, whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a,"\r\n\t \\\u0001\u007f=\'üß漢\u2028😀') })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const fields = texts.map((one) => Buffer.from(one))
        const line = `${written(fields, createCsv({ isRaw: true }).writeText).join(',')},end\r\n`
        assert.deepEqual(parse(line, { record_delimiter: '\r\n' }), [[...texts, 'end']])
        const strings = written(fields, ndjson.writeText)
        assert.deepEqual(JSON.parse(`["${strings.join('","')}"]`), texts)
        assert.ok(!strings.join('').includes('\n'), 'one line must stay one line')
      }),
    )
  })

  test('text that begins like a formula has an apostrophe before it in CSV, and only that', () => {
    const { writeText } = createCsv({ isRaw: false })
    const safe = (text: string) => (parse(`${written([Buffer.from(text)], writeText)[0]},\r\n`)[0] as string[])[0]
    const formulas = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      ' =1',
      '   @x',
      '＝1',
      '＋1',
      '－1',
      '＠x',
    ]
    for (const text of [...formulas, '﹦1', '=cmd|"/c calc"!A1', '=', '-']) assert.equal(safe(text), `'${text}`)
    for (const text of ['a=1', '1-1', "'=1", 'ä', '(=1)', 'mail@x', '\uff1a', '漢']) assert.equal(safe(text), text)
  })

  test('a COPY cut anywhere is read the same', async () => {
    const query = `select n::int, repeat('x', n), null::text, '' from generate_series(0, 300) n`
    const pieces: Buffer[] = []
    await connections.inSnapshot(async ({ copy }) => {
      await copy(query, (piece) => void pieces.push(Buffer.from(piece)))
    })
    const whole = Buffer.concat(pieces)
    const read = (cuts: readonly number[]) => {
      const seen: string[] = []
      const take = ({ bytes, starts, lengths, size }: CopyRow) => {
        const length = lengths[1] ?? 0
        const text = bytes.toString('latin1', starts[1], (starts[1] ?? 0) + length)
        seen.push(`${bytes.readInt32BE(starts[0])} ${text} ${lengths[2]} ${lengths[3]} ${size}`)
      }
      const reader = createCopyReader(take)
      let at = 0
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        reader(whole.subarray(at, cut))
        at = cut
      }
      reader(whole.subarray(at))
      return seen
    }
    const expected = read([])
    assert.equal(expected.length, 301)
    assert.equal(expected[3], `3 xxx -1 0 ${2 + 4 * 4 + 4 + 3}`)
    assert.deepEqual(read(Array.from(whole, (_, index) => index)), expected)
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => assert.deepEqual(read(cuts), expected)),
      { numRuns: 50 },
    )
  })

  test('a COPY waits for whoever takes slowly, and fails with whoever fails', async () => {
    const query = `select repeat('x', 1000) from generate_series(1, 5000)`
    const slowly = connections.inSnapshot(async ({ copy }) => {
      let bytes = 0
      let waits = 0
      const rows = await copy(query, (piece) => {
        bytes += piece.length
        if (bytes < (waits + 1) * 1_000_000) return undefined
        waits += 1
        return new Promise((resolve) => setImmediate(resolve))
      })
      return { rows, bytes, waits }
    })
    assert.deepEqual(await slowly, { rows: 5_000, bytes: 5_000 * 1_006 + 19 + 2, waits: 5 })
    const broken = new Error('no more')
    const fail = () => {
      throw broken
    }
    for (const take of [fail, () => Promise.reject(broken)]) {
      await assert.rejects(
        connections.inSnapshot(({ copy }) => copy(query, take)),
        broken,
      )
    }
    await assert.rejects(
      connections.inSnapshot(({ copy }) => copy('select 1 / (n - 3000) from generate_series(1, 5000) n', () => {})),
      { code: '22012' },
    )
    assert.equal((await copied('select 7::int')).length, 1)
  })

  test('whatever a value says, it is no more than a value in SQL', async () => {
    const hostile = [
      "'",
      "''",
      "\\'",
      '\\',
      "'; drop table conversion; --",
      '$$',
      "E'\\''",
      '"',
      '{1,2}',
      '%s',
      '/*',
      'ü😀',
      '',
    ]
    const any = fc.string({ unit: fc.constantFrom(...hostile, 'a', ',', '{', '}', '\n') })
    const texts = [...hostile, ...fc.sample(any, 300)]
    for (const conforming of ['on', 'off']) {
      await connections.inSnapshot(async ({ rows }) => {
        await rows(`set local standard_conforming_strings = ${conforming}`)
        await rows(`set local escape_string_warning = off`)
        const at = createLiterals()
        const one = texts.map((text, index) => `${at.bind(text, 'text')} as t${index}`)
        const [row] = await rows<Record<string, string>>(`select ${one.join(', ')}`)
        assert.deepEqual(Object.values(row ?? {}), texts)
        const [all] = await rows<{ all: string[] }>(`select ${at.bind(texts, 'text[]')} as all`)
        assert.deepEqual(all?.all, texts)
      })
    }
    const at = createLiterals()
    const [row] = await database.rows<object>(
      `select ${at.bind([], 'text[]')} as none, ${at.bind(null, 'text')} as nothing, ${at.bind(-1.5, 'float8')} as number, ${at.bind(false, 'boolean')} as no`,
    )
    assert.deepEqual(row, { none: [], nothing: null, number: -1.5, no: false })
    assert.throws(() => at.bind('a\0b', 'text'), TypeError)
    assert.throws(() => at.bind({}, 'text'), TypeError)
  })
})
