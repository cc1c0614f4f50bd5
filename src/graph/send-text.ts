import type { WebSocket } from 'ws'

/** The codes that we close with and that graphql-ws has no names for. Its stock client tries again after each of them. */
export const socketClose = { serviceRestart: 1012, tryAgainLater: 1013, forbidden: 4403 } as const

const maxBufferedBytes = 8 * 1024 * 1024

/** Settles when the text is on its way. A client that reads too slowly is sent off before it fills our memory. */
export function sendText(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve()
  if (socket.bufferedAmount > maxBufferedBytes) {
    socket.close(socketClose.tryAgainLater, 'Reading too slowly')
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    // A failed write closes the socket, which is handled there.
    socket.send(text, () => resolve())
  })
}
