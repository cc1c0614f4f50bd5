import type { Payload } from '../live/payload.js'
import type { SocketState } from './socket-state.js'

/**
 * Messages are framed by us and written to the socket's stream, past `ws`. It writes each of its own frames whole and in
 * one turn (compression, which would change that, is off), so its frames and ours never mix.
 *
 * What goes to a thousand sockets differs by the id alone. So the frames are put together once, with room for an id of
 * that length, and each socket's id is written into them before they are handed to the kernel. It mostly takes them at
 * once; where it does not, the stream holds on to them, and the next socket gets frames of its own.
 */
interface Template {
  readonly payloads: readonly Payload[]
  readonly idBytes: number
  readonly frames: Buffer
  /** Where in the frames the id stands. */
  readonly idsAt: readonly number[]
}

let template: Template = { payloads: [], idBytes: 0, frames: Buffer.alloc(0), idsAt: [] }

/** `next` messages for the operation of this id; `quotedId` is its id as JSON, of one byte a character. */
export function writeMessages(state: SocketState, quotedId: string, payloads: readonly Payload[]): void {
  if (template.idBytes !== quotedId.length || !areSame(template.payloads, payloads)) {
    template = makeTemplate(payloads, quotedId.length)
  }
  const { frames, idsAt } = template
  for (const at of idsAt) frames.write(quotedId, at, 'latin1')
  // With one operation nothing else can be due in this turn; what is due to several goes out together.
  if (state.operations > 1 || state.heldBytes > 0) {
    hold(state, Buffer.from(frames))
    return
  }
  write(state, frames)
  if (state.stream.writableLength > 0) template = makeTemplate(payloads, quotedId.length)
}

/** Groups that differ only in their filter are given the same payloads in lists of their own. */
const areSame = (one: readonly Payload[], other: readonly Payload[]): boolean =>
  one === other || (one.length === other.length && one.every((payload, index) => payload === other[index]))

const beforeId = '{"id":'
const behindId = ',"type":"next","payload":'
const end = '}'

function makeTemplate(payloads: readonly Payload[], idBytes: number): Template {
  const pieces: Buffer[] = []
  const idsAt: number[] = []
  let bytes = 0
  for (const { body } of payloads) {
    const length = beforeId.length + idBytes + behindId.length + body.length + end.length
    const head = frameHead(length)
    idsAt.push(bytes + head.length + beforeId.length)
    pieces.push(head, Buffer.from(beforeId), Buffer.alloc(idBytes), Buffer.from(behindId), body, Buffer.from(end))
    bytes += head.length + length
  }
  return { payloads, idBytes, frames: Buffer.concat(pieces, bytes), idsAt }
}

let waiting: SocketState[] = []
/** Then others have their turn. */
const socketsAtOnce = 1_000

function hold(state: SocketState, frames: Buffer): void {
  if (state.held.length === 0) {
    waiting.push(state)
    if (waiting.length === 1) queueMicrotask(writeWaiting)
  }
  state.held.push(frames)
  state.heldBytes += frames.length
}

function writeWaiting(): void {
  const now = waiting.slice(0, socketsAtOnce)
  waiting = waiting.slice(socketsAtOnce)
  for (const state of now) writeHeld(state)
  if (waiting.length > 0) setImmediate(writeWaiting)
}

/** Writes what waits for the end of this turn; to be called before something that `ws` itself will write. */
export function writeHeld(state: SocketState): void {
  if (state.held.length === 0) return
  const frames = state.held.length === 1 ? (state.held[0] as Buffer) : Buffer.concat(state.held, state.heldBytes)
  state.held = []
  state.heldBytes = 0
  write(state, frames)
}

function write({ socket, stream }: SocketState, frames: Buffer): void {
  if (socket.readyState === socket.OPEN) stream.write(frames)
}

const textFrame = 0x81
const byteLimit = 126
const twoByteLimit = 0x1_00_00

/** The head of an unmasked text frame of this many bytes, the last of its message. */
function frameHead(length: number): Buffer {
  if (length < byteLimit) return Buffer.of(textFrame, length)
  if (length < twoByteLimit) return Buffer.of(textFrame, byteLimit, length >> 8, length & 0xff)
  const head = Buffer.alloc(10)
  head.writeUInt8(textFrame, 0)
  head.writeUInt8(byteLimit + 1, 1)
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}
