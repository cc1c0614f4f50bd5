import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols, makeServer } from 'graphql-ws'
import { WebSocketServer } from 'ws'
import type { IsAllowedOrigin } from './cors.js'
import type { OperationContext } from './operation-context.js'
import { SocketConnection } from './socket-connection.js'
import { createSocketOptions, type SocketOperationsOptions } from './socket-operations.js'

export interface WebSocketOptions<Context extends OperationContext> extends SocketOperationsOptions<Context> {
  readonly isAllowedOrigin: IsAllowedOrigin
  /** What links begin with, as this request sees us. */
  readonly publicUrl: (request: IncomingMessage) => string
  readonly clientAddress: (request: IncomingMessage) => string
}

const path = '/graphql'
const maxPayload = 64 * 1024

/** `/graphql` over WebSocket, by the graphql-transport-ws protocol, on the HTTP server's own port. */
export function graphqlWebSocket<Context extends OperationContext>(
  server: Server,
  options: WebSocketOptions<Context>,
): void {
  const { connections, isAllowedOrigin, publicUrl, clientAddress, operations } = options
  const protocol = makeServer(createSocketOptions(options))
  const around = { protocol, connections, logError: operations.logError }
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
      new SocketConnection(socket, stream, publicUrl(request), address, around)
    })
  })
}
