import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './app.js'
import { freePort } from './free-port.js'

/** Whether this machine has the real thing; tests that need it say by name that they are skipped. */
export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).status === 0

/** nginx with `ops/nginx.conf`, of which only addresses and folders are replaced. */
export interface TestNginx {
  readonly url: string
  /** Has other nodes from now on; those that are down are in the file, and get nothing. Done when the new ones are in use. */
  reload(nodes: readonly NodePlace[]): Promise<void>
  /** What it has logged so far. */
  log(): Promise<string>
  stop(): Promise<void>
}

export interface NodePlace {
  readonly url: string
  readonly isDown?: boolean
}

const example = readFileSync(new URL('../../../ops/nginx.conf', import.meta.url), 'utf8')
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

export async function startNginx(nodes: readonly NodePlace[]): Promise<TestNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-nginx-'))
  // As root, its workers run as another user.
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'temp'))
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  let generation = 0

  const write = (all: readonly NodePlace[]) => {
    generation += 1
    return writeFile(config, render(all, { folder, port, generation }))
  }
  await write(nodes)
  const run = (...more: string[]): ChildProcess =>
    spawn('nginx', ['-p', folder, '-c', config, '-e', 'start.log', ...more], { stdio: 'inherit' })
  const child = run('-g', 'daemon off;')
  const url = `http://127.0.0.1:${port}`
  /** Which writing of the file those who accept connections now were started with. */
  const isInUse = async () => (await answerOf(url)) === String(generation)
  await until(isInUse, 'nginx to listen')

  return {
    url,
    async reload(all) {
      await write(all)
      const [code] = await once(run('-s', 'reload'), 'exit')
      assert.equal(code, 0, 'nginx does not take its configuration')
      // Old and new workers accept connections side by side for a moment.
      let times = 0
      await until(async () => {
        times = (await isInUse()) ? times + 1 : 0
        return times === 20
      }, 'the new workers')
    },
    log: () =>
      readFile(join(folder, 'access.log'), 'utf8').then(
        async (text) => text + (await readFile(join(folder, 'error.log'), 'utf8')),
      ),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        await exit
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Where the test asks which file is in use; no path of ours. */
const generationPath = '/.generation'

async function answerOf(url: string): Promise<string | null> {
  try {
    return await (await fetch(`${url}${generationPath}`, { headers: { connection: 'close' } })).text()
  } catch {
    return null
  }
}

function render(
  nodes: readonly NodePlace[],
  { folder, port, generation }: { folder: string; port: number; generation: number },
) {
  const servers = nodes.map(({ url, isDown = false }) => {
    return `    server ${new URL(url).host} max_fails=1 fail_timeout=2s${isDown ? ' down' : ''};`
  })
  const temp = temporary.map((name) => `  ${name}_temp_path ${join(folder, 'temp', name)};`)
  return [
    [
      '    server 10.0.0.11:8080 max_fails=1 fail_timeout=2s;\n    server 10.0.0.12:8080 max_fails=1 fail_timeout=2s;',
      servers.join('\n'),
    ],
    [
      '    listen 80;',
      `    listen 127.0.0.1:${port};\n    location = ${generationPath} { access_log off; return 200 ${generation}; }`,
    ],
    ['/var/log/nginx/pulseback-error.log', join(folder, 'error.log')],
    ['/var/log/nginx/pulseback.log', join(folder, 'access.log')],
    ['/run/nginx.pid', join(folder, 'nginx.pid')],
    ['worker_processes auto;', 'worker_processes 2;'],
    ['worker_rlimit_nofile 65536;', ''],
    ['worker_connections 32768;', 'worker_connections 1024;'],
    ['http {\n', `http {\n${temp.join('\n')}\n`],
  ].reduce((text, [example = '', here = '']) => {
    assert.equal(text.split(example).length, 2, `ops/nginx.conf has not once: ${example}`)
    return text.replace(example, () => here)
  }, example)
}
