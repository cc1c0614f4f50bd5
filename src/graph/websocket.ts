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
  /** Of a message; who sends a larger one is closed with 1009. */
  readonly maxMessageBytes: number
}

const path = '/graphql'

/** Whether a request is ours to upgrade; any other that would be is answered as if it did not ask. */
export const wantsWebSocket = ({ url, headers }: IncomingMessage): boolean =>
  url?.split('?')[0] === path && headers.upgrade?.toLowerCase() === 'websocket'

/** `/graphql` over WebSocket, by the graphql-transport-ws protocol, on the HTTP server's own port. */
export function graphqlWebSocket<Context extends OperationContext>(
  server: Server,
  options: WebSocketOptions<Context>,
): void {
  const { connections, isAllowedOrigin, publicUrl, clientAddress, maxMessageBytes, operations } = options
  const protocol = makeServer(createSocketOptions(options))
  const around = { protocol, connections, logError: operations.logError }
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    handleProtocols,
    maxPayload: maxMessageBytes,
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
    if (refusal !== null) return refuse(stream, refusal)
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      new SocketConnection(socket, stream, publicUrl(request), address, around)
    })
  })
}

/** Once a request is to be upgraded, its connection is ours: nobody else hears that it broke, or ends it. */
function refuse(stream: Duplex, refusal: string): void {
  stream.on('error', () => stream.destroy())
  const answer = `HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 1\r\n\r\n`
  stream.end(answer, () => stream.destroy())
}
