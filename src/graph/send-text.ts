import { type SocketState, socketClose } from './socket-state.js'
import { writeHeld } from './write-frames.js'

const maxBufferedBytes = 8 * 1024 * 1024

/** Settles when the text is on its way. A client that reads too slowly is sent off before it fills our memory. */
export function sendText(state: SocketState, text: string): Promise<void> {
  const { socket } = state
  writeHeld(state)
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
