import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { type Family, families, familyNames, type Grain, type Kind, tableOf } from '../../src/ledger/grains.js'
import { recount } from '../../src/ledger/recount.js'
import { dropOldMonths } from '../../src/ledger/retention.js'
import { createTill, plain } from '../reporting/shop.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'

const startMs = Date.parse('2026-06-20T20:00:00Z')
const hourMs = 3_600_000

suite('recounting roll-ups', () => {
  let books: TestBooks
  let way: Way
  before(async () => {
    books = await createTestBooks(startMs)
    const till = createTill(books, books.openLedger())
    // Havana: its midnights come twice a year or not at all.
    const scopes = [await books.newScope(), await books.newScope('USD', 'America/Havana')]
    for (const scope of scopes) {
      way = await makeWay(books, scope)
      for (let index = 0; index < 40; index += 1) {
        books.time.nowMs = startMs + index * 7 * hourMs
        const sub1 = index % 3 === 0 ? 'x' : ''
        const click = await till.click(way, {
          source: `s${index % 4}`,
          country: index % 2 === 0 ? 'NP' : 'DE',
          device: 'mobile',
          subs: sub1 === '' ? {} : { sub1 },
          cost: '0.25',
          visitor: String(index),
        })
        if (index % 4 === 0) await till.order(way, click, { event: 'sale' })
      }
      books.time.nowMs = startMs
    }
    while (await books.folding.foldAll());
  })
  after(() => books.close())

  const run = async (family: Family, mend = false) => {
    const transact = <Result>(work: (rows: typeof books.rows) => Promise<Result>) =>
      inTransaction(books.orm, (em) => work(rowsOf(em)))
    const progress: number[] = []
    const found = await recount(family, {
      rows: books.rows,
      transact,
      mend,
      onProgress: (done, of) => void progress.push(done / of),
    })
    return { found, progress }
  }
  const read = async () =>
    Promise.all(
      [{}, { groupBy: ['SOURCE' as const] }, { groupBy: ['SUB1' as const] }, { groupBy: ['CAMPAIGN' as const] }].map(
        async (more) => {
          const range = { from: new Date('2026-06-19T00:00Z'), to: new Date('2026-08-01T00:00Z') }
          return plain(await books.report(way.scope, { ...range, ...more }))
        },
      ),
    )
  const kinds: readonly Kind[] = ['conversion', 'click']
  const tables = familyNames.flatMap((family) =>
    families[family].flatMap((grain: Grain) => kinds.map((kind) => ({ family, table: tableOf(kind, grain), kind }))),
  )

  test('finds nothing where nothing is amiss, tells how far it is, and leaves nothing behind', async () => {
    for (const family of familyNames) {
      const { found, progress } = await run(family)
      assert.deepEqual(found, [])
      assert.equal(progress.at(-1), 1)
    }
    assert.deepEqual(await books.rows(`select relname from pg_class where relname like '%\\_again%'`), [])
  })

  test('finds, in every table there is, a row that is missing, one too many, and one that is wrong; and mends them', async () => {
    const sound = await read()
    for (const { table, kind } of tables) {
      const measure = kind === 'click' ? 'clicks' : 'event_approved_revenue'
      const [low, high] = [`select min(bucket) from ${table}`, `select max(bucket) from ${table}`]
      await books.rows(`update ${table} set ${measure} = ${measure} + 1 where bucket = (${low})`)
      await books.rows(`insert into ${table} select (t).* from (
          select jsonb_populate_record(r, jsonb_build_object('bucket', timestamptz '2026-07-25Z')) as t from ${table} r limit 1) x`)
      const gone = await books.rows(`delete from ${table} where bucket = (${high}) or bucket = (
          select bucket from ${table} where bucket > (${low}) and bucket < '2026-07-25Z' order by bucket limit 1) returning true`)
      assert.ok(gone.length > 0)
    }
    assert.notDeepEqual(await read(), sound)
    for (const family of familyNames) {
      const names = tables.filter((each) => each.family === family).map(({ table }) => table)
      const { found } = await run(family)
      assert.deepEqual(found.map(({ table }) => table).sort(), names.toSorted())
      for (const { wrong, missing, extra } of found) assert.ok(wrong + missing + extra >= 1)
      assert.deepEqual((await run(family, true)).found, found)
      assert.deepEqual((await run(family)).found, [])
    }
    assert.deepEqual(await read(), sound)
  })

  test('what is not folded yet is no difference, and goes on being counted once', async () => {
    const till = createTill(books, books.openLedger())
    books.time.nowMs = startMs + 300 * hourMs
    await till.order(way, await till.click(way, { source: 's1', visitor: '999' }), { event: 'sale' })
    const sound = await read()
    for (const family of familyNames) assert.deepEqual((await run(family, true)).found, [])
    assert.deepEqual(await read(), sound)
    while (await books.folding.foldAll());
    assert.deepEqual(await read(), sound)
    for (const family of familyNames) assert.deepEqual((await run(family)).found, [])
  })

  test('clicks that are no longer kept stay counted: their buckets are left as they are', async () => {
    const sound = await read()
    const [before] = await books.rows<{ count: string }>(`select count(*) from click`)
    await dropOldMonths(books.rows, { clickDays: 31, receiptDays: 31 }, Date.parse('2026-08-05T00:00Z'))
    const [kept] = await books.rows<{ count: string }>(`select count(*) from click`)
    assert.ok(Number(kept?.count) < Number(before?.count) && Number(kept?.count) > 0)
    for (const family of familyNames) assert.deepEqual((await run(family, true)).found, [])
    assert.deepEqual(await read(), sound)
    // And what can be counted again still is.
    await books.rows(`update click_rollup_base set clicks = clicks + 1 where bucket >= '2026-07-02T00:00Z'`)
    assert.equal((await run('base', true)).found.length, 1)
    assert.deepEqual(await read(), sound)
  })
})
