import { readFileSync } from 'node:fs'
import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './user.js'

/** What a server writes into its data folder about itself: there from its start to its end, left behind by a kill. */
export interface PidFile {
  pid: number
  /** in the socket's name */
  port: number
  /** the same where it answers there too, else null */
  tcpPort: number | null
  socketFolder: string
  status: string
}

const pidFileOf = (folder: string): string => join(folder, 'postmaster.pid')

export const readPidFile = async (folder: string): Promise<PidFile | undefined> => {
  const text = await readFile(pidFileOf(folder), 'utf8').catch(() => '')
  const [pid, , , port, socketFolder, address, , status] = text.split('\n').map((line) => line.trim())
  // Negative for a single-user session, which is none that we could talk to, but one to wait for.
  const id = Math.abs(Number(pid))
  const tcpPort = address ? Number(port) : null
  return id > 0
    ? { pid: id, port: Number(port), tcpPort, socketFolder: socketFolder ?? '', status: status ?? '' }
    : undefined
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A dead process that its parent has not collected still exists, but has no command line any more. */
export const isRunning = (pid: number): boolean => {
  if (!exists(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0
  } catch {
    return false
  }
}

interface Command {
  program: string
  line: string
}

const commandOf = async (pid: number): Promise<Command> => {
  if (process.platform === 'linux') {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    return { program: words[0] ?? '', line: words.join(' ') }
  }
  const ask = (what: string) => run('ps', ['-ww', '-o', `${what}=`, '-p', String(pid)])
  const [program, line] = await Promise.all([ask('comm'), ask('command')])
  return { program: program.output, line: `${line.output} ` }
}

/**
 * Whether the process may be the server of this folder. A process id comes back into use, after a restart of the
 * machine or of a container at once: another program, or the server of another folder, is none. In doubt it is one.
 */
export const maybeServes = async (pid: number, folder: string): Promise<boolean> => {
  if (!isRunning(pid)) return false
  const { program, line } = await commandOf(pid)
  if (!program.endsWith('postgres')) return false
  return !line.includes(' -D /') || line.includes(` -D ${folder} `)
}

const pidIn = async (lockFile: string): Promise<number> =>
  Math.abs(Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10)) || 0

/**
 * PostgreSQL takes any living process, even a dead one that nobody has collected, for the server that its lock file
 * names. Such a file goes when it is proven stale; the shared memory block, found by the folder and not by this file,
 * still keeps a second server out while the old one's children live.
 */
const removeIfStale = async (lockFile: string, folder: string): Promise<void> => {
  const pid = await pidIn(lockFile)
  if (pid && exists(pid) && !(await maybeServes(pid, folder))) await unlink(lockFile).catch(() => undefined)
}

/** For whoever holds the folder's lock, and has found no server in it. */
export const removeStaleFiles = async (folder: string, socket: string): Promise<void> => {
  await removeIfStale(pidFileOf(folder), folder)
  await removeIfStale(`${socket}.lock`, folder)
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (isRunning(pid)) throw error
  }
}

const isGoneWithin = async (pid: number, ms: number): Promise<boolean> => {
  const deadline = Date.now() + ms
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}

// A server that shuts down at once kills the children that do not obey after five seconds of its own.
const immediateMs = 7_000

/** Open transactions are rolled back and a checkpoint is written; if that takes too long, the next start recovers. */
export const stopPostmaster = async (pid: number, fastMs: number): Promise<void> => {
  signal(pid, 'SIGINT')
  if (await isGoneWithin(pid, fastMs)) return
  signal(pid, 'SIGQUIT')
  if (await isGoneWithin(pid, immediateMs)) return
  throw new Error(
    `PostgreSQL (process ${pid}) does not stop. The last resort, after which it recovers: kill -KILL ${pid}`,
  )
}
