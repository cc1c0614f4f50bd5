import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { Client } from 'pg'
import { createSeal } from '../../src/access/seal.js'
import { newId } from '../../src/kernel/ids.js'
import { postgresBus } from '../../src/live/postgres-bus.js'
import type { News } from '../../src/live/tail.js'
import { until } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

suite('what nodes tell each other through PostgreSQL', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  test('is heard by them, says nothing to others who listen, and cannot be made up', async () => {
    const errors: unknown[] = []
    const bus = postgresBus(database.connection, createSeal(randomBytes(32)), (error) => void errors.push(error))
    const heard: News[] = []
    const speaker = await bus(() => undefined)
    const hearer = await bus((news) => void heard.push(news))
    const listener = new Client(database.connection)
    const overheard: string[] = []
    listener.on('notification', ({ payload }) => void overheard.push(payload ?? ''))
    await listener.connect()
    await listener.query('listen pulseback')

    const counts = { epoch: 1, revision: 1, receiptSequence: 1, catalogVersion: 1 }
    const commit = { ...counts, workspaceId: newId<'wsp'>(), position: 123_456_789, changes: [], touched: [] }
    const next = { ...commit, position: commit.position + 1 }
    // A hint may be lost while the connections come up.
    await until(() => {
      speaker.publish(commit)
      return heard.length > 0
    }, 'the hint')
    assert.equal(heard[0]?.position, commit.position)
    await until(() => overheard.length > 0, 'what others overhear')
    for (const text of overheard) {
      const opened = `${text} ${Buffer.from(text, 'base64').toString('latin1')}`
      assert.doesNotMatch(opened, new RegExp(`${commit.workspaceId}|123456789|position`))
    }

    const before = heard.length
    const forged = { node: 'another', head: { ...commit, position: 1 } }
    for (const text of [JSON.stringify(forged), Buffer.from(JSON.stringify(forged)).toString('base64'), '', 'x']) {
      await listener.query('select pg_notify($1, $2)', ['pulseback', text])
    }
    // What is said after them has been heard, and so they have been too.
    const count = overheard.length
    await until(() => {
      speaker.publish(next)
      return heard.some(({ position }) => position === next.position) && overheard.length > count
    }, 'the next hint')
    assert.ok(heard.length > before)
    assert.ok(heard.every(({ position }) => position >= commit.position))
    assert.deepEqual(errors, [])
    await listener.end()
    await speaker.close()
    await hearer.close()
  })
})
