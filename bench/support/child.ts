import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program of ours that runs beside the benchmark and listens. */
export interface Child {
  readonly pid: number
  /** Where it listens, by its own word. */
  readonly url: string
  /** From the spawn to that word. */
  readonly startedInMs: number
  /** Asks it to end, makes it after a while, and resolves when it is gone. */
  stop(): Promise<void>
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000
const listening = /http:\/\/127\.0\.0\.1:\d+/

export async function startChild(
  script: URL,
  env: NodeJS.ProcessEnv,
  nodeOptions: readonly string[] = [],
): Promise<Child> {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeOptions, script.pathname], {
    env: { ...pathsOf(process.env), ...env },
    // A pipe as stdin ends with us: a child that reads it knows then that it is on its own.
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  try {
    const url = await untilListening(child, script)
    return {
      pid: child.pid ?? 0,
      url,
      startedInMs: performance.now() - startedAtMs,
      stop: () => endChild(child, exited),
    }
  } catch (error) {
    await endChild(child, exited)
    throw error
  }
}

/** Nothing else of our environment may change what a child does. */
export const pathsOf = ({ PATH, HOME, TMPDIR }: NodeJS.ProcessEnv) => ({ PATH, HOME, TMPDIR })

function untilListening(child: ChildProcess, script: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const name = script.pathname.split('/').at(-1)
    let said = ''
    const fail = (why: string) => reject(new Error(`${name} did not start (${why}):\n${said.slice(-2_000)}`))
    const timer = setTimeout(() => fail(`nothing for ${startTimeoutMs / 1000} s`), startTimeoutMs)
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const url = listening.exec(said)?.[0]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      process.stderr.write(chunk)
    })
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      fail(`it ended with ${signal ?? code}`)
    })
  })
}

export async function endChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  if (child.exitCode === null && child.signalCode === null) await exited
  clearTimeout(timer)
}

/** For the children that are ours alone: says where it listens, and ends when the benchmark does. */
export function announce(url: string): void {
  process.stdin.resume().once('end', () => process.exit())
  // Not just gone: a profile is written on exit.
  process.once('SIGTERM', () => process.exit())
  process.stdout.write(`listening on ${url}\n`)
}
