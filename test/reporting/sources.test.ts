import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import type { Rows } from '../../src/database/rows.js'
import { encodeId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import type { Dimension } from '../../src/reporting/dimensions.js'
import { createReportingLoaders } from '../../src/reporting/loaders.js'
import { type AskedQuestion, readQuestion } from '../../src/reporting/question.js'
import { readReport } from '../../src/reporting/read-performance.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'
import { createTill, plain, shortRows, type Till } from './shop.js'

const startMs = Date.parse('2026-06-01T12:00:00Z')
const day = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-06-02T00:00Z') }

suite('where a report reads its figures', () => {
  let books: TestBooks
  let ledger: Ledger
  let till: Till
  let scope: Scope
  let ways: readonly Way[]
  before(async () => {
    books = await createTestBooks(startMs)
    ledger = books.openLedger()
    till = createTill(books, ledger)
    scope = await books.newScope()
    const first = await makeWay(books, scope)
    ways = [first, await makeWay(books, scope, {}, { advertiserId: first.advertiserId })]
    await sell()
  })
  after(() => books.close())

  /** One click of each combination; every other one buys. */
  async function sell(): Promise<void> {
    let index = 0
    for (const way of ways) {
      for (const source of ['', 'mail']) {
        for (const country of ['NP', 'DE']) {
          for (const sub1 of ['', 'x']) {
            const more = { source, country, device: country === 'NP' ? 'mobile' : 'desktop', visitor: String(index) }
            const click = await till.click(way, { ...more, subs: sub1 === '' ? {} : { sub1 }, cost: '0.1' })
            if (index % 2 === 0) await till.order(way, click, { amount: '10' })
            index += 1
          }
        }
      }
    }
  }

  const report = (more: AskedQuestion = {}) => books.report(scope, { ...day, ...more })

  test('a fold that runs twice at once, or has nothing to do, changes nothing', async () => {
    await till.click(ways[0] as Way, { source: 'twice' })
    const read = async () => plain(await report({ groupBy: ['SOURCE'] }))
    const before = await read()
    await Promise.all([books.folding.foldAll(), books.folding.foldAll(), books.folding.foldAll()])
    assert.deepEqual(await read(), before)
    assert.equal(await books.folding.foldAll(), false)
    assert.deepEqual(await read(), before)
  })

  test('filters by dimensions that no grain has together fall back to raw rows', async () => {
    const filter = { sources: ['mail'], countries: ['NP'], subs: { sub1: 'x' } }
    const rows = shortRows(await report({ groupBy: ['DEVICE'], filter }))
    assert.deepEqual(rows, ['mobile: 2/0'])
  })

  test('too many raw rows are refused as TOO_COMPLEX, and not read', async () => {
    const statements: string[] = []
    const rows: Rows = (sql, values) => {
      statements.push(sql)
      return books.rows(sql, values)
    }
    const read = (groupBy: Dimension[], range: { from: Date; to: Date }, maxRawRows: number) =>
      readReport(
        { rows, scope, cursors: books.cursors, nowMs: books.clock(), maxRawRows },
        readQuestion({ ...range, groupBy }, scope),
      )
    await assert.rejects(read(['SOURCE', 'COUNTRY'], day, 10), { code: 'TOO_COMPLEX' })
    assert.ok(statements.every((sql) => !sql.includes('conversion_sums')))
    // What the range does not reach does not count, and roll-ups have no such limit.
    const later = { from: new Date('2026-06-04T00:00Z'), to: new Date('2026-06-05T00:00Z') }
    assert.equal((await read(['SOURCE', 'COUNTRY'], later, 0)).rows.length, 0)
    assert.ok((await read(['SOURCE'], day, 10)).rows.length > 0)
  })

  test('asOf names the state: another after a click, a conversion or a change of the catalog', async () => {
    const seen = new Set<string>()
    const look = async () => void seen.add((await report()).asOf)
    const way = ways[0] as Way
    await look()
    await look()
    assert.equal(seen.size, 1)
    const click = await till.click(way)
    await look()
    await till.order(way, click)
    await look()
    await makeWay(books, scope)
    await look()
    assert.equal(seen.size, 4)
    assert.equal(new Set([...seen].map(({ length }) => length)).size, 1)
  })

  test('a list of campaigns asks for all their reports at once, and each gets its own', async () => {
    const statements: string[] = []
    const counting: Rows = (sql, values) => {
      statements.push(sql)
      return books.rows(sql, values)
    }
    const snapshot = { rows: counting } as Parameters<typeof createReportingLoaders>[0] // it reads, and no more
    const loaders = createReportingLoaders(snapshot, scope, books.cursors, books.clock)
    const empty = await makeWay(books, scope)
    const ids = [...ways, empty].map(({ campaignId }) => campaignId)
    const bySource = { ...day, groupBy: ['SOURCE' as const] }
    for (const asked of [bySource, { ...bySource, interval: 'HOUR' as const, fill: true }]) {
      statements.length = 0
      const reports = await Promise.all(ids.map((id) => loaders.report('campaign_id', id, asked)))
      // Where the figures are, and the figures, however long the list.
      assert.equal(statements.length, 2)
      for (const [index, id] of ids.entries()) {
        const alone = await report({ ...asked, filter: { campaignIds: [encodeId('cmp', id)] } })
        assert.deepEqual(plain(reports[index] ?? {}), plain(alone))
      }
    }
  })
})
