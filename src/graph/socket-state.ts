import type { Duplex } from 'node:stream'
import type { Context } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Access } from '../access/authenticate.js'
import type { Claims } from './claim-id.js'
import type { Connection } from './connections.js'

export type SocketContext = Context<Record<string, unknown>, SocketState>

/** What we know of one socket; graphql-ws carries it as `ctx.extra`. */
export interface SocketState extends Connection, Claims {
  readonly socket: WebSocket
  /** What the socket's frames go out on. */
  readonly stream: Duplex
  readonly publicUrl: string
  access: Access | null
  /** Whether anything was heard of it since the last beat. */
  isAlive: boolean
  /** How many subscriptions it has. */
  operations: number
  /** Whole frames that wait for the end of this turn. */
  held: Buffer[]
  heldBytes: number
  /** graphql-ws's own view of it, once it has said who it is. */
  context: SocketContext | null
}

/** The codes that we close with and that graphql-ws has no names for. Its stock client tries again after each of them. */
export const socketClose = { serviceRestart: 1012, tryAgainLater: 1013, forbidden: 4403 } as const
