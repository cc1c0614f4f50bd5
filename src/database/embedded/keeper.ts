import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch, type RunningServer, type ServerFiles } from './launch.js'
import { isRunning, stopPostmaster } from './postmaster.js'
import { socketPath } from './socket.js'

/**
 * Keeps one server running until it is told to stop: starts it again, at the same address, when it has died or can no
 * longer be reached. Invariant: at most one of the watching loop and `stop` acts on the server; `stop` first ends the
 * loop, and the loop leaves behind either a server that it has noted or none.
 */
export interface Keeper {
  stop(): Promise<void>
}

const watchMs = 100
const trimMs = 60_000
const shortLifeMs = 30_000
const maxBackOffMs = 5_000

const backOffMs = (failures: number): number => (failures === 0 ? 0 : Math.min(maxBackOffMs, 100 * 2 ** failures))

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const keepRunning = (files: ServerFiles, first: RunningServer): Keeper => {
  const { log, serverLog, stopTimeoutMs } = files
  const { socketFolder } = first
  const stopping = new AbortController()
  const { signal } = stopping
  let current: RunningServer | undefined = first
  let startedAt = Date.now()
  let failures = 0

  const wait = (ms: number) => sleep(ms, undefined, { signal, ref: false })

  /** Only a server that has lived for a while clears the record: one that dies at each start is not hurried. */
  const bury = async (server: RunningServer): Promise<void> => {
    failures = Date.now() - startedAt > shortLifeMs ? 0 : failures + 1
    if (isRunning(server.pid)) {
      log(`PostgreSQL (process ${server.pid}) has lost its socket in ${server.socketFolder}; starting it anew`)
      await stopPostmaster(server.pid, stopTimeoutMs)
    } else {
      log(`PostgreSQL (process ${server.pid}) has died; starting it again. Its log: ${serverLog.file}`)
    }
    current = undefined
  }

  const revive = async (): Promise<void> => {
    await wait(backOffMs(failures))
    current = await launch(files, socketFolder, signal)
    startedAt = Date.now()
    log(`PostgreSQL is running again, as process ${current.pid}`)
  }

  const isFine = ({ pid, port }: RunningServer) => isRunning(pid) && existsSync(socketPath(socketFolder, port))

  const turn = async (): Promise<void> => {
    if (current && isFine(current)) return await wait(watchMs)
    try {
      if (current) await bury(current)
      await revive()
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      log(`PostgreSQL could not be started again, trying on: ${said(error)}`)
    }
  }

  const watch = async (): Promise<void> => {
    while (!signal.aborted) await turn().catch(() => undefined)
  }

  const watching = watch()
  const trimming = setInterval(() => {
    serverLog.trim().catch((error: unknown) => log(`${serverLog.file} could not be trimmed: ${said(error)}`))
  }, trimMs)
  trimming.unref()

  return {
    async stop() {
      stopping.abort()
      clearInterval(trimming)
      await watching
      if (current && isRunning(current.pid)) await stopPostmaster(current.pid, stopTimeoutMs)
      current = undefined
    },
  }
}
