import { readdir, readFile } from 'node:fs/promises'

/** Seconds of processor time that were spent so far; null where the system does not tell it this way. */
export interface CpuTime {
  readonly node: number
  readonly postgres: number
}

const ticksPerSecond = 100

interface Stat {
  readonly parentPid: number
  /** Its own, and that of its children that have ended. */
  readonly ownSeconds: number
  readonly endedSeconds: number
}

export async function readCpuTime(nodePid: number, postmasterPid: number): Promise<CpuTime | null> {
  if (process.platform !== 'linux') return null
  const node = await readStat(nodePid)
  const postmaster = await readStat(postmasterPid)
  if (node === null || postmaster === null) return null
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const backends = (await Promise.all(pids.map(readStat))).filter((stat) => stat?.parentPid === postmasterPid)
  const living = backends.reduce((sum, stat) => sum + (stat?.ownSeconds ?? 0), 0)
  return { node: node.ownSeconds, postgres: postmaster.ownSeconds + postmaster.endedSeconds + living }
}

async function readStat(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  // The name of the program, in brackets, may hold anything; the fields behind it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return {
    parentPid: field(4),
    ownSeconds: (field(14) + field(15)) / ticksPerSecond,
    endedSeconds: (field(16) + field(17)) / ticksPerSecond,
  }
}
