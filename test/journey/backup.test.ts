import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../support/app.js'
import { findInstalledPostgres, startInstalledPostgres } from '../support/old-postgres.js'
import { adminKey, type StartedServer, startServer } from '../support/server.js'
import { createSender, makeShop, type PostbackReply } from './traffic.js'

const bin = findInstalledPostgres()
const guide = readFileSync(new URL('../../../docs/OPERATIONS.md', import.meta.url), 'utf8')

/** The commands of the guide under a heading of this text, the first block of them. */
function commandsOf(heading: string): string {
  const found = guide.split(`\n#### ${heading}\n`)[1]?.split('\n#')[0]
  const block = /```sh\n([\s\S]*?)```/.exec(found ?? '')?.[1]
  assert.ok(block, `the guide has no commands under ${heading}`)
  return block
}

/** Figures that a restore has to bring back to the last cent. */
const figures = `{
  performance(query: { range: LAST_7_DAYS }) { totals { clicks conversions saleAmount revenue payout } }
}`

suite('a back-up, as the guide makes it', { timeout: 240_000 }, () => {
  async function openFolder(t: TestContext): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'pulseback-backup-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    // As root the database's own user has to get in, so that its data is where it says.
    await chmod(folder, 0o755)
    // `npm run` would build first, and this is built.
    await mkdir(join(folder, 'bin'))
    const main = fileURLToPath(new URL('../../src', import.meta.url))
    const script = [
      '#!/bin/sh',
      'case "$2" in',
      `restored) exec "${process.execPath}" "${main}/restored.js" ;;`,
      `rollups) exec "${process.execPath}" "${main}/recount-rollups.js" "$4" ;;`,
      'esac',
      'echo "no such script: $2" >&2; exit 1',
    ]
    await writeFile(join(folder, 'bin', 'npm'), `${script.join('\n')}\n`, { mode: 0o755 })
    return folder
  }

  function run(heading: string, folder: string, more: NodeJS.ProcessEnv): string {
    const { PATH, HOME } = process.env
    const env = { HOME, ...more, PATH: [join(folder, 'bin'), bin, PATH].filter((part) => part !== null).join(':') }
    const ran = spawnSync('bash', ['-euo', 'pipefail', '-c', commandsOf(heading)], {
      env,
      encoding: 'utf8',
      cwd: folder,
    })
    assert.equal(ran.status, 0, `${heading}: ${ran.stdout}${ran.stderr}`)
    return ran.stdout
  }

  async function fill(server: StartedServer, first: number) {
    const sender = createSender(server.url)
    const shop = await makeShop(server)
    for (let index = first; index < first + 30; index += 1) {
      const click_id = await sender.click(shop.links[index % 2] ?? '')
      const fields = { token: shop.token, click_id, txid: `order-${index}`, amount: `${index}.05` }
      assert.equal((await sender.postback(fields, index)).status, 200)
    }
    sender.close()
    return shop
  }

  const isFolded = async ({ url }: StartedServer) =>
    (await (await fetch(`${url}/metrics`)).text()).includes('\npulseback_rollups_behind_changes 0\n')

  const headOf = async ({ ask }: StartedServer) =>
    (await ask<{ viewer: { workspace: { head: string } } }>('{ viewer { workspace { head } } }')).viewer.workspace.head

  async function codeOf({ url }: StartedServer, after: string): Promise<string | undefined> {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({
        query: 'query ($after: Cursor) { changes(after: $after) { endCursor } }',
        variables: { after },
      }),
    })
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] }
    return errors?.[0]?.extensions.code
  }

  /** What is back is what was there, and what is known of the time behind the back-up has expired. */
  async function assertBack(
    server: StartedServer,
    shop: { token: string },
    kept: unknown,
    lost: string,
  ): Promise<void> {
    assert.deepEqual(await server.ask(figures), kept)
    assert.equal(await codeOf(server, lost), 'CURSOR_EXPIRED')
    assert.equal(await codeOf(server, await headOf(server)), undefined)
    const sender = createSender(server.url)
    const again = await sender.postback({ token: shop.token, txid: 'order-3', status: 'approved' }, 0)
    const known = JSON.parse(again.body) as PostbackReply
    assert.equal(known.outcome, 'UPDATED', again.body)
    sender.close()
  }

  test('of the embedded database is its folder, copied while it stands', async (t) => {
    const folder = await openFolder(t)
    const places = { DATA_DIR: join(folder, 'data'), BACKUP: join(folder, 'kept') }
    let server = await startServer(places.DATA_DIR)
    t.after(() => server.stop('SIGTERM'))
    const shop = await fill(server, 0)
    const kept = await server.ask(figures)
    // So that there is something to verify.
    await until(() => isFolded(server), 'the roll-ups to be folded', 60_000)
    assert.equal(await server.stop('SIGTERM'), 0)
    run('Back up the embedded database', folder, places)

    server = await startServer(places.DATA_DIR)
    await fill(server, 100)
    assert.notDeepEqual(await server.ask(figures), kept)
    const lost = await headOf(server)
    assert.equal(await server.stop('SIGTERM'), 0)
    await rm(places.DATA_DIR, { recursive: true, force: true })

    const said = run('Restore the embedded database', folder, places)
    assert.match(said, /Restored: one workspace/)
    assert.match(said, /as the raw rows say/)
    server = await startServer(places.DATA_DIR)
    await assertBack(server, shop, kept, lost)
  })

  test('of a server of one’s own is a dump, made while nodes serve', {
    skip: bin === null ? 'no PostgreSQL 15 or later with pg_dump is installed' : false,
  }, async (t) => {
    const folder = await openFolder(t)
    const postgres = await startInstalledPostgres(bin ?? '')
    t.after(() => postgres.stop())
    await postgres.execute('create database books')
    const dataDir = join(folder, 'node')
    let server = await startServer(dataDir, { DATABASE_URL: postgres.address('books') })
    t.after(() => server.stop('SIGTERM'))
    const shop = await fill(server, 0)
    const kept = await server.ask(figures)
    const backup = { BACKUP: join(folder, 'kept') }
    run('Back up a server of your own', folder, { ...backup, DATABASE_URL: postgres.address('books') })
    await fill(server, 100)
    const lost = await headOf(server)
    assert.equal(await server.stop('SIGTERM'), 0)

    await postgres.execute('drop database books with (force)')
    await postgres.execute('create database restored')
    const there = { DATABASE_URL: postgres.address('restored') }
    const said = run('Restore a server of your own', folder, { ...backup, ...there, DATA_DIR: dataDir })
    assert.match(said, /Restored: one workspace/)
    assert.match(said, /as the raw rows say/)
    server = await startServer(dataDir, there)
    await assertBack(server, shop, kept, lost)
  })
})
