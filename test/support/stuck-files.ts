import { readdirSync, readFileSync } from 'node:fs'
import { type RunningProcess, readProcesses, sendSignal } from './processes.js'

/**
 * Node's own time-outs end tests, by a timer of the process that they run in. A process that is stopped, spins or waits in
 * a system call has no timers, and whoever runs it would wait for ever. Such a process is found here from outside.
 */
export interface StuckFiles {
  /** Looks no more, and gives what was found out about each process that had to be ended. */
  stop(): readonly string[]
}

const lookMs = 5_000

/** Ends the children of `runner` that are older than `limitMs`, with their own, and says at once what they were doing. */
export function endStuckFiles(runner: number, limitMs: number, log: (line: string) => void): StuckFiles {
  const firstSeenMs = new Map<number, number>()
  const found: string[] = []
  const timer = setInterval(() => {
    const all = readProcesses()
    const nowMs = performance.now()
    const files = all.filter(({ parent }) => parent === runner)
    for (const pid of firstSeenMs.keys()) if (!files.some((file) => file.pid === pid)) firstSeenMs.delete(pid)
    for (const file of files) {
      const sinceMs = firstSeenMs.get(file.pid) ?? nowMs
      firstSeenMs.set(file.pid, sinceMs)
      if (nowMs - sinceMs < limitMs) continue
      const family = withDescendants(file, all)
      const told = [`Ended after ${limitMs / 1000} s, as it did not end by itself:`, ...family.map(describe)].join('\n')
      found.push(told)
      log(told)
      for (const { pid } of family) sendSignal(pid, 'SIGKILL')
    }
  }, lookMs)
  return {
    stop() {
      clearInterval(timer)
      return found
    },
  }
}

function withDescendants(first: RunningProcess, all: readonly RunningProcess[]): RunningProcess[] {
  const children = all.filter(({ parent }) => parent === first.pid)
  return [first, ...children.flatMap((child) => withDescendants(child, all))]
}

/** Its state, and, where there is a /proc, what each kind of its threads waits for. */
function describe({ pid, state, command }: RunningProcess): string {
  const threads = new Set(
    listTasks(pid).map((task) => ['comm', 'wchan', 'syscall'].map((name) => read(task, name)).join(' ')),
  )
  return [`  ${pid} ${state} ${command.slice(-200)}`, ...[...threads].map((thread) => `    ${thread}`)].join('\n')
}

function listTasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`)
  } catch {
    return []
  }
}

function read(task: string, name: string): string {
  try {
    return readFileSync(`${task}/${name}`, 'utf8').trim()
  } catch {
    return '?'
  }
}
