import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../kernel/errors.js'
import { askDataFolder, connectionTo, ensureDatabase, errorCode, wrongPassword } from './client.js'
import type { ServerLog } from './log.js'
import { isRunning, maybeServes, readPidFile, removeStaleFiles, stopPostmaster } from './postmaster.js'
import { serverArguments, serverPort } from './settings.js'
import { ensureSocketFolder, socketPath } from './socket.js'
import { childEnvironment, type ServerUser } from './user.js'

/** All that it takes to run the server of one folder, time and again. */
export interface ServerFiles {
  folder: string
  password: string
  user: ServerUser
  postgres: string
  /** of 127.0.0.1, or null for the socket alone */
  port: number | null
  settings: Record<string, string>
  serverLog: ServerLog
  log: (line: string) => void
  stopTimeoutMs: number
}

export interface RunningServer {
  pid: number
  socketFolder: string
  port: number
  adopted: boolean
}

const takeOverMs = 30_000
const lingeringMs = 30_000
const silentMs = 60_000

// Said by a start that comes too early: the old server, or a child of it, is still about.
const lingering = /pre-existing shared memory block|lock file ".*" already exists/

class StillThereError extends StartupError {}

const answers = async (files: ServerFiles, socketFolder: string, port: number): Promise<boolean> => {
  const connection = connectionTo(socketFolder, port, files.password)
  try {
    if ((await askDataFolder(connection)) !== files.folder) return false
    await ensureDatabase(connection)
    return true
  } catch (error) {
    if (errorCode(error) !== wrongPassword) return false
    throw new StartupError(
      `The running PostgreSQL of ${files.folder} does not accept the password that is kept in that folder: ` +
        'write the right one there, or set DATABASE_URL.',
    )
  }
}

/**
 * A server that a killed run left behind is as good as one of our own, and it has lost nothing. One that is starting
 * or stopping is waited for. Undefined when there is none, and the way is clear for a new one.
 */
const takeOver = async (files: ServerFiles, signal: AbortSignal): Promise<RunningServer | undefined> => {
  const { folder } = files
  for (const deadline = Date.now() + takeOverMs; ; ) {
    const file = await readPidFile(folder)
    if (!file) return undefined
    const { pid, port, socketFolder, status } = file
    const ready = status === 'ready'
    if (ready && (await answers(files, socketFolder, port))) {
      if (file.tcpPort === files.port) return { pid, port, socketFolder, adopted: true }
      files.log(`PostgreSQL (process ${pid}), which an earlier run left running, answers elsewhere; starting it anew`)
      await stopPostmaster(pid, files.stopTimeoutMs)
      continue
    }
    if (!(await maybeServes(pid, folder))) return undefined
    if (ready && !existsSync(socketPath(socketFolder, port))) {
      files.log(`PostgreSQL (process ${pid}) has lost its socket ${socketFolder}; stopping it to start it anew`)
      await stopPostmaster(pid, files.stopTimeoutMs)
      continue
    }
    if (Date.now() > deadline) {
      throw new StartupError(
        `PostgreSQL (process ${pid}) holds ${folder}, and has been "${status}" for ${takeOverMs / 1000} seconds ` +
          `without answering. Look into ${files.serverLog.file}; if need be stop it with: kill -INT ${pid}`,
      )
    }
    await sleep(30, undefined, { signal })
  }
}

/** In a session of its own: neither ^C in our terminal nor our end reaches it. */
const spawnServer = async (files: ServerFiles, socketFolder: string) => {
  await files.serverLog.rotate()
  const output = await files.serverLog.open()
  try {
    const child = spawn(files.postgres, serverArguments(files.folder, socketFolder, files.port, files.settings), {
      cwd: '/',
      env: childEnvironment,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      ...files.user.credentials,
    })
    let end: string | undefined
    child.once('error', (error) => {
      end = error.message
    })
    child.once('exit', (code, by) => {
      end = by ? `it was ended by ${by}` : `it ended with code ${code}`
    })
    child.unref()
    return { pid: child.pid, ended: () => end }
  } finally {
    await output.close()
  }
}

type Spawned = Awaited<ReturnType<typeof spawnServer>>

/** Ready by its own word, not by trial: a refused trial is a line in its log, and recovery can take minutes. */
const untilReady = async (files: ServerFiles, spawned: Spawned, signal: AbortSignal): Promise<void> => {
  const { serverLog, folder } = files
  let heard = { size: serverLog.size(), at: Date.now() }
  for (;;) {
    const file = await readPidFile(folder)
    if (file && file.pid === spawned.pid && file.status === 'ready') return
    const end = spawned.ended()
    if (end !== undefined) throw new Error(end)
    const size = serverLog.size()
    // While it recovers, it says how far it is every ten seconds.
    if (size !== heard.size) heard = { size, at: Date.now() }
    if (Date.now() - heard.at > silentMs) throw new Error(`it has said nothing for ${silentMs / 1000} seconds`)
    await sleep(15, undefined, { signal })
  }
}

const start = async (files: ServerFiles, socketFolder: string, signal: AbortSignal): Promise<RunningServer> => {
  await ensureSocketFolder(socketFolder, files.folder, files.user)
  await removeStaleFiles(files.folder, socketPath(socketFolder, files.port ?? serverPort))
  const offset = files.serverLog.size()
  let pid: number | undefined
  try {
    const spawned = await spawnServer(files, socketFolder)
    pid = spawned.pid
    await untilReady(files, spawned, signal)
    const file = await readPidFile(files.folder)
    if (!pid || !file) throw new Error('it ended at once')
    await ensureDatabase(connectionTo(socketFolder, file.port, files.password))
    return { pid, socketFolder, port: file.port, adopted: false }
  } catch (error) {
    if (pid && isRunning(pid)) await stopPostmaster(pid, files.stopTimeoutMs)
    signal.throwIfAborted()
    const said = await files.serverLog.tail(offset)
    const Kind = lingering.test(said) ? StillThereError : StartupError
    const reason = error instanceof Error ? error.message : String(error)
    throw new Kind(
      `PostgreSQL did not start (${reason}). Its log, ${files.serverLog.file}, ends with:\n${said || '(nothing)'}`,
      { cause: error },
    )
  }
}

/** The server of the folder, found running or started. Leaves none behind when it fails or is aborted. */
export const launch = async (files: ServerFiles, socketFolder: string, signal: AbortSignal): Promise<RunningServer> => {
  for (const deadline = Date.now() + lingeringMs; ; ) {
    const found = await takeOver(files, signal)
    if (found) return found
    try {
      return await start(files, socketFolder, signal)
    } catch (error) {
      if (!(error instanceof StillThereError) || Date.now() > deadline) throw error
    }
    await sleep(100, undefined, { signal })
  }
}
