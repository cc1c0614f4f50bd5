import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import pg from 'pg'
import { createSnapshots, type Snapshot } from '../../src/database/snapshot.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { until, within } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const poolMax = 3

suite('Snapshots', { timeout: 120_000 }, () => {
  let database: TestDatabase

  before(async () => {
    database = await createTestDatabase({ poolMax })
    await database.rows('create table thing (id integer primary key)')
  })
  after(() => database.drop())

  const backendOf = async ({ rows }: Pick<Snapshot, 'rows'>) =>
    (await rows<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid
  const count = async ({ rows }: Snapshot) => (await rows('select from thing')).length

  test('first reads at the same time share one transaction', async () => {
    const snapshot = createSnapshots(database.orm).open()
    const pids = await Promise.all([backendOf(snapshot), backendOf(snapshot), backendOf(snapshot)])
    assert.deepEqual(new Set(pids).size, 1)
    await snapshot.end()
  })

  test('a read that goes wrong ends none that was asked before, and is the last of its snapshot', async () => {
    const snapshot = createSnapshots(database.orm).open()
    const [before, wrong, behind] = await Promise.allSettled([
      backendOf(snapshot),
      snapshot.rows('select nothing'),
      backendOf(snapshot),
    ])
    assert.equal(before?.status, 'fulfilled')
    assert.deepEqual(
      [wrong, behind].map((each) => each?.status === 'rejected' && each.reason.code),
      ['42703', '25P02'],
    )
    await snapshot.end()
    await backendOf(createSnapshots(database.orm).autocommit())
  })

  test('a snapshot sees one moment, however much is written meanwhile; autocommit sees what is written', async () => {
    const snapshots = createSnapshots(database.orm)
    const [snapshot, current] = [snapshots.open(), snapshots.autocommit()]
    assert.deepEqual([await count(snapshot), await count(current)], [0, 0])
    await database.rows('insert into thing values (1)')
    assert.deepEqual([await count(snapshot), await count(current)], [0, 1])
    await snapshot.end()
  })

  test('a snapshot cannot write', async () => {
    const snapshot = createSnapshots(database.orm).open()
    await assert.rejects(snapshot.rows('insert into thing values (2)'), { code: '25006' })
    await snapshot.end()
  })

  test('one that was never read costs no connection; the end may come twice, and reading after it fails', async () => {
    const snapshots = createSnapshots(database.orm)
    const many = Array.from({ length: poolMax * 10 }, () => snapshots.open())
    await backendOf(snapshots.autocommit())
    for (const snapshot of many) {
      await snapshot.end()
      await snapshot.end()
      await assert.rejects(snapshot.rows('select 1'))
    }
  })

  test('a statement that takes too long is ended', async () => {
    const snapshot = createSnapshots(database.orm, { timeoutMs: 200 }).open()
    await assert.rejects(snapshot.rows('select pg_sleep(10)'), { code: '57014' })
    await snapshot.end()
  })

  test('a server that gives no answer at all is not waited for, and its connection is not used again', async () => {
    // Long enough to freeze it before it ends what stands idle.
    const snapshots = createSnapshots(database.orm, { timeoutMs: 1_500, graceMs: 300 })
    const snapshot = snapshots.open()
    const frozen = Number(await backendOf(snapshot))
    process.kill(frozen, 'SIGSTOP')
    try {
      await assert.rejects(within(snapshot.rows('select 1'), 'an error'), { message: 'Query read timeout' })
      await snapshot.end()
      const others = await Promise.all(Array.from({ length: poolMax }, () => backendOf(snapshots.autocommit())))
      assert.ok(!others.includes(frozen))
    } finally {
      process.kill(frozen, 'SIGCONT')
    }
  })

  test('a statement whose answer nobody waits for is cancelled, and no other', async () => {
    const snapshots = createSnapshots(database.orm, { timeoutMs: 20_000 })
    const [left, other] = [snapshots.open(), snapshots.open()]
    const holder = new pg.Client(database.connection)
    await holder.connect()
    await holder.query('select pg_advisory_lock(1)')
    const gone = assert.rejects(left.rows('select pg_sleep(10)'), { code: '57014' })
    const kept = other.rows('select pg_advisory_xact_lock(1)')
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event in ('PgSleep', 'advisory')`
    await until(async () => (await database.rows(waiting)).length === 2, 'both to be under way')
    await left.cancel()
    await gone
    await holder.end()
    assert.equal((await kept).length, 1)
    await Promise.all([left.end(), other.end()])
    await left.cancel()
  })

  test('a backend that dies costs the pool no connection, in reading or in writing', async () => {
    const snapshots = createSnapshots(database.orm)
    const kill = async (pid: number | undefined) => {
      await database.rows('select pg_terminate_backend($1, 1000)', [pid])
    }
    for (let round = 0; round < poolMax * 2; round += 1) {
      const snapshot = snapshots.open()
      await kill(await backendOf(snapshot))
      await assert.rejects(snapshot.rows('select 1'))
      await snapshot.end()
      const writing = inTransaction(database.orm, async (em) => {
        const rows = rowsOf(em)
        await kill(await backendOf({ rows }))
        await rows('select 1')
      })
      await assert.rejects(writing)
    }
    const open = Array.from({ length: poolMax }, () => snapshots.open())
    assert.equal(new Set(await Promise.all(open.map(backendOf))).size, poolMax)
    await Promise.all(open.map((snapshot) => snapshot.end()))
  })
})
