import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type pg from 'pg'
import { migrations } from '../../../migrations/all.js'
import { createWorkspace } from '../../../src/catalog/create-workspace.js'
import { catalogEntities } from '../../../src/catalog/entities.js'
import { migrate } from '../../../src/database/migrate.js'
import { createOrm } from '../../../src/database/orm.js'
import { StartupError } from '../../../src/kernel/errors.js'
import { encodeId, type WorkspaceId } from '../../../src/kernel/ids.js'
import { grantReader, listReaders, revokeReader } from '../../../src/reporting/bi/readers.js'
import { biSchema } from '../../../src/reporting/bi/views.js'
import { endOverdue } from '../../../src/reporting/bi/watch-readers.js'
import { within } from '../../support/app.js'
import { createTestDatabase, type TestDatabase } from '../../support/database.js'
import { connect, createReaders, loginOf, type Readers, readerName } from './world.js'

const clock = () => Date.parse('2026-03-01T12:00:00Z')
const refusedWith = (message: RegExp) => (error: unknown) =>
  error instanceof StartupError && message.test(error.message) ? true : assert.fail(String(error))

suite('readers', () => {
  let database: TestDatabase
  let readers: Readers
  let workspaceId: WorkspaceId
  before(async () => {
    database = await createTestDatabase()
    readers = createReaders(database.connection)
    workspaceId = (await createWorkspace(database.orm, clock, { name: 'Shop' })).workspaceId
  })
  after(async () => {
    await readers.removeAll()
    await database.drop()
  })

  const roleExists = async (role: string) =>
    (await database.rows(`select from pg_roles where rolname = $1`, [role])).length > 0

  test('are made for a workspace, listed, and log in with their password alone', async () => {
    const reader = await readers.grant(workspaceId)
    const login = await readers.login(reader)
    assert.deepEqual(await login.rows('select name, workspace_uuid from workspace'), [
      { name: 'Shop', workspace_uuid: workspaceId },
    ])
    const listed = (await readers.administer(listReaders)).find(({ role }) => role === reader.role)
    assert.deepEqual(listed, { role: reader.role, workspaceId, workspaceName: 'Shop', connections: 1 })
    await assert.rejects(readers.login({ ...reader, password: 'guessed' }), { code: '28P01' })
    const [stored] = await database.rows<{ password: string }>(
      `select rolpassword as password from pg_authid where rolname = $1`,
      [reader.role],
    )
    assert.match(stored?.password ?? '', /^SCRAM-SHA-256\$/)
  })

  test('that are revoked lose their connections and their role, and may be made anew', async () => {
    const reader = await readers.grant(workspaceId)
    const login = await readers.login(reader)
    await login.rows('begin')
    assert.equal(await readers.administer((rows) => revokeReader(rows, reader.name)), reader.role)
    await within(login.ended, 'the end of the connection')
    assert.equal(await roleExists(reader.role), false)
    await assert.rejects(readers.login(reader), { code: '28P01' })
    const again = await readers.administer((rows) => grantReader(rows, reader.name, null))
    assert.notEqual(again.password, reader.password)
    await assert.rejects(readers.login(reader), { code: '28P01' })
    await readers.administer((rows) => revokeReader(rows, reader.name))
  })

  test('whose role is gone already are revoked all the same', async () => {
    const reader = await readers.grant(workspaceId)
    await database.rows(`drop owned by ${reader.role}`)
    await database.rows(`drop role ${reader.role}`)
    await readers.administer((rows) => revokeReader(rows, reader.name))
    assert.deepEqual(await database.rows('select from bi_reader where role_name = $1', [reader.role]), [])
  })

  test('are refused where the name is none, is taken, or the workspace is not clear', async () => {
    const grant = (name: string, workspace: string | null = null) =>
      readers.administer((rows) => grantReader(rows, name, workspace))
    for (const name of ['', 'a b', 'A', 'a"; drop table click; --', 'x'.repeat(41)]) {
      await assert.rejects(grant(name), refusedWith(/A reader’s name/))
    }
    const { name } = await readers.grant(workspaceId)
    await assert.rejects(grant(name), refusedWith(/is there already/))
    await assert.rejects(grant(readerName(), 'wsp_nonsense'), refusedWith(/There is no workspace wsp_nonsense/))
    const other = await createWorkspace(database.orm, clock, { name: 'Other shop' })
    await assert.rejects(grant(readerName()), refusedWith(/several workspaces.*Other shop/s))
    await assert.rejects(
      readers.administer((rows) => revokeReader(rows, 'nobody')),
      refusedWith(/no reader nobody/),
    )
    const made = await grant(readerName(), encodeId('wsp', other.workspaceId))
    assert.equal(made.workspaceName, 'Other shop')
    await readers.administer((rows) => revokeReader(rows, made.role.slice('bi_'.length)))
  })

  test('are no more than half of the server’s connections go round', async () => {
    const [limit] = await database.rows<{ count: number }>(
      `select current_setting('max_connections')::int / 6 as count`,
    )
    const count = limit?.count ?? 0
    await database.rows(
      `insert into bi_reader select 'none_' || n, $1 from generate_series(1, $2 - (select count(*) from bi_reader)::int) n`,
      [workspaceId, count],
    )
    const name = readerName()
    const grant = () => readers.administer((rows) => grantReader(rows, name, encodeId('wsp', workspaceId)))
    await assert.rejects(grant(), refusedWith(/revoke one first/))
    assert.equal(await roleExists(`bi_${name}`), false)
    await database.rows(`delete from bi_reader where role_name like 'none_%'`)
    await grant()
    await readers.administer((rows) => revokeReader(rows, name))
  })

  test('that set their time-outs otherwise are ended when they are over them, and nobody else is', async () => {
    const reader = await readers.grant(workspaceId)
    const [held, idle, resting] = [
      await readers.login(reader),
      await readers.login(reader),
      await readers.login(reader),
    ]
    const owner = await connect(database.connection)
    for (const { rows } of [held, idle, resting]) {
      await rows('set statement_timeout = 0')
      await rows('set transaction_timeout = 0')
      await rows('set idle_in_transaction_session_timeout = 0')
    }
    for (const { rows } of [held, owner]) await rows('begin isolation level repeatable read')
    for (const { rows } of [held, owner]) await rows('select count(*) from pg_class')
    const patient = { transactionMs: 3_600_000, idleInTransactionMs: 3_600_000 }
    assert.equal(await endOverdue(database.rows, patient), 0)
    assert.equal(await endOverdue(database.rows, { ...patient, transactionMs: 0 }), 1)
    await within(held.ended, 'the end of the transaction that was held')
    await idle.rows('begin')
    assert.equal(await endOverdue(database.rows, { ...patient, idleInTransactionMs: 0 }), 1)
    await within(idle.ended, 'the end of the idle transaction')
    await resting.rows('select from workspace')
    await owner.rows('commit')
    await owner.close()
  })
})

