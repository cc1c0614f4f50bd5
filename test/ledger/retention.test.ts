import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { dropOldMonths } from '../../src/ledger/retention.js'
import { createTill, plain } from '../reporting/shop.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'

const startMs = Date.parse('2026-06-15T12:00:00Z')
const policy = { clickDays: 31, receiptDays: 31 }

suite('keeping raw rows for as long as the policy says', () => {
  let books: TestBooks
  let way: Way
  before(async () => {
    books = await createTestBooks(startMs)
    way = await makeWay(books, await books.newScope())
    const till = createTill(books, books.openLedger())
    await till.order(way, await till.click(way, { source: 'mail', country: 'NP' }), { event: 'sale' })
    books.time.nowMs = Date.parse('2026-07-20T12:00:00Z')
    await till.order(way, await till.click(way, { source: 'mail', country: 'NP', visitor: '2' }), { event: 'sale' })
  })
  after(() => books.close())

  const months = async (table: string) =>
    (
      await books.rows<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
        [table],
      )
    ).map(({ name }) => name.slice(-7))
  const range = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-08-01T00:00Z') }
  const august5 = Date.parse('2026-08-05T00:00:00Z')

  test('a month goes when all of it is older, and not before', async () => {
    while (await books.folding.foldAll());
    const before = await months('click')
    await dropOldMonths(books.rows, policy, Date.parse('2026-07-30T00:00:00Z'))
    assert.ok((await months('click')).includes('2026_06') && before.includes('2026_05'))
    assert.ok(!(await months('click')).includes('2026_05'))
    await dropOldMonths(books.rows, policy, august5)
    assert.equal((await months('click'))[0], '2026_07')
    assert.equal((await months('receipt'))[0], '2026_07')
  })

  test('figures stay as they were, and what would need the raw rows says from when on it can be asked', async () => {
    const { totals } = await books.report(way.scope, { ...range, groupBy: ['SOURCE'] })
    assert.deepEqual([totals.clicks, totals.conversions], [2, 2])
    const both = { groupBy: ['SOURCE' as const, 'COUNTRY' as const] }
    await assert.rejects(books.report(way.scope, { ...range, ...both }), {
      code: 'BAD_USER_INPUT',
      field: 'from',
      message: /2026-07-01/,
    })
    const july = { from: new Date('2026-07-01T00:00Z'), to: range.to }
    assert.equal((await books.report(way.scope, { ...july, ...both })).totals.clicks, 1)
  })

  test('a month of clicks that some roll-up has not folded yet stays', async () => {
    const other = await makeWay(books, await books.newScope())
    const till = createTill(books, books.openLedger())
    books.time.nowMs = Date.parse('2026-07-21T12:00:00Z')
    await till.click(other, { source: 'mail' })
    const september5 = Date.parse('2026-09-05T00:00:00Z')
    await dropOldMonths(books.rows, policy, september5)
    assert.equal((await months('click'))[0], '2026_07')
    const before = plain(await books.report(other.scope, { ...range, groupBy: ['SOURCE'] }))
    while (await books.folding.foldAll());
    await dropOldMonths(books.rows, policy, september5)
    assert.equal((await months('click'))[0], '2026_08')
    assert.deepEqual(plain(await books.report(other.scope, { ...range, groupBy: ['SOURCE'] })), before)
  })

  test('one that was left half detached is finished the next time', async () => {
    await books.rows(`create table if not exists click_2026_04 (like click including all)`)
    await books.rows(
      `alter table click attach partition click_2026_04 for values from ('019d4000-0000-0000-0000-000000000000') to ('019d5000-0000-0000-0000-000000000000')`,
    )
    await books.rows(`update pg_inherits set inhdetachpending = true where inhrelid = 'click_2026_04'::regclass`)
    await dropOldMonths(books.rows, policy, august5)
    assert.ok(!(await months('click')).includes('2026_04'))
  })
})
