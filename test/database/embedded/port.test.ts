import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { ClientConfig } from 'pg'
import { findRunningDatabase } from '../../../src/database/embedded/find-running.js'
import { freePort } from '../../support/free-port.js'
import { listen } from '../../support/listen.js'
import { queryOnce } from '../../support/query-once.js'
import { killChild, query, rejectsWith, start, startInChild, temporaryFolder } from './support.js'

const askAt = (port: number, connection: ClientConfig) =>
  queryOnce({ ...connection, host: '127.0.0.1', port }, 'select current_database() as name')

describe('embedded PostgreSQL for others beside us', () => {
  test('answers at the port that it is given, to who has the password, and at its socket', async () => {
    const port = await freePort()
    const database = await start(await temporaryFolder(), { port })
    assert.deepEqual(await askAt(port, database.connection), [{ name: 'pulseback' }])
    assert.deepEqual(await query(database, 'show listen_addresses'), ['127.0.0.1'])
    await assert.rejects(askAt(port, { ...database.connection, password: 'guessed' }), { code: '28P01' })
  })

  test('that a killed run left behind is started anew where it is to answer elsewhere', async () => {
    const dataDir = await temporaryFolder()
    const { child } = await startInChild(dataDir)
    await killChild(child)
    const port = await freePort()
    const database = await start(dataDir, { port })
    assert.equal(database.adopted, false)
    assert.match(database.lines.join('\n'), /answers elsewhere; starting it anew/)
    await askAt(port, database.connection)
    await database.stop()
    await start(dataDir)
    await assert.rejects(askAt(port, database.connection), { code: 'ECONNREFUSED' })
  })

  test('says so when the port is taken', async () => {
    const server = createServer()
    const port = await listen(server)
    await rejectsWith(start(await temporaryFolder(), { port }), /Address already in use/)
    server.close()
  })

  test('is found by a second program while it runs, and only then', async () => {
    const dataDir = join(await temporaryFolder(), 'data')
    assert.equal(await findRunningDatabase(dataDir), null)
    const port = await freePort()
    const database = await start(dataDir, { port })
    assert.deepEqual(await findRunningDatabase(dataDir), { connection: database.connection, tcpPort: port })
    await database.stop()
    assert.equal(await findRunningDatabase(dataDir), null)
  })
})
