import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './app.js'
import { freePort } from './free-port.js'
import { queryOnce } from './query-once.js'

/** The folder of a PostgreSQL that is installed on this machine with its client programs, as Debian has it; or null. */
export const findInstalledPostgres = (): string | null =>
  globSync('/usr/lib/postgresql/*/bin')
    .filter((bin) =>
      ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => globSync(join(bin, name)).length === 1),
    )
    .filter((bin) => Number(bin.split('/').at(-2)) >= 15)
    .sort()
    .at(-1) ?? null

/** A server of that, on a loopback port, in a folder that is gone afterwards. */
export async function startInstalledPostgres(bin: string) {
  const owner = asOwner()
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-installed-'))
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid ?? owner.uid)
  const data = join(folder, 'data')
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'pulseback', '--auth=trust', '-E', 'UTF8'], owner)
  assert.equal(made.status, 0, String(made.stderr))
  const port = await freePort()
  const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1'], {
    ...owner,
    stdio: 'ignore',
  })
  const address = (database: string) => `postgres://pulseback@127.0.0.1:${port}/${database}`
  const execute = (sql: string) => queryOnce({ connectionString: address('postgres') }, sql)
  const answers = () =>
    execute('select 1').then(
      () => true,
      () => false,
    )
  await until(answers, 'the server to answer')
  return {
    address,
    execute,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGINT')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL does not run as root. */
function asOwner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout)
  return { uid: id('-u'), gid: id('-g') }
}
