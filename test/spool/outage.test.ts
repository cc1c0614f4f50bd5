import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { until } from '../support/app.js'
import { openRawSocket } from '../support/raw-socket.js'
import { adminKey } from '../support/server.js'
import { type OutageWorld, type OutageWorldOptions, openOutageWorld } from './world.js'

const orders = Array.from({ length: 25 }, (_, index) => `order-${index}`)
const tryAgainLater = 1013
const anotherToken = `pbt_${'0'.repeat(32)}`

suite('while the database is away nothing is lost', { timeout: 280_000 }, () => {
  let world: OutageWorld
  const open = async (options: OutageWorldOptions = {}) => {
    world = await openOutageWorld(options)
    return world
  }
  afterEach(() => world.close())

  /** One that nobody has used yet. */
  async function newKey(): Promise<string> {
    const { createKey } = await world.node.ask<{ createKey: { secret: string } }>(
      'mutation { createKey(input: {name: "BI", role: ANALYST}) { secret } }',
    )
    return createKey.secret
  }

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

  test('frozen, while GraphQL is asked by one who was just there, and by one who never was', async () => {
    await open()
    const secret = await newKey()
    const ask = async (key: string) => {
      const answer = await world.graphql(key, '{ conversions(first: 1) { nodes { id } } }')
      const { errors } = JSON.parse(answer.body) as { errors: readonly { extensions: { code: string } }[] }
      return [answer.status, errors[0]?.extensions.code]
    }
    await world.signalDatabase('SIGSTOP')
    assert.deepEqual(await Promise.all([ask(adminKey), ask(secret)]), [
      [200, 'UNAVAILABLE'],
      [503, 'UNAVAILABLE'],
    ])
    // It is known now, so nobody waits; each would for a second and more.
    const sinceMs = performance.now()
    for (const key of [adminKey, secret]) assert.equal((await ask(key))[1], 'UNAVAILABLE')
    assert.ok(performance.now() - sinceMs < 2_000)
    await world.signalDatabase('SIGCONT')
    await until(async () => (await ask(secret).catch(() => [200]))[0] === 200, 'it to be answered')
  })

  test('frozen, while every door but the senders’ is asked by one who never was there', async () => {
    const { node } = await open()
    const secret = await newKey()
    const authorization = `Bearer ${secret}`
    const json = { authorization, 'content-type': 'application/json' }
    const body = JSON.stringify({ query: 'subscription { conversions { cursor } }' })
    const doors: readonly (readonly [path: string, init: RequestInit])[] = [
      ['/graphql', { method: 'POST', headers: json, body }],
      ['/graphql', { method: 'POST', headers: { ...json, accept: 'text/event-stream' }, body }],
      ['/session', { method: 'POST', headers: json, body: '{}' }],
      ['/export/clicks', { headers: { authorization } }],
      ['/reconcile', { method: 'POST', headers: { authorization, 'content-type': 'text/csv' }, body: 'txid\n1' }],
    ]
    await world.signalDatabase('SIGSTOP')
    for (const [path, init] of doors) {
      const response = await fetch(`${node.url}${path}`, init)
      assert.equal(response.status, 503, path)
      assert.match(response.headers.get('retry-after') ?? '', /^\d+$/, path)
      assert.match(await response.text(), /"code":"UNAVAILABLE"/)
    }
    const socket = await openRawSocket(node.url)
    socket.send({ type: 'connection_init', payload: { authorization } })
    assert.equal(await socket.closed, tryAgainLater)
    // That it is away is told once, and is nobody's error.
    assert.doesNotMatch(node.said(), /"code":"UNAVAILABLE"/)
    await world.signalDatabase('SIGCONT')
    await world.isBack()
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
