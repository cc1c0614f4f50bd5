import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import pg from 'pg'
import { readPidFile } from '../../../src/database/embedded/postmaster.js'
import { ensureSocketFolder } from '../../../src/database/embedded/socket.js'
import { serverUser } from '../../../src/database/embedded/user.js'
import { killChild, query, rejectsWith, start, startInChild, temporaryFolder, until } from './support.js'

describe('embedded PostgreSQL', () => {
  test('starts from nothing, durable, closed to others, and again with what was stored', async () => {
    const dataDir = join(await temporaryFolder(), 'new', 'data')
    const first = await start(dataDir)
    assert.equal(first.adopted, false)
    assert.equal(first.folder, join(dataDir, 'postgres'))
    assert.deepEqual(await query(first, "select upper('äé') || lower('ÄÉ')"), ['ÄÉäé'])
    const settings = `'listen_addresses', 'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums',
      'server_encoding', 'TimeZone'`
    assert.deepEqual(await query(first, `select setting from pg_settings where name in (${settings}) order by name`), [
      'UTC',
      'on',
      'on',
      'on',
      '',
      'UTF8',
      'on',
    ])
    assert.equal((await stat(first.folder)).mode & 0o777, 0o700)
    assert.equal((await stat(join(first.folder, 'pulseback.password'))).mode & 0o777, 0o600)
    await assert.rejects(query({ ...first, connection: { ...first.connection, password: 'x' } }, 'select 1'), /auth/)
    await query(first, 'create table kept as select 42 as number')
    await first.stop()
    assert.equal(await readPidFile(first.folder), undefined)

    const second = await start(dataDir, { settings: { work_mem: '5MB' } })
    assert.equal(second.adopted, false)
    assert.deepEqual(second.connection, first.connection)
    assert.deepEqual(await query(second, 'select number from kept'), [42])
    assert.deepEqual(await query(second, 'show work_mem'), ['5MB'])
  })

  test('leaves no trace of a first start that was killed half-way', async () => {
    const dataDir = await temporaryFolder()
    await mkdir(join(dataDir, 'postgres.new-gone', 'data'), { recursive: true })
    const database = await start(dataDir)
    const names = await readdir(dataDir)
    assert.deepEqual(names.sort(), ['postgres', 'postgres.log', 'pulseback.lock', 'pulseback.pid'])
    await database.stop()
  })

  test('refuses a second process on the same folder, and names the first', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    await rejectsWith(start(dataDir), new RegExp(`Another Pulseback \\(process ${child.pid}\\)`))
    assert.deepEqual(await query(database, 'select 1'), [1])
    await killChild(child)
    assert.equal((await start(dataDir)).adopted, true)
  })

  test('refuses a second start in the same process, and allows it after the stop', async () => {
    const dataDir = await temporaryFolder()
    const first = await start(dataDir)
    await rejectsWith(start(dataDir), new RegExp(`process ${process.pid}`))
    await first.stop()
    await start(dataDir)
  })

  test('stops at once where a client keeps a transaction open', async () => {
    const database = await start(await temporaryFolder())
    const client = new pg.Client(database.connection)
    client.on('error', () => undefined)
    await client.connect()
    await client.query('begin')
    await database.stop()
    await client.end().catch(() => undefined)
  })

  test('says why the server does not start', async () => {
    const dataDir = await temporaryFolder()
    await rejectsWith(start(dataDir, { settings: { max_connections: 'many' } }), /invalid value.*max_connections/s)
    await start(dataDir)
  })

  test('refuses data of another version, and a folder of something else', async () => {
    const dataDir = await temporaryFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'something'), '')
    await rejectsWith(start(dataDir), /not a PostgreSQL data folder/)
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
    await rejectsWith(start(dataDir), /made by PostgreSQL 17/)
  })

  test('puts the socket elsewhere when the path is too long for one, and restarts when it is cleaned away', async () => {
    const dataDir = join(await temporaryFolder(), 'long'.repeat(30))
    const database = await start(dataDir)
    const { host } = database.connection
    assert.notEqual(host, database.folder)
    assert.equal((await stat(host)).mode & 0o777, 0o700)
    await rm(host, { recursive: true })
    assert.deepEqual(await until('the server', () => query(database, 'select 1').catch(() => undefined)), [1])
    await database.stop()
    assert.equal(existsSync(host), false)
  })

  test('does not use a socket folder that may be another user’s', async () => {
    const folder = await temporaryFolder()
    const user = await serverUser()
    await symlink(folder, join(folder, 'link'))
    await rejectsWith(ensureSocketFolder(join(folder, 'link'), '/data', user), /in the way/)
    await mkdir(join(folder, 'open'))
    await chmod(join(folder, 'open'), 0o755)
    await rejectsWith(ensureSocketFolder(join(folder, 'open'), '/data', user), /in the way/)
  })
})