suite('readers of a program that is no superuser', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  /** A database of its own, as a hosted one is: its owner may do what it wants there, and nothing on the server. */
  async function hosted(attributes: string) {
    const owner = `app_${readerName()}`
    await database.rows(`create role ${owner} login password 'secret' ${attributes}`)
    await database.rows(`create database ${owner} owner ${owner}`)
    const url = new URL(loginOf(database.connection, owner, 'secret').connectionString ?? '')
    url.pathname = `/${owner}`
    const connection: pg.ClientConfig = { connectionString: url.href }
    const orm = createOrm({ connection, poolMax: 2, entities: catalogEntities, migrations })
    await migrate(orm, biSchema)
    await createWorkspace(orm, clock, { name: 'Hosted' })
    const admin = await connect(connection)
    return {
      owner,
      connection,
      rows: admin.rows,
      async drop() {
        await admin.close()
        await orm.close()
        await database.rows(`drop database ${owner} with (force)`)
        await database.rows(`drop role ${owner}`)
      },
    }
  }

  test('are made, watched and revoked where it may make roles', async () => {
    const { rows, connection, drop } = await hosted('createrole')
    const name = readerName()
    const reader = await grantReader(rows, name, null)
    const login = await connect(loginOf(connection, reader.role, reader.password))
    assert.deepEqual(await login.rows('select name from workspace'), [{ name: 'Hosted' }])
    await login.rows('begin')
    assert.equal(await endOverdue(rows, { transactionMs: 3_600_000, idleInTransactionMs: 0 }), 1)
    await within(login.ended, 'the end of the idle transaction')
    const other = await connect(loginOf(connection, reader.role, reader.password))
    await revokeReader(rows, name)
    await within(other.ended, 'the end of the connection')
    assert.deepEqual(await rows(`select from pg_roles where rolname = $1`, [reader.role]), [])
    await drop()
  })

  test('are refused, and it is said what to do, where it may not', async () => {
    const { rows, owner, drop } = await hosted('')
    const name = readerName()
    await assert.rejects(grantReader(rows, name, null), refusedWith(new RegExp(`alter role ${owner} createrole`)))
    assert.deepEqual(await rows('select from bi_reader'), [])
    await drop()
  })
})
