import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols, MessageType, makeServer, stringifyMessage } from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { IsAllowedOrigin } from './cors.js'
import type { OperationContext } from './operation-context.js'
import { createSocketOptions, type SocketOperationsOptions, type SocketState } from './socket-operations.js'

export interface WebSocketOptions<Context extends OperationContext> extends SocketOperationsOptions<Context> {
  readonly isAllowedOrigin: IsAllowedOrigin
  readonly publicUrl: (request: IncomingMessage) => string
  readonly heartbeatMs?: number
  readonly maxSockets?: number
}

export interface GraphqlWebSocket {
  /** Tells every client to come back elsewhere (1012), and is done when all are gone. */
  close(): Promise<void>
}

const path = '/graphql'
const maxPayload = 64 * 1024
const maxBufferedBytes = 8 * 1024 * 1024
const closeGraceMs = 2_000
/** A client's word for it: retried by graphql-ws, which 4401 and 4500 are not. */
const closeCode = { serviceRestart: 1012, tryAgainLater: 1013, forbidden: 4403 } as const

/** `/graphql` over WebSocket, by the graphql-transport-ws protocol, on the HTTP server's own port. */
export function graphqlWebSocket<Context extends OperationContext>(
  server: Server,
  options: WebSocketOptions<Context>,
): GraphqlWebSocket {
  const {
    authenticator,
    isAllowedOrigin,
    publicUrl,
    logError,
    live,
    heartbeatMs = 12_000,
    maxSockets = 20_000,
  } = options
  const protocol = makeServer(createSocketOptions(options))
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols,
    maxPayload,
    perMessageDeflate: false,
  })
  const open = new Set<SocketState>()

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const refusal = reasonToRefuse(request)
    if (refusal === null) {
      webSockets.handleUpgrade(request, stream, head, (socket) => serve(socket, publicUrl(request)))
    } else stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  }

  function reasonToRefuse(request: IncomingMessage): string | null {
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path) return '404 Not Found'
    if (origin !== undefined && !isAllowedOrigin(origin, request)) return '403 Forbidden'
    return open.size < maxSockets ? null : '503 Service Unavailable'
  }

  function serve(socket: WebSocket, url: string): void {
    const state: SocketState = { socket, publicUrl: url, access: null, isAlive: true }
    open.add(state)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          void socket.on('message', (data: RawData) => {
            state.isAlive = true
            // Left alone, an error would close with 4500, after which clients give up for good.
            handle(String(data)).catch((error: unknown) => {
              logError(error, 'handling a WebSocket message')
              socket.close(closeCode.tryAgainLater, 'Try again later')
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
      open.delete(state)
      closed(code, String(reason)).catch((error: unknown) => logError(error, 'closing a WebSocket'))
    })
  }

  async function beat(state: SocketState): Promise<void> {
    const { socket, access } = state
    if (!state.isAlive) return socket.terminate()
    state.isAlive = false
    if (access !== null && !(await authenticator.isOpen(access)))
      return socket.close(closeCode.forbidden, 'Session ended')
    const payload = access === null ? undefined : live?.pingPayload?.(state)
    if (payload !== undefined) await send(socket, stringifyMessage({ type: MessageType.Ping, payload }))
    socket.ping()
  }

  function beatAll(): void {
    for (const state of open) beat(state).catch((error: unknown) => logError(error, 'a heartbeat'))
  }

  authenticator.onRevoke((keyId) => {
    for (const { socket, access } of open) {
      if (access?.scope.keyId === keyId) socket.close(closeCode.forbidden, 'Key revoked')
    }
  })
  const heartbeat = setInterval(beatAll, heartbeatMs)
  server.on('upgrade', upgrade)

  return {
    async close() {
      server.off('upgrade', upgrade)
      clearInterval(heartbeat)
      const gone = [...open].map(({ socket }) => closeGently(socket))
      await Promise.all(gone)
    },
  }
}

/** Settles when the text is on its way. A client that reads too slowly is sent off before it fills our memory. */
function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve()
  if (socket.bufferedAmount > maxBufferedBytes) {
    socket.close(closeCode.tryAgainLater, 'Reading too slowly')
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    // A failed write closes the socket, which is handled there.
    socket.send(text, () => resolve())
  })
}

function closeGently(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => socket.terminate(), closeGraceMs)
    socket.once('close', () => {
      clearTimeout(impatience)
      resolve()
    })
    socket.close(closeCode.serviceRestart, 'Service restart')
  })
}
