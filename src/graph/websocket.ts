import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols, makeServer } from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { IsAllowedOrigin } from './cors.js'
import type { LogError } from './mask-error.js'
import type { OperationContext } from './operation-context.js'
import { sendText, socketClose } from './send-text.js'
import { beatForAll } from './socket-heartbeat.js'
import { createSocketOptions, type SocketOperationsOptions, type SocketState } from './socket-operations.js'

export interface WebSocketOptions<Context extends OperationContext> extends SocketOperationsOptions<Context> {
  readonly isAllowedOrigin: IsAllowedOrigin
  /** What links begin with, as this request sees us. */
  readonly publicUrl: (request: IncomingMessage) => string
  readonly heartbeatMs?: number
  readonly maxSockets?: number
}

export interface GraphqlWebSocket {
  /** Tells every client to come back elsewhere (1012), and is done when all are gone. */
  close(): Promise<void>
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, SocketState>>

const path = '/graphql'
const maxPayload = 64 * 1024
const closeGraceMs = 2_000

/** `/graphql` over WebSocket, by the graphql-transport-ws protocol, on the HTTP server's own port. */
export function graphqlWebSocket<Context extends OperationContext>(
  server: Server,
  options: WebSocketOptions<Context>,
): GraphqlWebSocket {
  const { authenticator, isAllowedOrigin, publicUrl, logError, maxSockets = 20_000 } = options
  const protocol = makeServer(createSocketOptions(options))
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols,
    maxPayload,
    perMessageDeflate: false,
  })
  const open = new Set<SocketState>()

  function reasonToRefuse(request: IncomingMessage): string | null {
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path) return '404 Not Found'
    if (origin !== undefined && !isAllowedOrigin(origin, request)) return '403 Forbidden'
    return open.size < maxSockets ? null : '503 Service Unavailable'
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const refusal = reasonToRefuse(request)
    if (refusal !== null) {
      stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      const state: SocketState = { socket, publicUrl: publicUrl(request), access: null, isAlive: true }
      open.add(state)
      socket.on('close', () => open.delete(state))
      serve(protocol, state, logError)
    })
  }

  authenticator.onRevoke((keyId) => {
    for (const { socket, access } of open) {
      if (access?.scope.keyId === keyId) socket.close(socketClose.forbidden, 'Key revoked')
    }
  })
  const stopBeating = beatForAll(open, options)
  server.on('upgrade', upgrade)

  return {
    async close() {
      server.off('upgrade', upgrade)
      stopBeating()
      await Promise.all([...open].map(({ socket }) => closeGently(socket)))
    },
  }
}

/** Lets graphql-ws speak over a socket. */
function serve(protocol: Protocol, state: SocketState, logError: LogError): void {
  const { socket } = state
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => sendText(socket, text),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        void socket.on('message', (data: RawData) => {
          state.isAlive = true
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

function closeGently(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => socket.terminate(), closeGraceMs)
    socket.once('close', () => {
      clearTimeout(impatience)
      resolve()
    })
    socket.close(socketClose.serviceRestart, 'Service restart')
  })
}
