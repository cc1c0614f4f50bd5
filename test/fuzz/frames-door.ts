import type { Socket } from 'node:net'
import { frameOf, opcodes, shakeHands } from '../support/raw-socket.js'
import { adminKey } from '../support/server.js'
import type { OwnDoor } from './door.js'
import type { Draw } from './draw.js'
import { hostileBytes } from './hostile.js'

/** Bytes that no WebSocket client sends, and whether the server must end the connection for them. */
interface Frames {
  readonly bytes: Buffer
  readonly isFatal: boolean
}

const { text, binary, close, ping } = opcodes
const hello = frameOf(
  text,
  Buffer.from(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${adminKey}` } })),
)
const question = frameOf(text, Buffer.from('{"type":"ping"}'))
const farewell = frameOf(close, Buffer.from([0x03, 0xe8]))

/** A frame with its first two bytes as they are said. */
const headed = (first: number, second: number, rest: Buffer = Buffer.alloc(4)) =>
  Buffer.concat([Buffer.from([first, second]), rest])
const part = (opcode: number, isLast: boolean, payload: Buffer) => {
  const frame = frameOf(opcode, payload)
  frame[0] = (isLast ? 0x80 : 0) | opcode
  return frame
}

const fatal: readonly ((draw: Draw) => Buffer)[] = [
  // An opcode that means nothing; bits that no extension gave a meaning.
  (draw) => headed(0x80 | draw.oneOf([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), 0x80),
  (draw) => headed(0x81 | draw.oneOf([0x40, 0x20, 0x10, 0x70]), 0x80),
  // Not masked.
  () => headed(0x81, 0x02, Buffer.from('{}')),
  // As long as no message may be, in each of the ways to say so.
  () => headed(0x81, 0xff, Buffer.from('7fffffffffffffff00000000', 'hex')),
  () => headed(0x81, 0xff, Buffer.from('ffffffffffffffff00000000', 'hex')),
  () => headed(0x82, 0xff, Buffer.from('000000000001000100000000', 'hex')),
  () => frameOf(text, Buffer.alloc(0x1_00_01, 0x20)),
  // A continuation of nothing; a new message within a message.
  () => part(0, true, Buffer.from('x')),
  () => Buffer.concat([part(text, false, Buffer.from('{')), part(text, true, Buffer.from('}'))]),
  // Pieces that are small, and too much together.
  () => Buffer.concat([part(text, false, Buffer.alloc(40_000)), part(0, false, Buffer.alloc(40_000))]),
  // Text that is none.
  (draw) => frameOf(text, Buffer.concat([Buffer.from('{"type":"ping'), hostileBytes(draw), Buffer.from([0xff])])),
  () => Buffer.concat([part(text, false, Buffer.from([0xc3])), part(0, true, Buffer.from([0x28]))]),
  // Control frames in pieces, and too long.
  () => part(ping, false, Buffer.alloc(0)),
  () => frameOf(ping, Buffer.alloc(126)),
  // Closes that say nothing sensible.
  () => frameOf(close, Buffer.from([0x03])),
  (draw) => frameOf(close, Buffer.from([draw.oneOf([0x00, 0x03, 0xff]), draw.oneOf([0x00, 0xed, 0xee, 0xff])])),
  () => frameOf(close, Buffer.from([0x03, 0xe8, 0xff, 0xfe])),
  () => frameOf(binary, Buffer.from('{}')),
  (draw) => draw.bytes(40),
]

const harmless: readonly ((draw: Draw) => Buffer)[] = [
  () => Buffer.concat(Array.from({ length: 200 }, () => frameOf(ping, Buffer.alloc(125)))),
  () =>
    Buffer.concat([
      part(text, false, Buffer.from('{"type":"p')),
      frameOf(ping, Buffer.alloc(0)),
      part(0, true, Buffer.from('ing"}')),
    ]),
  () =>
    Buffer.concat([
      part(text, false, Buffer.from('{"type":"ping"}')),
      ...Array.from({ length: 2_000 }, () => part(0, false, Buffer.alloc(0))),
      part(0, true, Buffer.alloc(0)),
    ]),
  () => frameOf(opcodes.pong, Buffer.alloc(125)),
  () => Buffer.concat(Array.from({ length: 500 }, () => question)),
]

function drawFrames(draw: Draw): Frames {
  const isFatal = draw.happens(75)
  const bytes = draw.oneOf(isFatal ? fatal : harmless)(draw)
  // Random bytes may as well be the beginning of a frame that is to come.
  return { bytes: Buffer.concat([draw.happens(70) ? hello : Buffer.alloc(0), bytes]), isFatal }
}

export const frames: OwnDoor = {
  ...{ name: 'WebSocket frames', share: 1.5, lanes: 2, depth: 1 },
  async send(draw, world, sent) {
    const { bytes, isFatal } = drawFrames(draw)
    const socket = await shakeHands(new URL(world.url))
    sent(bytes)
    const cut = draw.happens(20) ? draw.upTo(bytes.length) : 0
    if (cut > 0) {
      socket.write(bytes.subarray(0, cut))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.write(bytes.subarray(cut))
    // Who goes away in the middle leaves nothing behind.
    if (draw.happens(10)) {
      socket.resetAndDestroy()
      return { inputs: 1, answers: ['left'], wrong: null }
    }
    // What is harmless is followed by a farewell: either way the end has to come.
    if (!isFatal) socket.write(farewell)
    else socket.write(Buffer.concat([question, frameOf(0, Buffer.from('x'))]))
    const ending = await endOf(socket)
    return { inputs: 1, answers: [ending], wrong: ending === 'none' ? 'the connection was not ended' : null }
  },
}

/** The code that the server closed with, or how else the connection ended. */
async function endOf(socket: Socket): Promise<string> {
  let heard = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk]).subarray(-200)
  })
  socket.resume().on('error', () => socket.destroy())
  let isOurs = false
  const timer = setTimeout(() => {
    isOurs = true
    socket.destroy()
  }, 20_000)
  await new Promise((resolve) => socket.once('close', resolve))
  clearTimeout(timer)
  const at = heard.lastIndexOf(0x88)
  if (at >= 0 && heard.length >= at + 4) return `close ${heard.readUInt16BE(at + 2)}`
  return isOurs ? 'none' : 'cut off'
}
