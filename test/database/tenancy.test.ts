import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

/** Asked before the workspace is known, or of no workspace; each says so where it is made. */
const exceptions = [
  'bi_reader (role_name)',
  'directory (handle)',
  'installation (name)',
  'migration (id)',
  'retention (relation)',
  'workspace (id)',
]

suite('the schema can be spread over servers by workspace', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  test('every primary and unique key begins with the workspace, but for the named exceptions', async () => {
    const found = await database.rows<{ table: string; first: string }>(
      `select i.indrelid::regclass::text as table, a.attname as first
         from pg_index i join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where i.indisunique`,
    )
    assert.ok(found.length > 20)
    const others = found
      .filter(({ first }) => first !== 'workspace_id')
      .map(({ table, first }) => `${table} (${first})`)
    assert.deepEqual([...new Set(others)].sort(), exceptions)
  })

  test('no foreign key leaves its workspace', async () => {
    const found = await database.rows<{ name: string; first: string; target: string; leads: string }>(
      `select k.conname as name, a.attname as first, k.confrelid::regclass::text as target, t.attname as leads
         from pg_constraint k
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
         join pg_attribute t on t.attrelid = k.confrelid and t.attnum = k.confkey[1] where k.contype = 'f'`,
    )
    assert.ok(found.length > 10)
    for (const { name, first, target, leads } of found) {
      assert.deepEqual([first, leads], ['workspace_id', target === 'workspace' ? 'id' : 'workspace_id'], name)
    }
  })
})
