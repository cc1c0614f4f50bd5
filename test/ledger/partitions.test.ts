import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { Client } from 'pg'
import type { Rows } from '../../src/database/rows.js'
import { ensurePartitions } from '../../src/ledger/partitions.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const at = (text: string) => Date.parse(text)

suite('months of clicks and receipts', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
    await ensurePartitions(database.rows, at('2026-01-10Z'), at('2026-02-10Z'))
  })
  after(() => database.drop())

  async function names(): Promise<string[]> {
    const found = await database.rows<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
        where inhparent in ('click'::regclass, 'receipt'::regclass) order by 1`,
    )
    return found.map(({ name }) => name)
  }

  test('have every index of the whole, and each is there once', async () => {
    const both = ['click_2026_01', 'click_2026_02', 'receipt_2026_01', 'receipt_2026_02']
    assert.deepEqual(await names(), both)
    await ensurePartitions(database.rows, at('2026-01-10Z'), at('2026-02-10Z'))
    assert.deepEqual(await names(), both)
    const missing = await database.rows(
      `select p.inhrelid::regclass, i.indexrelid::regclass from pg_inherits p join pg_index i on i.indrelid = p.inhparent
        where p.inhparent in ('click'::regclass, 'receipt'::regclass)
          and (select count(*) from pg_inherits x join pg_index y on y.indexrelid = x.inhrelid
                where x.inhparent = i.indexrelid and y.indrelid = p.inhrelid) <> 1`,
    )
    assert.deepEqual(missing, [])
  })

  test('are made while somebody reads the others, and hold up nobody who writes', async () => {
    const reader = new Client(database.connection)
    await reader.connect()
    await reader.query('begin')
    await reader.query('select count(*) from click, receipt')
    const impatient = new Client(database.connection)
    await impatient.connect()
    await impatient.query(`set lock_timeout = '1s'`)
    const rows: Rows = async (sql, values = []) => (await impatient.query(sql, [...values])).rows
    await ensurePartitions(rows, at('2026-03-10Z'), at('2026-03-10Z'))
    await impatient.end()
    assert.ok((await names()).includes('click_2026_03'))
    await reader.query('commit')
    await reader.end()
  })

  test('are made by two nodes at once', async () => {
    const make = () => ensurePartitions(database.rows, at('2026-04-10Z'), at('2026-06-10Z'))
    await Promise.all([make(), make(), make(), make()])
    assert.equal((await names()).length, 12)
  })
})
