import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

// From dist/test/journey back to the top of the project.
const top = fileURLToPath(new URL('../../../', import.meta.url))
const adminKey = 'an-admin-key-for-the-tour-of-the-readme'
const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined)

const folder = await mkdtemp(join(tmpdir(), 'pulseback-readme-'))
after(() => rm(folder, { recursive: true, force: true }))

test('the README’s tour, pasted to the letter, ends with a conversion seen live and in the figures', {
  skip: missing.length > 0 && `this machine has no ${missing.join(' and no ')}`,
  timeout: 240_000,
}, async (t) => {
  const server = spawn(process.execPath, [join(top, 'dist/src/main.js')], {
    env: {
      ...{ PATH: process.env.PATH, ADMIN_KEY: adminKey, PORT: '0' },
      ...{ DATABASE_URL: process.env.TEST_DATABASE_URL, DATA_DIR: join(folder, 'data') },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(async () => {
    const exit = once(server, 'exit')
    if (server.kill('SIGTERM')) await exit
  })
  const url = await addressOf(server.stdout)

  const script = tourOf(await readFile(join(top, 'README.md'), 'utf8'))
    .replace('export KEY=pb_admin_…', `export KEY=${adminKey}`)
    .replaceAll('127.0.0.1:8080', new URL(url).host)
    // Where a person waits for a moment, here it is waited for what the moment is for.
    .replace('watch.mjs &', 'watch.mjs > >(tee seen) &')
    .replace('sleep 2', () => `until curl -s ${url}/metrics | grep -qx 'pulseback_subscriptions 1'; do sleep 0.1; done`)
    .replace('sleep 1\n', () => 'until [ "$(wc -l < seen)" -ge 2 ]; do sleep 0.1; done\n')
  await symlink(join(top, 'node_modules'), join(folder, 'node_modules'))
  const tour = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', timeout: 120_000 })

  const outcomes = [...tour.stdout.matchAll(/"outcome":"(\w+)"/g)].map(([, outcome]) => outcome)
  assert.deepEqual(outcomes, ['ACCEPTED', 'DUPLICATE', 'UPDATED'], tour.stdout + tour.stderr)
  const kinds = [...tour.stdout.matchAll(/"kind":"(\w+)"/g)].map(([, kind]) => kind)
  assert.deepEqual(kinds, ['CREATED', 'REVERSED'])
  assert.match(tour.stdout, /"totals":\{"clicks":1,"conversions":0,"reversed":1\}/)
})

/** The shell blocks between the tour's heading and the next. */
function tourOf(readme: string): string {
  const section = readme.split('## A tour in five minutes')[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n')
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const found = /Pulseback is ready: (\S+)/.exec(line)?.[1]
    if (found !== undefined) return found
  }
  throw new Error('the server never became ready')
}
