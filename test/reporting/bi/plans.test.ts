import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestBooks, type TestBooks } from '../../support/books.js'
import { churn } from '../churn.js'
import { type Connection, createReaders, type Readers } from './world.js'

const days = 60
const rowsADay = 400

suite('what tools type is answered the short way', () => {
  let books: TestBooks
  let readers: Readers
  let reader: Connection
  before(async () => {
    books = await createTestBooks()
    readers = createReaders(books.connection)
    const { scope } = await churn(books, books.openLedger(), 6, 60)
    while (await books.folding.foldAll());
    await fill()
    reader = await readers.login(await readers.grant(scope.workspaceId))
  })
  after(async () => {
    await readers.removeAll()
    await books.close()
  })

  /** Two months of rows like those that are there, as they would have come in, so that short ways pay. */
  async function fill(): Promise<void> {
    const at = `timestamptz '2026-02-01' + n * interval '1 day' / ${rowsADay}`
    const bucket = `timestamptz '2026-03-27' - n * interval '15 minutes'`
    const own: Readonly<Record<string, string>> = {
      click: `'id', overlay(gen_random_uuid()::text placing left(bi.lowest_id(${at})::text, 13) from 1), 'at', ${at}`,
      conversion: `'id', gen_random_uuid(), 'transaction_id', 'filled-' || n, 'occurred_at', ${at}`,
      conversion_change: `'position', 1000 + n, 'at', ${at}`,
      conversion_rollup_base: `'bucket', ${bucket}`,
      click_rollup_base: `'bucket', ${bucket}`,
    }
    for (const [table, values] of Object.entries(own)) {
      await books.rows(
        `insert into ${table} select filled.*
           from (select * from ${table} limit 1) known cross join generate_series(1, ${days * rowsADay}) n
          cross join lateral jsonb_populate_record(null::${table}, to_jsonb(known) || jsonb_build_object(${values})) filled`,
      )
    }
    await books.rows('analyze')
    await books.rows('vacuum')
  }

  async function plan(sql: string): Promise<string> {
    const lines = await reader.rows<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, buffers off) ${sql}`,
    )
    return lines.map((line) => line['QUERY PLAN']).join('\n')
  }

  const recent = `>= timestamptz '2026-03-25' - interval '1 day'`
  const ways: readonly [query: string, way: RegExp][] = [
    [
      `select count(*) from clicks where clicked_at ${recent}`,
      /Bitmap Index Scan on click_2026_03_at_idx.*Index Cond: \(at >=/s,
    ],
    [
      `select count(*) from conversions where occurred_at ${recent}`,
      /conversion_occurred_at.*Index Cond: \(occurred_at >=/s,
    ],
    [
      `select count(*) from conversion_changes where changed_at ${recent}`,
      /conversion_change_at.*Index Cond: \(at >=/s,
    ],
    [
      'select * from conversion_changes where position between 12001 and 13000 order by position',
      /Index Cond: .*"position" >= 12001/,
    ],
    [
      `select * from conversions where conversion_uuid = decode_id('cnv_01m81kjwz0ext8q1hnpz07xk43')`,
      /Index Cond: .*id = '01a20339/,
    ],
    [
      `select sum(revenue) from performance_by_quarter_hour where time_basis = 'EVENT' and bucket ${recent}`,
      /on conversion_rollup_base.*Cond: .*bucket >=/s,
    ],
    [
      `select sum(revenue) from performance_by_day where time_basis = 'EVENT' and day >= '2026-03-27'`,
      /Filter: .*midnight.*::date >= '2026-03-27'::date.*on conversion_rollup_base.*Cond: .*bucket >=/s,
    ],
    [
      `select sum(revenue) from performance_by_day where time_basis = 'CHANGE'`,
      /conversion_change_pkey.*Index Cond: .*"position" > COALESCE.*click_2026_03_workspace_id_revision_idx.*Index Cond: .*revision > COALESCE/s,
    ],
  ]
  for (const [query, way] of ways) {
    test(query, async () => assert.match(await plan(query), way))
  }

  test('a bound on ids opens no month before it', async () => {
    assert.match(await plan('select count(*) from clicks'), /click_2026_01.*click_2026_03.*click_2026_06/s)
    const some = await plan(`select count(*) from clicks where click_uuid >= lowest_id(timestamptz '2026-03-20')`)
    assert.match(some, /click_2026_03/)
    assert.doesNotMatch(some, /click_2026_0[12]/)
  })

  test('what is not asked for is not read: other bases, and names', async () => {
    const figures = await plan(`select sum(conversions) from performance_by_quarter_hour where time_basis = 'CHANGE'`)
    const lines = figures.split('\n').filter((line) => /Scan .*_rollup_base( |$)/.test(line))
    const read = lines.filter((line) => !line.includes('never executed') && !line.includes('Bitmap Index'))
    assert.equal(read.length, 2, figures)
    assert.doesNotMatch(figures, / on (campaign|affiliate|advertiser) /)
    const named = await plan('select campaign_name, count(*) from conversions group by 1')
    assert.match(named, / campaign/)
    assert.doesNotMatch(named, / (affiliate|advertiser)/)
  })
})
