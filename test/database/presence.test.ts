import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { afterEach, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPresence, type Presence } from '../../src/database/presence.js'
import { until } from '../support/app.js'
import { whileNotListening } from '../support/while-not-listening.js'

const never = new Promise<never>(() => undefined)
const unavailable = { code: 'UNAVAILABLE' }

suite('whether the database answers', () => {
  let presence: Presence
  afterEach(() => presence.close())

  /** A database that answers, refuses or hangs, as it is told, and counts how often it was probed. */
  function create(state: 'answers' | 'refuses' | 'hangs') {
    const database = { state, probes: 0, told: [] as string[] }
    presence = createPresence({
      async probe() {
        database.probes += 1
        if (database.state === 'hangs') await never
        if (database.state === 'refuses') throw new Error('refused')
      },
      patienceMs: 20,
      everyMs: 5,
      log: (message) => database.told.push(message),
    })
    return database
  }

  test('nobody asks while all goes well', async () => {
    const database = create('answers')
    for (let count = 0; count < 10; count += 1) assert.equal(await presence.ask(async () => count), count)
    assert.equal(database.probes, 0)
  })

  test('one that is slow, and there, is waited for', async () => {
    create('answers')
    assert.equal(await presence.ask(() => sleep(100, 'late')), 'late')
  })

  test('one whose answer has come while this process did something else is not away', async () => {
    // An answer that the system has, and that is read when there is time for it.
    const probe = async () => void (await stat('.'))
    presence = createPresence({ probe, patienceMs: 20, log: assert.fail })
    const { doubt } = presence
    assert.deepEqual(await whileNotListening(doubt, 100), { isAway: false })
  })

  for (const state of ['refuses', 'hangs'] as const) {
    test(`when it ${state}, all who wait are told, and who comes after is told at once, by one probe`, async () => {
      const database = create(state)
      const asked = Array.from({ length: 50 }, () => presence.ask(() => never))
      const told = await Promise.allSettled(asked)
      assert.ok(told.every((one) => one.status === 'rejected' && one.reason.code === 'UNAVAILABLE'))
      assert.equal(database.probes, 1)
      await assert.rejects(
        presence.ask(() => assert.fail('asked')),
        unavailable,
      )
      assert.ok(presence.isAway)
    })
  }

  test('it is found out by itself that it is back', async () => {
    const database = create('refuses')
    assert.deepEqual(await presence.doubt(), { isAway: true })
    await until(() => database.probes > 3, 'more probes')
    database.state = 'answers'
    await until(() => !presence.isAway, 'it to be back')
    assert.deepEqual(database.told, ['the database is away', 'the database answers again'])
    const { probes } = database
    await sleep(30)
    assert.equal(database.probes, probes)
  })

  test('a read that is refused by one that is there is UNAVAILABLE, and keeps nobody else away', async () => {
    create('answers')
    await assert.rejects(
      presence.ask(() => Promise.reject(new Error('cut'))),
      unavailable,
    )
    assert.equal(await presence.ask(async () => 1), 1)
  })
})
