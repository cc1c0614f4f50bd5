import type { SocketState } from './socket-state.js'

/**
 * Frames are put together by us and written to the socket's stream, past `ws`: what is the same for a thousand sockets
 * is made once, and all that is due to one socket in a turn goes out in one write. `ws` writes each of its own frames
 * whole and in one turn (compression, which would change that, is off), so its frames and ours never mix.
 */
export function pushFrame(state: SocketState, text: string): void {
  if (state.pending === '') {
    waiting.push(state)
    if (waiting.length === 1) queueMicrotask(writeAll)
  }
  state.pending += frameHead(text.length) + text
}

/** What must go before something that `ws` itself will write. */
export function writeNow(state: SocketState): void {
  const { pending, socket, stream } = state
  if (pending === '') return
  state.pending = ''
  if (socket.readyState === socket.OPEN) stream.write(pending, 'latin1')
}

let waiting: SocketState[] = []
/** Then others have their turn. */
const socketsAtOnce = 1_000

function writeAll(): void {
  const now = waiting.slice(0, socketsAtOnce)
  waiting = waiting.slice(socketsAtOnce)
  for (const state of now) writeNow(state)
  if (waiting.length > 0) setImmediate(writeAll)
}

const textFrame = 0x81
const byteLimit = 126
const twoByteLimit = 0x1_00_00

/** The head of an unmasked text frame of this many bytes, the last of its message. */
function frameHead(length: number): string {
  if (length < byteLimit) return String.fromCharCode(textFrame, length)
  if (length < twoByteLimit) return String.fromCharCode(textFrame, byteLimit, length >> 8, length & 0xff)
  const bytes = Buffer.alloc(10)
  bytes.writeUInt8(textFrame, 0)
  bytes.writeUInt8(byteLimit + 1, 1)
  bytes.writeBigUInt64BE(BigInt(length), 2)
  return bytes.toString('latin1')
}
