import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Sent } from './mix.js'
import type { Timing } from './wrk-script.js'

const execute = promisify(execFile)

/** One closed-loop load: every connection sends its next request as soon as the last one is answered. */
export interface Load {
  /** In all, by kind; all were answered. */
  readonly sent: Sent
  /** Those after the warm-up. */
  readonly measured: number
}

/** One thread drives more than any server here answers, and leaves the other core of two to the server. */
export const wrkThreads = 1
/** For the answers to the last requests that count; wrk takes whole seconds. */
const drainSeconds = 1

export async function assertWrk(): Promise<void> {
  try {
    await execute('wrk', ['--version'])
  } catch (error) {
    // It ends with 1 when asked for its version: only its absence counts.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return
    throw new Error('This needs the load generator wrk: apt-get install wrk (or brew install wrk).')
  }
}

export async function runWrk(
  url: string,
  scriptFile: string,
  connections: number,
  { warmUpSeconds, seconds }: Timing,
  signal: AbortSignal,
): Promise<Load> {
  const forSeconds = warmUpSeconds + seconds + drainSeconds
  const { refused, broken, ...load } = await runScript<Load & Failures>(
    url,
    scriptFile,
    connections,
    forSeconds,
    signal,
  )
  if (refused + broken > 0) throw new Error(`${url}: ${refused} requests were refused and ${broken} went unanswered`)
  return load
}

export interface Failures {
  /** Answered with a status of 400 or more. */
  readonly refused: number
  readonly broken: number
}

/** Runs a script whose `done` writes a line of JSON behind an `@`, and gives what it says. */
export async function runScript<Result>(
  url: string,
  scriptFile: string,
  connections: number,
  seconds: number,
  signal: AbortSignal,
): Promise<Result> {
  const options = [
    `--threads=${wrkThreads}`,
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    '--timeout=10s',
    `--script=${scriptFile}`,
    url,
  ]
  const { stdout } = await execute('wrk', options, { signal })
  const line = stdout.split('\n').find((text) => text.startsWith('@'))
  if (line === undefined) throw new Error(`wrk said:\n${stdout}`)
  return JSON.parse(line.slice(1)) as Result // as the script writes it
}
