import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../support/app.js'
import { makeWay, sale } from '../support/drafts.js'
import { type Cells, createExportWorld, readCsv } from './world.js'

// From dist/test/exports back to the top of the project.
const top = fileURLToPath(new URL('../../../', import.meta.url))
const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined)

test('the loop in the documentation keeps a copy of the ledger, and gets on after an outage', {
  skip: missing.length > 0 && `this machine has no ${missing.join(' and no ')}`,
  timeout: 60_000,
}, async (context) => {
  const world = await createExportWorld()
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-pull-'))
  const way = await makeWay(world.app, world.admin, { goals: [{ ...sale, startsAs: 'PENDING' as const }] })
  const first = await world.order(way)

  const documentation = await readFile(join(top, 'docs/EXPORTS.md'), 'utf8')
  const [, loop] = /```sh\n(mkdir -p changes\n[\s\S]*?)```/.exec(documentation) ?? []
  assert.ok(loop)
  const { PATH } = process.env
  const run = (url: string, errors = '/dev/null') =>
    spawn('bash', ['-c', `{ ${loop.replace('sleep 60', 'sleep 1')} } 2> ${errors}`], {
      cwd: folder,
      env: { PATH, URL: url, KEY: world.app.adminKey },
      stdio: 'ignore',
    })
  async function copied(): Promise<Cells[]> {
    const files = await readdir(join(folder, 'changes')).catch(() => [])
    const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, 'changes', file), 'utf8')))
    return texts.flatMap(readCsv)
  }
  const has = (count: number) => until(async () => (await copied()).length === count, `${count} changes`, 20_000)

  let child = run(world.app.url)
  context.after(async () => {
    child.kill('SIGKILL')
    await world.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  await has(1)
  await world.setStatus(first, 'APPROVED', 'a reason with a comma, and\na line of its own')
  await world.order(way)
  await has(3)
  child.kill('SIGKILL')
  // For a round or two nobody answers.
  child = run('http://127.0.0.1:9', 'errors')
  await world.order(way)
  const complaints = () => readFile(join(folder, 'errors'), 'utf8').catch(() => '')
  await until(async () => (await complaints()) !== '', 'a round in vain')
  child.kill('SIGKILL')
  child = run(world.app.url)
  await has(4)
  assert.deepEqual(await copied(), await world.csv('changes?raw=true'))
})
