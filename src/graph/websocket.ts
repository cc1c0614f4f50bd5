import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { CloseCode, handleProtocols, MessageType, makeServer, stringifyMessage } from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { ClosingReason } from './connections.js'
import type { IsAllowedOrigin } from './cors.js'
import type { LogError } from './mask-error.js'
import type { OperationContext } from './operation-context.js'
import { ParkedOperation } from './parked-operation.js'
import { sendText } from './send-text.js'
import { createSocketOptions, type SocketOperationsOptions } from './socket-operations.js'
import { type SocketState, socketClose } from './socket-state.js'
import { writeHeld } from './write-frames.js'

export interface WebSocketOptions<Context extends OperationContext> extends SocketOperationsOptions<Context> {
  readonly isAllowedOrigin: IsAllowedOrigin
  /** What links begin with, as this request sees us. */
  readonly publicUrl: (request: IncomingMessage) => string
  readonly clientAddress: (request: IncomingMessage) => string
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, SocketState>>

const path = '/graphql'
const maxPayload = 64 * 1024
const closeGraceMs = 2_000

/** `/graphql` over WebSocket, by the graphql-transport-ws protocol, on the HTTP server's own port. */
export function graphqlWebSocket<Context extends OperationContext>(
  server: Server,
  options: WebSocketOptions<Context>,
): void {
  const { connections, isAllowedOrigin, publicUrl, clientAddress, operations } = options
  const protocol = makeServer(createSocketOptions(options))
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols,
    maxPayload,
    perMessageDeflate: false,
  })

  function reasonToRefuse(request: IncomingMessage, address: string): string | null {
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path) return '404 Not Found'
    if (origin !== undefined && !isAllowedOrigin(origin, request)) return '403 Forbidden'
    return connections.hasRoomFor(address) ? null : '503 Service Unavailable'
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const address = clientAddress(request)
    const refusal = reasonToRefuse(request, address)
    if (refusal !== null) {
      stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 1\r\n\r\n`)
      return
    }
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      const state = createState(socket, stream, publicUrl(request), address, operations.logError)
      socket.on('close', connections.add(state))
      serve(protocol, state, operations.logError)
    })
  })
}

function createState(
  socket: WebSocket,
  stream: Duplex,
  publicUrl: string,
  address: string,
  logError: LogError,
): SocketState {
  const state: SocketState = {
    socket,
    stream,
    publicUrl,
    address,
    access: null,
    isAlive: true,
    operations: 0,
    held: [],
    heldBytes: 0,
    claims: null,
    context: null,
    close: (why) => closeFor(state, why),
    beat: () => beat(state, logError),
  }
  return state
}

const closings: Record<ClosingReason, readonly [code: number, reason: string]> = {
  revoked: [socketClose.forbidden, 'Key revoked'],
  ended: [socketClose.forbidden, 'Key revoked or session ended'],
  restart: [socketClose.serviceRestart, 'Service restart'],
}

function closeFor(state: SocketState, why: ClosingReason): void {
  writeHeld(state)
  state.socket.close(...closings[why])
  // A peer that does not answer is not waited for.
  setTimeout(() => state.socket.terminate(), closeGraceMs).unref()
}

/** Drops what nothing was heard of since the last beat, pings the others, and tells quiet feeds how far they are. */
function beat(state: SocketState, logError: LogError): void {
  const { socket } = state
  if (!state.isAlive) {
    socket.terminate()
    return
  }
  state.isAlive = false
  socket.ping()
  const cursors = checkpoints(state)
  if (cursors === null) return
  const text = stringifyMessage({ type: MessageType.Ping, payload: { cursors } })
  sendText(state, text).catch((error: unknown) => logError(error, 'a heartbeat'))
}

/** By operation id, the cursors of those that have come further than their last message tells. */
function checkpoints({ context }: SocketState): Record<string, string> | null {
  const cursors: Record<string, string> = {}
  for (const [id, operation] of Object.entries(context?.subscriptions ?? {})) {
    const cursor = operation instanceof ParkedOperation ? operation.checkpoint() : null
    if (cursor !== null) cursors[id] = cursor
  }
  return Object.keys(cursors).length > 0 ? cursors : null
}

/** Lets graphql-ws speak over a socket. */
function serve(protocol: Protocol, state: SocketState, logError: LogError): void {
  const { socket } = state
  const close = (code: number, reason: string) => {
    writeHeld(state)
    socket.close(code, reason)
  }
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => sendText(state, text),
      close,
      onMessage: (handle) =>
        void socket.on('message', (data: RawData, isBinary: boolean) => {
          state.isAlive = true
          if (isBinary) return close(CloseCode.BadRequest, 'Messages are text')
          // Left alone, an error would close with 4500, after which clients give up for good.
          handle(String(data)).catch((error: unknown) => {
            logError(error, 'handling a WebSocket message')
            socket.close(socketClose.tryAgainLater, 'Try again later')
          })
        }),
    },
    state,
  )
  socket.on('pong', () => {
    state.isAlive = true
  })
  // A broken frame or connection: `close` follows, and there is no one to tell.
  socket.on('error', () => socket.terminate())
  socket.on('close', (code, reason) => {
    closed(code, String(reason)).catch((error: unknown) => logError(error, 'closing a WebSocket'))
  })
}
