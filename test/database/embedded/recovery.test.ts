import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { isRunning } from '../../../src/database/embedded/postmaster.js'
import {
  cleanUps,
  isRoot,
  kill,
  killChild,
  postmasterOf,
  query,
  start,
  startInChild,
  temporaryFolder,
  until,
} from './support.js'

describe('embedded PostgreSQL, after something was killed', () => {
  test('takes over the server of a run that was killed, with all that was stored', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    await query(database, 'create table kept as select 42 as number')
    const pid = await postmasterOf(database.folder)
    await killChild(child)
    assert.ok(isRunning(pid))

    const next = await start(dataDir)
    assert.equal(next.adopted, true)
    assert.equal(await postmasterOf(next.folder), pid)
    assert.deepEqual(await query(next, 'select number from kept'), [42])
    await next.stop()
    assert.equal(isRunning(pid), false)
  })

  test('keeps a server running that it has taken over', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    await killChild(child)
    const next = await start(dataDir)
    kill(await postmasterOf(database.folder), 'SIGKILL')
    await until('the server to be back', () => query(next, 'select 1').catch(() => undefined))
    assert.equal(next.lines.filter((line) => /could not/.test(line)).length, 0)
  })

  test('waits for the server of a killed run to finish its shutdown', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    await query(database, 'create table kept as select n from generate_series(1, 300000) n')
    await killChild(child)
    kill(await postmasterOf(database.folder), 'SIGINT')
    const next = await start(dataDir)
    assert.equal(next.adopted, false)
    assert.deepEqual(await query(next, 'select count(*)::int from kept'), [300000])
  })

  test('waits for the server of a killed run to finish its recovery', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    await query(database, 'create table kept as select n from generate_series(1, 300000) n')
    // The child restarts the killed server, and is killed as soon as that has begun.
    const pid = await postmasterOf(database.folder)
    kill(pid, 'SIGKILL')
    await until('a new server', async () => ![0, pid].includes(await postmasterOf(database.folder)))
    await killChild(child)
    const next = await start(dataDir)
    assert.deepEqual(await query(next, 'select count(*)::int from kept'), [300000])
  })

  test('starts the server again when it has been killed, at the same address, with all that was stored', async () => {
    const database = await start(await temporaryFolder())
    await query(database, 'create table kept as select 42 as number')
    for (const round of [1, 2]) {
      const pid = await postmasterOf(database.folder)
      kill(pid, 'SIGKILL')
      await until(
        'a new server',
        async () => database.lines.filter((line) => /running again/.test(line)).length === round,
      )
      assert.deepEqual(await query(database, 'select number from kept'), [42])
      assert.notEqual(await postmasterOf(database.folder), pid)
    }
  })

  test('outlasts a child of the killed server that will not go', async () => {
    const database = await start(await temporaryFolder())
    const [backend] = await query(database, "select pid from pg_stat_activity where backend_type = 'checkpointer'")
    kill(Number(backend), 'SIGSTOP')
    kill(await postmasterOf(database.folder), 'SIGKILL')
    const log = join(dirname(database.folder), 'postgres.log')
    const blocked = /shared memory block/
    await until('a refused start', async () => blocked.test(await readFile(log, 'utf8')))
    kill(Number(backend), 'SIGKILL')
    assert.deepEqual(await until('the server', () => query(database, 'select 1').catch(() => undefined)), [1])
  })

  test('stops when the server is dead already, and more than once', async () => {
    const dataDir = await temporaryFolder()
    const database = await start(dataDir)
    kill(await postmasterOf(database.folder), 'SIGKILL')
    await Promise.all([database.stop(), database.stop()])
    await database.stop()
    assert.equal(isRunning(await postmasterOf(database.folder)), false)
    assert.deepEqual(await query(await start(dataDir), 'select 1'), [1])
  })

  test('stops while the server cannot be started again', async () => {
    const dataDir = await temporaryFolder()
    const database = await start(dataDir)
    const needed = join(database.folder, 'global', 'pg_control')
    await rename(needed, `${needed}.away`)
    kill(await postmasterOf(database.folder), 'SIGKILL')
    await until('a failed start', async () => database.lines.some((line) => /could not be started again/.test(line)))
    await database.stop()
    await rename(`${needed}.away`, needed)
    assert.deepEqual(await query(await start(dataDir), 'select 1'), [1])
  })

  test('is not misled by the process id of another program', async () => {
    const dataDir = await temporaryFolder()
    const { child, database } = await startInChild(dataDir)
    const { uid, gid } = await stat(database.folder)
    // Of the same user, or PostgreSQL itself would not take it for a server.
    const other = spawn('sleep', ['600'], { cwd: '/', stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) })
    cleanUps.push(() => killChild(other))
    await killChild(child)
    const lockFiles = ['postmaster.pid', '.s.PGSQL.5432.lock'].map((name) => join(database.folder, name))
    const texts = await Promise.all(lockFiles.map((file) => readFile(file, 'utf8')))
    const pid = await postmasterOf(database.folder)
    kill(pid, 'SIGKILL')
    await until('the end of the server', async () => !isRunning(pid))
    for (const [at, file] of lockFiles.entries()) {
      await writeFile(file, (texts[at] ?? '').replace(/^\d+/, String(other.pid)))
    }
    const next = await start(dataDir)
    assert.equal(next.adopted, false)
    assert.deepEqual(await query(next, 'select 1'), [1])
    assert.equal(other.exitCode ?? other.signalCode, null)
  })
})
