import type { Access, Authenticator } from '../access/authenticate.js'
import type { LogError } from './mask-error.js'

/** Something that stays open: a socket, or a stream of events. */
export interface Connection {
  readonly address: string
  /** Null until somebody has said who it is. */
  access: Access | null
  end(why: ClosingReason): void
  /** Shows life, at intervals; closes what shows none. */
  beat(): void
}

export type ClosingReason = 'silent' | 'revoked' | 'ended' | 'restart'

export interface ConnectionLimits {
  readonly maxConnections: number
  readonly maxPerAddress: number
  readonly maxPerKey: number
  /** How long a connection may take to say who it is. */
  readonly initMs: number
}

/** All that is open: how much may be, for how long, and its end. */
export interface Connections {
  readonly count: number
  /** How many were not let in since the start, because there were too many. */
  readonly refused: number
  /** Whether there is room for one more of this address. */
  hasRoomFor(address: string): boolean
  /** Within `initMs` it has to say who it is. */
  add(connection: Connection): void
  remove(connection: Connection): void
  /** Says who a connection is; false: that key has too many already. */
  identify(connection: Connection, access: Access): boolean
  /** Sends all away in slices, over `overMs` at most, and is done when all are gone. */
  drain(overMs: number): Promise<void>
}

export interface ConnectionsOptions {
  readonly authenticator: Authenticator
  readonly logError: LogError
  readonly limits: ConnectionLimits
  /** How often each connection shows life. */
  readonly heartbeatMs: number
  /** How often it is looked whether keys and sessions are valid still. */
  readonly accessEveryMs: number
}

/** Beats are spread, so that thousands of connections are not written to in one turn. */
const slots = 24
const sliceMs = 50
const silentEveryMs = 250
const minSlice = 50
const goneMs = 2_000

export function createConnections(options: ConnectionsOptions): Connections {
  const { authenticator, logError, limits, heartbeatMs, accessEveryMs } = options
  const open = new Map<Connection, number>()
  /** Those who have not said who they are, oldest first. */
  const silentSinceMs = new Map<Connection, number>()
  const perAddress = createCounts()
  const perKey = createCounts()
  let added = 0
  let refused = 0
  let slot = 0
  let isChecking = false
  let isDraining = false
  let whenEmpty: (() => void) | null = null

  function remove(connection: Connection): void {
    if (!open.delete(connection)) return
    silentSinceMs.delete(connection)
    perAddress.lower(connection.address)
    if (connection.access !== null) perKey.lower(connection.access.scope.keyId)
    if (open.size === 0) whenEmpty?.()
  }

  function beat(): void {
    slot = (slot + 1) % slots
    for (const [connection, own] of open) if (own === slot) connection.beat()
  }

  function endSilent(): void {
    for (const [connection, sinceMs] of silentSinceMs) {
      if (performance.now() - sinceMs < limits.initMs) break
      silentSinceMs.delete(connection)
      connection.end('silent')
    }
  }

  async function checkAccess(): Promise<void> {
    if (isChecking || open.size === 0) return
    isChecking = true
    try {
      const known = [...open.keys()].filter(({ access }) => access !== null)
      const ended = await authenticator.ended(known.map(({ access }) => access as Access))
      for (const connection of known) if (connection.access && ended.has(connection.access)) connection.end('ended')
    } catch (error) {
      logError(error, 'looking whether those who are connected still may be')
    } finally {
      isChecking = false
    }
  }

  authenticator.onRevoke((keyId) => {
    for (const connection of open.keys()) if (connection.access?.scope.keyId === keyId) connection.end('revoked')
  })
  const timers = [
    setInterval(beat, heartbeatMs / slots),
    setInterval(endSilent, silentEveryMs),
    setInterval(() => void checkAccess(), accessEveryMs),
  ]

  return {
    get count() {
      return open.size
    },
    get refused() {
      return refused
    },
    hasRoomFor(address) {
      if (isDraining) return false
      const hasRoom = open.size < limits.maxConnections && perAddress.of(address) < limits.maxPerAddress
      if (!hasRoom) refused += 1
      return hasRoom
    },
    add(connection) {
      added += 1
      open.set(connection, added % slots)
      silentSinceMs.set(connection, performance.now())
      perAddress.raise(connection.address)
    },
    remove,
    identify(connection, access) {
      const { keyId } = access.scope
      if (!open.has(connection)) return false
      if (perKey.of(keyId) >= limits.maxPerKey) {
        refused += 1
        return false
      }
      silentSinceMs.delete(connection)
      connection.access = access
      perKey.raise(keyId)
      return true
    },
    async drain(overMs) {
      isDraining = true
      const all = [...open.keys()]
      const slice = Math.max(minSlice, Math.ceil((all.length * sliceMs) / Math.max(overMs, 1)))
      for (let index = 0; index < all.length; index += slice) {
        if (index > 0) await new Promise((resolve) => setTimeout(resolve, sliceMs))
        for (const connection of all.slice(index, index + slice)) connection.end('restart')
      }
      if (open.size > 0) await untilEmpty()
      for (const timer of timers) clearInterval(timer)
    },
  }

  /** Whoever has not gone by then is cut off when its server closes. */
  function untilEmpty(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, goneMs)
      whenEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function createCounts() {
  const counts = new Map<string, number>()
  const of = (key: string) => counts.get(key) ?? 0
  return {
    of,
    raise: (key: string) => void counts.set(key, of(key) + 1),
    lower(key: string) {
      if (of(key) <= 1) counts.delete(key)
      else counts.set(key, of(key) - 1)
    },
  }
}
