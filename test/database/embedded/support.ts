import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, readPidFile } from '../../../src/database/embedded/postmaster.js'
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../../src/database/embedded/start.js'
import { StartupError } from '../../../src/kernel/errors.js'
import { queryOnce } from '../../support/query-once.js'

export const isRoot = process.getuid?.() === 0

export const cleanUps: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

export const until = async <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) {
    const got = await ask()
    if (got) return got
  }
  throw new Error(`Waited in vain for ${what}`)
}

export const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone, which is as well.
  }
}

export const postmasterOf = async (folder: string): Promise<number> => (await readPidFile(folder))?.pid ?? 0

const endServerOf = async (folder: string): Promise<void> => {
  const pid = await postmasterOf(folder)
  if (!pid || !isRunning(pid)) return
  kill(pid, 'SIGQUIT')
  await until('the server to end', async () => !isRunning(pid))
}

/** A folder that other users may enter; whatever server still runs below it at the end is ended. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-test-'))
  await chmod(folder, 0o755)
  cleanUps.push(async () => {
    const names = await readdir(folder, { recursive: true })
    for (const name of names.filter((found) => found.endsWith('postmaster.pid'))) {
      await endServerOf(dirname(join(folder, name)))
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  return folder
}

interface Started extends EmbeddedDatabase {
  lines: string[]
}

type Options = Partial<Parameters<typeof startEmbeddedDatabase>[0]>

export const start = async (dataDir: string, options: Options = {}): Promise<Started> => {
  const lines: string[] = []
  const database = await startEmbeddedDatabase({ dataDir, log: (line) => lines.push(line), ...options })
  cleanUps.push(() => database.stop().catch(() => undefined))
  return { ...database, lines }
}

export const query = async (database: EmbeddedDatabase, text: string): Promise<unknown[]> =>
  (await queryOnce<Record<string, unknown>>(database.connection, text)).map((row) => Object.values(row)[0])

export const rejectsWith = (promise: Promise<unknown>, message: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof StartupError, String(error))
    assert.match(error.message, message)
    return true
  })

const childScript = `
  const { startEmbeddedDatabase } = await import(process.argv[1])
  const database = await startEmbeddedDatabase({ dataDir: process.argv[2], log: () => {} })
  console.log(JSON.stringify(database))
  setInterval(() => {}, 1000)
`

/** Another Pulseback, which a test can kill. */
export const startInChild = async (dataDir: string): Promise<{ child: ChildProcess; database: EmbeddedDatabase }> => {
  const module = new URL('../../../src/database/embedded/start.js', import.meta.url).href
  const args = ['--input-type=module', '-e', childScript, module, dataDir]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanUps.push(() => killChild(child))
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, database: JSON.parse(line) as EmbeddedDatabase }
  }
  throw new Error('The child ended before its database was up')
}

export const killChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
