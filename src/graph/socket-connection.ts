import type { Duplex } from 'node:stream'
import { CloseCode, MessageType, makeServer, type WebSocket as ProtocolSocket, stringifyMessage } from 'graphql-ws'
import type { RawData, WebSocket } from 'ws'
import type { Access } from '../access/authenticate.js'
import { isUnavailable } from '../kernel/errors.js'
import type { ClosingReason, Connections } from './connections.js'
import type { LogError } from './mask-error.js'
import { ParkedOperation } from './parked-operation.js'
import { sendText } from './send-text.js'
import { type SocketContext, type SocketState, socketClose } from './socket-state.js'
import { writeHeld } from './write-frames.js'

export type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, SocketState>>

const closeGraceMs = 2_000

const closings: Record<ClosingReason, readonly [code: number, reason: string]> = {
  silent: [CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'],
  revoked: [socketClose.forbidden, 'Key revoked'],
  ended: [socketClose.forbidden, 'Key revoked or session ended'],
  restart: [socketClose.serviceRestart, 'Service restart'],
}

export interface SocketSurroundings {
  readonly protocol: Protocol
  readonly connections: Connections
  readonly logError: LogError
}

/**
 * A WebSocket, as graphql-ws speaks over it and as our own connections go. A class, and its listeners shared, because
 * there are thousands that do nothing: functions of its own would cost each a kilobyte.
 */
export class SocketConnection implements SocketState, ProtocolSocket {
  access: Access | null = null
  isAlive = true
  operations = 0
  held: Buffer[] = []
  heldBytes = 0
  claims: Map<string, object> | null = null
  context: SocketContext | null = null
  #hear: ((text: string) => Promise<void>) | null = null
  readonly #closed: (code: number, reason: string) => Promise<void>
  readonly #around: SocketSurroundings

  constructor(
    readonly socket: WebSocket,
    readonly stream: Duplex,
    readonly publicUrl: string,
    readonly address: string,
    around: SocketSurroundings,
  ) {
    this.#around = around
    carry(socket, this)
    this.#closed = around.protocol.opened(this, this)
    around.connections.add(this)
  }

  get protocol(): string {
    return this.socket.protocol
  }

  send(text: string): Promise<void> {
    return sendText(this, text)
  }

  close(code?: number, reason?: string): void {
    writeHeld(this)
    this.socket.close(code, reason)
  }

  onMessage(hear: (text: string) => Promise<void>): void {
    this.#hear = hear
  }

  end(why: ClosingReason): void {
    this.close(...closings[why])
    // A peer that does not answer is not waited for.
    setTimeout(() => this.socket.terminate(), closeGraceMs).unref()
  }

  /** Drops what nothing was heard of since the last beat, pings the others, and tells quiet feeds how far they are. */
  beat(): void {
    if (!this.isAlive) {
      this.socket.terminate()
      return
    }
    this.isAlive = false
    this.socket.ping()
    const cursors = this.#checkpoints()
    if (cursors === null) return
    const text = stringifyMessage({ type: MessageType.Ping, payload: { cursors } })
    this.send(text).catch((error: unknown) => this.#around.logError(error, 'a heartbeat'))
  }

  heard(data: RawData, isBinary: boolean): void {
    this.isAlive = true
    if (isBinary) {
      this.close(CloseCode.BadRequest, 'Messages are text')
      return
    }
    const message = parse(data)
    if (message === undefined) {
      this.close(CloseCode.BadRequest, 'Invalid message received')
      return
    }
    // Left alone, an error would close with 4500, after which clients give up for good.
    this.#hear?.(message).catch((error: unknown) => {
      // That the database is away is told once, and not by each who comes meanwhile.
      if (!isUnavailable(error)) this.#around.logError(error, 'handling a WebSocket message')
      this.close(socketClose.tryAgainLater, 'Try again later')
    })
  }

  gone(code: number, reason: Buffer): void {
    this.#around.connections.remove(this)
    this.#closed(code, String(reason)).catch((error: unknown) => this.#around.logError(error, 'closing a WebSocket'))
  }

  /** By operation id, the cursors of those that have come further than their last message tells. */
  #checkpoints(): Record<string, string> | null {
    const cursors: Record<string, string> = {}
    for (const [id, operation] of Object.entries(this.context?.subscriptions ?? {})) {
      const cursor = operation instanceof ParkedOperation ? operation.checkpoint() : null
      if (cursor !== null) cursors[id] = cursor
    }
    return Object.keys(cursors).length > 0 ? cursors : null
  }
}

/**
 * Given a message that is parsed already, graphql-ws takes it as it is. Given its text, it would hold on to that for as
 * long as the operation lasts.
 */
function parse(data: RawData): string | undefined {
  try {
    const message = JSON.parse(String(data))
    // Not a string, whatever the type of the listener says.
    return serversOwn.has(message?.type) ? undefined : message
  } catch {
    return undefined
  }
}

/** What only a server says. graphql-ws takes it for a message, and for an error of ours that it does not know it. */
const serversOwn = new Set<unknown>([MessageType.ConnectionAck, MessageType.Next, MessageType.Error])

/** A socket knows its connection, so that one listener serves all sockets. */
interface Carrying extends WebSocket {
  connection?: SocketConnection
}

function carry(socket: WebSocket, connection: SocketConnection): void {
  const carrying: Carrying = socket
  carrying.connection = connection
  socket.on('message', onMessage).on('pong', onPong).on('error', onError).on('close', onClose)
}

function onMessage(this: Carrying, data: RawData, isBinary: boolean): void {
  this.connection?.heard(data, isBinary)
}

function onPong(this: Carrying): void {
  if (this.connection !== undefined) this.connection.isAlive = true
}

/** A broken frame or connection: `close` follows, and there is no one to tell. */
function onError(this: Carrying): void {
  this.terminate()
}

function onClose(this: Carrying, code: number, reason: Buffer): void {
  this.connection?.gone(code, reason)
}
