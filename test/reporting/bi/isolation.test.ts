import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Scope } from '../../../src/access/scope.js'
import type { NewReader } from '../../../src/reporting/bi/readers.js'
import { biSchema } from '../../../src/reporting/bi/views.js'
import { createTestBooks, type TestBooks } from '../../support/books.js'
import { churn } from '../churn.js'
import { type Connection, connect, createReaders, loginOf, type Readers } from './world.js'

type Row = Record<string, unknown>

/** What a view's rows are counted by, where that is one table. */
const tables: Readonly<Record<string, string>> = {
  conversions: 'conversion',
  conversion_changes: 'conversion_change',
  clicks: 'click',
  advertisers: 'advertiser',
  affiliates: 'affiliate',
  campaigns: 'campaign',
  links: 'link',
  goals: 'goal_version',
}

/** A column that stands in the table as it is shown, where that is not the campaign's. */
const tellable: Readonly<Record<string, string>> = {
  workspace: 'workspace_uuid',
  advertisers: 'advertiser_uuid',
  affiliates: 'affiliate_uuid',
}

suite('a reader', () => {
  let books: TestBooks
  let readers: Readers
  let scopes: readonly [Scope, Scope]
  let roles: readonly [NewReader, NewReader]
  let connections: readonly [Connection, Connection]
  before(async () => {
    books = await createTestBooks()
    const ledger = books.openLedger()
    readers = createReaders(books.connection)
    const first = await churn(books, ledger, 1, 150)
    const second = await churn(books, ledger, 2, 150)
    scopes = [first.scope, second.scope]
    roles = [await readers.grant(scopes[0].workspaceId), await readers.grant(scopes[1].workspaceId)]
    connections = [await readers.login(roles[0]), await readers.login(roles[1])]
  })
  after(async () => {
    await readers.removeAll()
    await books.close()
  })

  for (const { name, columns } of biSchema.views) {
    test(`sees in ${name} all of its workspace and nothing of another`, async () => {
      const [own, foreign] = await Promise.all(connections.map(({ rows }) => rows<Row>(`select * from ${name}`)))
      assert.ok(own && foreign && own.length > 0 && foreign.length > 0)
      const ids = columns.map((column) => column.name).filter((column) => column.endsWith('_uuid'))
      const idsIn = (rows: readonly Row[]) => new Set(rows.flatMap((row) => ids.map((id) => row[id]).filter(Boolean)))
      assert.deepEqual(idsIn(own).intersection(idsIn(foreign)), new Set())
      for (const [index, scope] of scopes.entries()) {
        if (tables[name] === undefined) continue
        const count = `select count(*) from ${tables[name]} where workspace_id = $1`
        const [expected] = await books.rows<{ count: string }>(count, [scope.workspaceId])
        assert.equal([own, foreign][index]?.length, Number(expected?.count))
      }
    })
  }

  test('shows each id in both its forms, which agree', async () => {
    for (const { name, columns } of biSchema.views) {
      for (const column of columns.filter((each) => each.name.endsWith('_uuid'))) {
        const text = column.name.replace('_uuid', '_id')
        const odd = `select from ${name} where decode_id(${text}) is distinct from ${column.name}`
        assert.deepEqual(await connections[0].rows(odd), [], `${name}.${text}`)
      }
    }
  })

  test('is shown no row of another by a function that tells what it sees', async () => {
    const { role } = roles[0]
    // As cheap as can be, so that the server would ask it before anything else.
    await books.rows(
      `create function public.tell(uuid) returns boolean language plpgsql cost 0.0001 as $$ begin raise notice '%', $1; return true; end $$`,
    )
    await books.rows(`grant execute on function public.tell(uuid) to ${role}`)
    const { rows, notices } = connections[0]
    // And with no index that would sort out the others' rows before.
    for (const kind of ['indexscan', 'indexonlyscan', 'bitmapscan']) await rows(`set enable_${kind} = off`)
    for (const { name } of biSchema.views) {
      notices.length = 0
      const told = tellable[name] ?? 'campaign_uuid'
      await rows(`select from ${name} where public.tell(${told})`)
      const own = await rows<{ id: string }>(`select ${told}::text as id from ${name}`)
      assert.deepEqual(new Set(notices), new Set(own.map(({ id }) => id)), name)
    }
  })

  test('cannot put a function of its own under a name that the views call', async () => {
    const { role } = roles[0]
    await books.rows(`create schema mine_${role} authorization ${role}`)
    const { rows, notices } = connections[0]
    await rows('set default_transaction_read_only = off')
    await rows(
      `create function mine_${role}.get_byte(bytea, int) returns int language plpgsql immutable cost 0.0001
         as $$ begin raise notice '%', $1; return 1; end $$`,
    )
    notices.length = 0
    await rows(`set search_path = mine_${role}, pg_catalog`)
    const [own] = await rows<Row>(
      `select campaign_id, campaign_uuid from bi.campaigns where campaign_id <> 'none' limit 1`,
    )
    await rows('set search_path = bi')
    assert.deepEqual(notices, [])
    assert.deepEqual(await rows('select decode_id($1) as id', [own?.campaign_id]), [{ id: own?.campaign_uuid }])
    await books.rows(`drop schema mine_${role} cascade`)
  })

  test('is who logged in, and cannot become another', async () => {
    const [one] = connections
    await one.rows('set default_transaction_read_only = off')
    assert.equal(await one.refusal(`set role ${roles[1].role}`), '42501')
    assert.equal(await one.refusal(`set session authorization ${roles[1].role}`), '42501')
    assert.equal(await one.refusal(`update bi_reader set workspace_id = '${scopes[1].workspaceId}'`), '42P01')
    assert.equal(await one.refusal(`update public.bi_reader set workspace_id = '${scopes[1].workspaceId}'`), '42501')
    // Not even one who may step into the role sees through its eyes.
    const admin = await connect(books.connection)
    await admin.rows(`set role ${roles[0].role}`)
    assert.deepEqual(await admin.rows('select * from bi.workspace'), [])
    await admin.close()
  })

  test('is needed: whoever else is let into the schema, its owner included, sees no row', async () => {
    const stranger = `${roles[0].role}_stranger`
    await books.rows(`create role ${stranger} login password 'strange'`)
    await books.rows(`grant usage on schema bi to ${stranger}`)
    const login = await connect(loginOf(books.connection, stranger, 'strange'))
    for (const { name } of biSchema.views) {
      assert.deepEqual(await login.rows(`select * from bi.${name}`), [])
      assert.deepEqual(await books.rows(`select * from bi.${name}`), [])
    }
    await login.close()
    await books.rows(`drop owned by ${stranger}`)
    await books.rows(`drop role ${stranger}`)
  })
})
