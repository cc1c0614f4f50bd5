import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Rows } from '../../../src/database/rows.js'
import { closeDoors, findOpenDoors } from '../../../src/reporting/bi/doors.js'
import { connectionsPerReader } from '../../../src/reporting/bi/reader-settings.js'
import type { NewReader } from '../../../src/reporting/bi/readers.js'
import { biSchema } from '../../../src/reporting/bi/views.js'
import { createTestBooks, type TestBooks } from '../../support/books.js'
import { churn } from '../churn.js'
import { type Connection, createReaders, type Readers } from './world.js'

const ours = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`
const viewNames = biSchema.views.map(({ name }) => `bi.${name}`).sort()

suite('what a reader may do', () => {
  let books: TestBooks
  let readers: Readers
  let role: NewReader & { readonly name: string }
  let reader: Connection
  let owner: Rows
  before(async () => {
    books = await createTestBooks()
    owner = books.rows
    readers = createReaders(books.connection)
    const { scope } = await churn(books, books.openLedger(), 5, 60)
    role = await readers.grant(scope.workspaceId)
    reader = await readers.login(role)
    await reader.rows('set default_transaction_read_only = off')
  })
  after(async () => {
    await readers.removeAll()
    await books.close()
  })

  test('to tables, views and sequences: select from the views, and nothing else', async () => {
    const rights = ['select', 'insert', 'update', 'references'].map(
      (right) => `has_any_column_privilege($1, c.oid, '${right}')`,
    )
    const whole = ['delete', 'truncate', 'trigger'].map((right) => `has_table_privilege($1, c.oid, '${right}')`)
    const found = await owner<{ name: string; kind: string; rights: boolean[] }>(
      `select format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind, array[${[...rights, ...whole].join(', ')}] as rights
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where ${ours} and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`,
      [role.role],
    )
    assert.ok(found.length > viewNames.length + 20)
    const readable = found.filter(({ rights: all }) => all.includes(true))
    assert.deepEqual(
      readable.map(({ name }) => name),
      viewNames,
    )
    for (const { name, rights: all } of readable) {
      assert.deepEqual(all, [true, false, false, false, false, false, false], name)
    }
    for (const { name } of found.filter((each) => !viewNames.includes(each.name))) {
      assert.equal(await reader.refusal(`select * from ${name}`), '42501', name)
    }
    const sequences = await owner(
      `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where ${ours} and case when c.relkind = 'S' then has_sequence_privilege($1, c.oid, 'select, usage, update') end`,
      [role.role],
    )
    assert.deepEqual(sequences, [])
  })

  test('to functions: call the three of the schema', async () => {
    const found = await owner<{ name: string }>(
      `select format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where ${ours} and has_function_privilege($1, p.oid, 'execute') order by 1`,
      [role.role],
    )
    const names = biSchema.functions.map(({ signature }) => `bi.${signature.slice(0, signature.indexOf('('))}`)
    assert.deepEqual(
      found.map(({ name }) => name),
      names.sort(),
    )
  })

  test('to schemas: make nothing in any', async () => {
    const found = await owner(`select from pg_namespace n where has_schema_privilege($1, n.oid, 'create')`, [role.role])
    assert.deepEqual(found, [])
    for (const schema of ['bi', 'public']) {
      assert.equal(await reader.refusal(`create table ${schema}.mine ()`), '42501')
      const body = `returns int language sql as 'select 1'`
      assert.equal(await reader.refusal(`create function ${schema}.mine() ${body}`), '42501')
    }
  })

  test('to write: nothing, whatever the session sets', async () => {
    for (const name of viewNames) {
      for (const sql of [`delete from ${name}`, `insert into ${name} default values`]) {
        // 55000: a view of several tables, which nobody can write to.
        assert.match(await reader.refusal(sql), /^(42501|55000)$/, sql)
      }
    }
    assert.equal(await reader.refusal(`update bi.affiliates set name = 'mine'`), '42501')
    assert.equal(await reader.refusal('create role mine'), '42501')
    const fresh = await readers.login(role)
    assert.equal(await fresh.refusal('create temporary table mine ()'), '25006')
    await fresh.close()
  })

  test('to see of others: neither their statements, nor statistics of the tables, nor passwords', async () => {
    const queries = await reader.rows<{ query: string }>(
      `select distinct query from pg_stat_activity where datname = current_database() and usename <> session_user`,
    )
    assert.deepEqual(queries, [{ query: '<insufficient privilege>' }])
    await owner('analyze')
    assert.deepEqual(await reader.rows(`select from pg_stats where schemaname in ('public', 'bi')`), [])
    for (const table of ['pg_authid', 'pg_statistic', 'pg_largeobject', 'pg_user_mapping']) {
      assert.equal(await reader.refusal(`select * from ${table}`), '42501', table)
    }
  })

  test('no view stands on a secret, an address, a body or a text that names a visitor', async () => {
    const columns = await owner<{ name: string }>(
      `select distinct format('%s.%s', c.relname, a.attname) as name
         from pg_rewrite r join pg_class v on v.oid = r.ev_class and v.relnamespace = 'bi'::regnamespace
         join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
         join pg_class c on c.oid = d.refobjid and c.oid <> v.oid
         join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid`,
    )
    const names = columns.map(({ name }) => name)
    assert.ok(names.includes('click.at') && names.length > 100)
    const forbidden = /\.(ip|user_agent|visitor|hash|sealed|handle|value|body|url|contents|request|allowed_ips)$/
    assert.deepEqual(
      names.filter((name) => forbidden.test(name)),
      [],
    )
    const tables = new Set(names.map((name) => name.split('.')[0]))
    for (const table of ['installation', 'directory', 'advertiser_token', 'access_key', 'receipt']) {
      assert.ok(!tables.has(table), table)
    }
  })

  test('sessions begin with their time-outs, one core and bounded memory', async () => {
    const fresh = await readers.login(role)
    const names = ['default_transaction_read_only', 'statement_timeout', 'transaction_timeout', 'lock_timeout']
    const more = ['idle_in_transaction_session_timeout', 'work_mem', 'temp_file_limit', 'search_path']
    const found = await fresh.rows<{ name: string; setting: string }>(
      `select name, current_setting(name) as setting from pg_settings where name = any($1)`,
      [[...names, ...more, 'max_parallel_workers_per_gather']],
    )
    assert.deepEqual(Object.fromEntries(found.map(({ name, setting }) => [name, setting])), {
      default_transaction_read_only: 'on',
      statement_timeout: '30s',
      transaction_timeout: '35s',
      idle_in_transaction_session_timeout: '2s',
      lock_timeout: '2s',
      work_mem: '32MB',
      temp_file_limit: '1GB',
      max_parallel_workers_per_gather: '0',
      search_path: 'bi',
    })
    await fresh.close()
  })

  test('it has three connections and no fourth', async () => {
    const more = await Promise.all(Array.from({ length: connectionsPerReader - 1 }, () => readers.login(role)))
    await assert.rejects(readers.login(role), { code: '53300' })
    for (const connection of more) await connection.close()
  })

  test('the doors that PostgreSQL leaves open are named with what closes them, and are closed by it', async () => {
    const open = await findOpenDoors(owner, role.role)
    const about = open.map((door) => door.about).join('\n')
    assert.match(about, /temporary tables.*\n.*(large objects|database)/s)
    assert.match(about, /advisory locks/)
    await reader.rows('select lo_create(0), pg_advisory_lock(1)')
    await reader.rows('create temporary table mine ()')

    // Other databases of the server are other tests'.
    const own = open.filter(({ close }) => close.every((statement) => !statement.startsWith('revoke connect')))
    assert.ok(own.length >= 3)
    await closeDoors(owner, own)
    const left = await findOpenDoors(owner, role.role)
    assert.deepEqual(
      left.filter(({ close }) => close.every((statement) => !statement.startsWith('revoke connect'))),
      [],
    )
    const again = await readers.login(role)
    await again.rows('set default_transaction_read_only = off')
    for (const sql of ['select lo_create(0)', 'select pg_advisory_lock(1)', 'create temporary table mine ()']) {
      assert.equal(await again.refusal(sql), '42501', sql)
    }
    await again.close()
  })

  test('a table that everybody may read is told', async () => {
    await owner('create table public.everybodys ()')
    await owner('alter table public.everybodys add column one int')
    await owner('grant select on public.everybodys to public')
    const doors = await findOpenDoors(owner, role.role)
    assert.deepEqual(
      doors.filter(({ about }) => about.includes('everybodys')).flatMap(({ close }) => close),
      ['revoke select on everybodys from public'],
    )
    await owner('drop table public.everybodys')
  })
})
