import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { connect, readerName } from '../reporting/bi/world.js'
import { within } from '../support/app.js'
import { createTestDatabase } from '../support/database.js'
import { freePort } from '../support/free-port.js'
import { startServer } from '../support/server.js'

interface Said {
  readonly code: number
  readonly output: string
  readonly errors: string
}

/** `npm run bi -- …`, already built. */
function bi(environment: Record<string, string>, ...args: string[]): Promise<Said> {
  const program = fileURLToPath(new URL('../../src/bi.js', import.meta.url))
  const env = { PATH: process.env.PATH, ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, timeout: 60_000 }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output, errors })
    })
  })
}

const connectionString = ({ output, errors }: Said): string =>
  /^ {2}(postgres:\S+)$/m.exec(output)?.[1] ?? assert.fail(`no connection string: ${output}${errors}`)

suite('npm run bi', { timeout: 240_000 }, () => {
  test('makes, lists and revokes a reader of the embedded database, beside the running program', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-bi-'))
    await chmod(dataDir, 0o755)
    t.after(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }))
    const environment = { DATA_DIR: dataDir }
    const early = await bi(environment, 'list')
    assert.deepEqual([early.code, early.output], [1, ''])
    assert.match(early.errors, /^No database is running in .*Start Pulseback first/)

    const port = await freePort()
    const server = await startServer(dataDir, { DATABASE_PORT: String(port) })
    t.after(() => server.stop('SIGTERM'))
    const granted = await bi(environment, 'grant', 'tool')
    const url = connectionString(granted)
    assert.ok(url.startsWith('postgres://bi_tool:') && url.endsWith(`@127.0.0.1:${port}/pulseback`), url)
    // Its database is ours alone, so nothing is left open.
    assert.doesNotMatch(granted.output, /revoke|--/)

    const reader = await connect({ connectionString: url })
    const [workspace] = await reader.rows<{ name: string }>('select name from workspace')
    assert.equal(workspace?.name, 'My workspace')
    await reader.rows('set default_transaction_read_only = off')
    for (const sql of ['create temporary table mine ()', 'select lo_create(0)', 'select pg_advisory_lock(7245883)']) {
      assert.equal(await reader.refusal(sql), '42501', sql)
    }
    await assert.rejects(connect({ connectionString: url.replace(/pulseback$/, 'postgres') }), { code: '42501' })

    assert.match(
      (await bi(environment, 'list')).output,
      /^bi_tool reads workspace "My workspace" \(wsp_.*\), 1 connected$/m,
    )
    assert.match((await bi(environment, 'revoke', 'tool')).output, /bi_tool is gone/)
    await within(reader.ended, 'the end of the connection')
    await assert.rejects(connect({ connectionString: url }), { code: '28P01' })
    assert.match((await bi(environment, 'list')).output, /There are no readers/)
  })

  test('names what somebody else’s server leaves open, and leaves it to them', async (t) => {
    const database = await createTestDatabase()
    t.after(() => database.drop())
    const { workspaceId } = await createWorkspace(database.orm, Date.now, { name: 'Shop' })
    const environment = { DATABASE_URL: database.connection.connectionString ?? '' }
    const name = readerName()
    const granted = await bi(environment, 'grant', name)
    const reader = await connect({ connectionString: connectionString(granted) })
    assert.deepEqual(await reader.rows('select workspace_uuid from workspace'), [{ workspace_uuid: workspaceId }])
    assert.match(granted.output, /^-- It may make temporary tables/m)
    assert.match(granted.output, /^revoke temporary on database test_\w+ from public;$/m)
    await reader.rows('set default_transaction_read_only = off')
    await reader.rows('create temporary table mine ()')
    await bi(environment, 'revoke', name)
    await within(reader.ended, 'the end of the connection')
  })

  test('says how it is used, and what is wrong', async () => {
    for (const args of [
      [],
      ['grant'],
      ['list', 'x'],
      ['revoke'],
      ['grant', 'a', 'b'],
      ['drop', 'a'],
      ['list', '--all'],
    ]) {
      const { code, output, errors } = await bi({}, ...args)
      assert.deepEqual([code, output], [1, ''])
      assert.match(errors, /npm run bi -- grant NAME/)
    }
    const nowhere = await bi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'list')
    assert.match(nowhere.errors, /ECONNREFUSED/)
  })
})
