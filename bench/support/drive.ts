import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { monotonicMs } from './monotonic.js'

export interface Pace {
  readonly warmUpMs: number
  readonly measureMs: number
}

/** What a server did when it was driven. */
export interface Driving {
  /** In all, the warm-up's included: numbered from 0. */
  readonly changes: number
  /** The last so many of them. */
  readonly measured: number
  /** By the clock that all processes share. */
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** Of this process, while it was measured. */
  readonly cpuMicros: number
}

/**
 * Sends one after the other as fast as it goes: `send` resolves when what it was given is with the system's own buffers.
 * It gives how many changes it sent, the first of them having the number it was called with.
 */
export async function drive(
  { warmUpMs, measureMs }: Pace,
  send: (number: number) => Promise<number>,
): Promise<Driving> {
  let changes = 0
  const go = async (untilMs: number) => {
    while (monotonicMs() < untilMs) changes += await send(changes)
  }
  await go(monotonicMs() + warmUpMs)
  const before = changes
  const cpuBefore = process.cpuUsage()
  const startedAtMs = monotonicMs()
  await go(startedAtMs + measureMs)
  const endedAtMs = monotonicMs()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { changes, measured: changes - before, startedAtMs, endedAtMs, cpuMicros: user + system }
}

const writeTimeoutMs = 20_000

export interface WriteWatch {
  /** From here on clients are kept in view: not before, for it takes memory, which may be what is measured. */
  start(): void
  /** Does something, and resolves when more was written to each of these clients, and nothing is left to be written. */
  untilWritten(ports: readonly number[], act: () => void): Promise<void>
}

/** Sees from outside when something was written, so that every server is paced by the same rule. */
export function watchWrites(server: Server): WriteWatch {
  const sockets = new Map<number, Socket>()
  let isStarted = false
  const add = (socket: Socket) => {
    const { remotePort = 0 } = socket
    sockets.set(remotePort, socket)
    socket.on('close', () => sockets.delete(remotePort))
  }

  const find = (port: number): Socket => {
    const socket = sockets.get(port)
    if (socket === undefined) throw new Error(`nobody is connected from port ${port}`)
    return socket
  }

  return {
    start() {
      if (!isStarted) server.on('connection', add)
      isStarted = true
    },
    async untilWritten(ports, act) {
      const watched = ports.map(find)
      const before = watched.map(({ bytesWritten }) => bytesWritten)
      act()
      await turn()
      const giveUpAtMs = monotonicMs() + writeTimeoutMs
      for (const [index, socket] of watched.entries()) {
        while (socket.bytesWritten <= (before[index] ?? 0) || socket.writableLength > 0) {
          if (monotonicMs() > giveUpAtMs)
            throw new Error(`nothing was written to a subscriber for ${writeTimeoutMs} ms`)
          await turn()
        }
      }
    },
  }
}
