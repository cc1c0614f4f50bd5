import { execFileSync } from 'node:child_process'

export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  /** One letter: `T` is stopped, `Z` dead and not collected. */
  readonly state: string
  readonly command: string
}

/** Everything that runs on this machine. */
export function readProcesses(): RunningProcess[] {
  // Bounded: whoever asks may be the one who looks for what hangs.
  const text = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,state=,args='], { encoding: 'utf8', timeout: 10_000 })
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, state = '', ...words] = line.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), state, command: words.join(' ') }
    })
}

export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}
