import type { SocketState } from './socket-state.js'

/**
 * Frames are put together by us and written to the socket's stream, past `ws`: what is the same for a thousand sockets
 * is made once, and all that is due to one socket in a turn goes out in one write. `ws` writes each of its own frames
 * whole and in one turn (compression, which would change that, is off), so its frames and ours never mix.
 */

export function pushMessage(state: SocketState, id: string, body: Buffer): void {
  const { frames } = state
  if (frames.bytes === 0) {
    waiting.push(state)
    if (waiting.length === 1) queueMicrotask(writeAll)
  }
  const head = `{"id":${quoted(id)},"type":"next","payload":`
  const length = head.length + body.length + 1
  const start = frameHead(length) + head
  frames.parts.push(start, body, '}')
  frames.bytes += start.length + body.length + 1
}

const isPlain = /^[\w-]*$/

/** As JSON, of one byte a character. */
const quoted = (id: string) => (isPlain.test(id) ? `"${id}"` : Buffer.from(JSON.stringify(id)).toString('latin1'))

/** What must go before something that `ws` itself will write. */
export function writeNow(state: SocketState): void {
  const { frames, socket } = state
  if (frames.bytes === 0) return
  const { bytes } = frames
  const parts = frames.parts.splice(0)
  frames.bytes = 0
  if (socket.readyState === socket.OPEN) write(state, parts, bytes)
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

const slabBytes = 64 * 1024
let slab = Buffer.allocUnsafeSlow(slabBytes)
/** Of the slab, from its beginning, as long as the last write was: mostly the next is as long. */
let view = slab.subarray(0, 0)

/**
 * Puts the parts into one piece. The kernel mostly takes all of it at once, and then the same memory serves for the next
 * socket; where it does not, the stream holds on to it, and gets a piece of its own.
 */
function write({ stream }: SocketState, parts: readonly (string | Buffer)[], bytes: number): void {
  const isBusy = bytes > slabBytes || stream.writableLength > 0
  if (!isBusy && view.length !== bytes) view = slab.subarray(0, bytes)
  const piece = isBusy ? Buffer.allocUnsafeSlow(bytes) : view
  let offset = 0
  for (const part of parts) {
    offset += typeof part === 'string' ? piece.write(part, offset, 'latin1') : part.copy(piece, offset)
  }
  stream.write(piece)
  if (isBusy || stream.writableLength === 0) return
  slab = Buffer.allocUnsafeSlow(slabBytes)
  view = slab.subarray(0, 0)
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
