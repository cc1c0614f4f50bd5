import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { migrate } from '../../src/database/migrate.js'
import { schemaVersion, type ViewSchema, viewsAreCurrent } from '../../src/database/view-schema.js'
import { StartupError } from '../../src/kernel/errors.js'
import { biSchema } from '../../src/reporting/bi/views.js'
import { createReaders } from '../reporting/bi/world.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

suite('views that are made from code', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  const oids = async () => {
    const found = await database.rows<{ name: string; oid: string }>(
      `select relname as name, oid::text from pg_class where relnamespace = 'bi'::regnamespace and relkind = 'v' order by 1`,
    )
    return Object.fromEntries(found.map(({ name, oid }) => [name, oid]))
  }
  const comment = async (column: string) => {
    const [found] = await database.rows<{ text: string }>(
      `select col_description('bi.affiliates'::regclass, attnum) as text from pg_attribute
        where attrelid = 'bi.affiliates'::regclass and attname = $1`,
      [column],
    )
    return found?.text
  }
  const changed = (about: string): ViewSchema => ({
    ...biSchema,
    views: biSchema.views
      .filter(({ name }) => name !== 'links')
      .map((view) =>
        view.name === 'affiliates'
          ? { ...view, columns: [{ name: 'first', sql: '1', about }, ...view.columns.slice(1)] }
          : view,
      ),
  })

  test('are left alone while their definition is the same', async () => {
    const before = await oids()
    assert.deepEqual(await migrate(database.orm, biSchema), [])
    assert.deepEqual(await oids(), before)
  })

  test('are made anew, with columns and comments, when it differs, and those that it leaves out are gone', async () => {
    const readers = createReaders(database.connection)
    const clock = () => Date.parse('2026-03-01T12:00:00Z')
    const { workspaceId } = await createWorkspace(database.orm, clock, { name: 'Shop' })
    const reader = await readers.grant(workspaceId)
    const login = await readers.login(reader)
    await login.rows('select * from links')

    const about = `it's "new"`
    await migrate(database.orm, changed(about))
    assert.equal(await comment('first'), about)
    assert.deepEqual(
      Object.keys(await oids()),
      Object.keys(await oids()).filter((name) => name !== 'links'),
    )
    // Whoever could read before can read what is there now.
    assert.deepEqual(await login.rows('select first from affiliates'), [])
    assert.equal(await login.refusal('select * from links'), '42P01')

    await migrate(database.orm, biSchema)
    assert.ok((await oids()).links)
    assert.equal(await viewsAreCurrent(database.rows, biSchema), true)
    await login.rows('select * from links')
    await readers.removeAll()
  })

  test('that could not all be made are none of them made, and the next start tries again', async () => {
    const broken: ViewSchema = {
      ...biSchema,
      views: [...biSchema.views, { name: 'broken', about: '', columns: [], source: 'from nowhere' }],
    }
    await assert.rejects(migrate(database.orm, broken))
    assert.deepEqual(await oids(), {})
    assert.equal(await viewsAreCurrent(database.rows, biSchema), false)
    await migrate(database.orm, biSchema)
    assert.equal(Object.keys(await oids()).length, biSchema.views.length)
  })

  test('that somebody has built upon stop the start with a word about what to do, and stay', async () => {
    await database.rows('create view public.upon as select name from bi.affiliates')
    const before = await oids()
    await assert.rejects(migrate(database.orm, changed('x')), (error) => {
      assert.ok(error instanceof StartupError)
      assert.match(error.message, /Drop that, start again/)
      return true
    })
    assert.deepEqual(await oids(), before)
    await database.rows('drop view public.upon')
  })

  test('are named by what defines them, the text of a description included', async () => {
    assert.equal(new Set([biSchema, changed('a'), changed('b')].map(schemaVersion)).size, 3)
    assert.equal(schemaVersion(changed('a')), schemaVersion(changed('a')))
  })
})
