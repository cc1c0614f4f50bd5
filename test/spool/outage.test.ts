import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { type OutageWorld, type OutageWorldOptions, openOutageWorld } from './world.js'

const orders = Array.from({ length: 25 }, (_, index) => `order-${index}`)
const anotherToken = `pbt_${'0'.repeat(32)}`

suite('while the database is away nothing is lost', { timeout: 280_000 }, () => {
  let world: OutageWorld
  const open = async (options: OutageWorldOptions = {}) => {
    world = await openOutageWorld(options)
    return world
  }
  afterEach(() => world.close())

  /** What everybody must be told while `end` has not been called, and what must be in the books after it was. */
  async function goThrough(begin: () => Promise<() => Promise<void>>): Promise<void> {
    const before = await world.click()
    assert.equal((await world.post({ click_id: before, txid: 'before', amount: '10' })).outcome, 'ACCEPTED')

    const end = await begin()
    const sent = orders.map(async (txid) => {
      const click = await world.click()
      const bought = await world.post({ click_id: click, txid, amount: '12.34' })
      const approved = await world.post({ txid, status: 'approved' })
      for (const { status, outcome } of [bought, approved]) assert.deepEqual([status, outcome], [202, 'QUEUED'])
    })
    await Promise.all(sent)
    const bad = await world.post({ click_id: before, txid: 'bad', amount: 'ten' })
    assert.deepEqual([bad.status, bad.outcome, bad.reason?.split(':')[0]], [422, 'REJECTED', 'INVALID_AMOUNT'])
    assert.equal((await world.post({ token: anotherToken, txid: 'none' })).status, 503)
    assert.equal((await world.get(world.unseen)).status, 503)
    const ready = await world.get('/readyz')
    const queued = orders.length * 3 + 1
    assert.deepEqual([ready.status, JSON.parse(ready.body)], [200, { status: 'queueing', queued }])
    const {
      pulseback_spool_entries: entries,
      pulseback_queueing: queueing,
      pulseback_spool_bytes: bytes,
    } = await world.metrics()
    assert.deepEqual([entries, queueing], [queued, 1])
    assert.ok((bytes ?? 0) > 10_000)

    await end()
    await world.isBack()
    await assertWhole()
    // And it goes on as before.
    assert.equal((await world.post({ click_id: before, txid: 'after', amount: '1' })).outcome, 'ACCEPTED')
  }

  async function assertWhole(): Promise<void> {
    const ledger = await world.readLedger()
    const changesOf = (txid: string) =>
      ledger.filter(({ conversion }) => conversion.transactionId === txid).map(({ kind }) => kind)
    for (const txid of orders) assert.deepEqual(changesOf(txid), ['CREATED', 'APPROVED'], txid)
    assert.equal(ledger.length, orders.length * 2 + 1)

    const receipts = await world.readReceipts()
    assert.deepEqual([...receipts.keys()].sort(), [...world.answers.keys()].sort())
    const outcomes = Map.groupBy(receipts.values(), (outcome) => outcome)
    assert.deepEqual(Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length])), {
      ACCEPTED: orders.length + 1,
      UPDATED: orders.length,
      REJECTED: 1,
    })
    assert.deepEqual(await world.readTotals(), {
      clicks: orders.length + 1,
      conversions: orders.length + 1,
      approved: orders.length,
      saleAmount: '318.5',
    })
    assert.equal(new Set(world.clicks).size, orders.length + 1)
  }

  test('killed with kill -9, and started again', async () => {
    await open()
    await goThrough(() => world.killDatabase())
  })

  test('frozen in the middle of what it does', async () => {
    await open()
    await goThrough(async () => {
      await world.signalDatabase('SIGSTOP')
      return () => world.signalDatabase('SIGCONT')
    })
  })

  test('refusing every connection', async () => {
    await open()
    await goThrough(async () => {
      await world.administer(
        'alter database pulseback allow_connections false',
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'pulseback'`,
      )
      return () => world.administer('alter database pulseback allow_connections true')
    })
  })
})
