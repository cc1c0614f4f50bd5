import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { within } from './app.js'

/** A message of graphql-transport-ws. */
export interface Said {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface RawSocketOptions {
  /** Says hello with this key, and waits until it is let in. */
  readonly key?: string
  /** Given each text message as it comes, instead of its being kept for `next`. */
  readonly hear?: (text: Buffer) => void
  /** What it offers to speak; null: nothing. */
  readonly protocol?: string | null
}

/**
 * A WebSocket client down to the bytes: which frames go out in which packet is up to the test, and what comes in is
 * checked frame by frame. It answers pings, as any client does.
 */
export interface RawSocket {
  /** Each message as a frame, all of them in one packet; text is sent as it is. */
  send(...messages: readonly (object | string)[]): void
  sendFrame(opcode: number, payload: Buffer): void
  /** The next message that was not taken yet. */
  next(): Promise<Said>
  take(count: number): Promise<Said[]>
  /** Everything up to the first message that is `wanted`, with it. */
  upTo(wanted: (said: Said) => boolean): Promise<Said[]>
  /** Everything that was said before an answer to a question that is asked now. */
  rest(): Promise<Said[]>
  /** The code that the peer closes with. */
  readonly closed: Promise<number>
  /** Tells sockets apart at the other end. */
  readonly port: number
  pause(): void
  resume(): void
  destroy(): void
}

export async function openRawSocket(url: string, { key, hear, protocol }: RawSocketOptions = {}): Promise<RawSocket> {
  const socket = await shakeHands(new URL(url), protocol)
  const closed = Promise.withResolvers<number>()
  const said: Said[] = []
  let wake = () => {}
  let isIn = false

  function receive(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) socket.write(frameOf(opcodes.pong, payload))
    else if (opcode === opcodes.close) {
      closed.resolve(payload.readUInt16BE(0))
      socket.end(frameOf(opcodes.close, payload))
    } else if (opcode === opcodes.text && hear !== undefined && isIn) hear(payload)
    else if (opcode === opcodes.text) {
      said.push(JSON.parse(payload.toString('utf8')))
      wake()
    }
  }
  socket.on('data', readFrames(receive)).resume()
  socket.on('error', () => socket.destroy())
  socket.on('close', () => closed.reject(new Error('the connection broke without a close frame')))
  closed.promise.catch(() => undefined)

  const raw: RawSocket = {
    send(...messages) {
      const texts = messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))
      socket.write(Buffer.concat(texts.map((text) => frameOf(opcodes.text, Buffer.from(text)))))
    },
    sendFrame: (opcode, payload) => void socket.write(frameOf(opcode, payload)),
    async next() {
      while (said.length === 0) {
        await within(
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          'a message on a raw socket',
        )
      }
      return said.shift() as Said // there is one
    },
    async take(count) {
      const taken: Said[] = []
      while (taken.length < count) taken.push(await raw.next())
      return taken
    },
    async upTo(wanted) {
      const taken: Said[] = []
      do taken.push(await raw.next())
      while (!wanted(taken.at(-1) as Said))
      return taken
    },
    async rest() {
      const id = `rest ${Math.random()}`
      raw.send({ id, type: 'subscribe', payload: { query: '{ viewer { role } }' } })
      const taken = await raw.upTo((message) => message.id === id && message.type === 'complete')
      return taken.filter((message) => message.id !== id)
    },
    closed: closed.promise,
    port: socket.localPort ?? 0,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: () => void socket.destroy(),
  }
  if (key !== undefined) {
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })
    assert.deepEqual(await raw.next(), { type: 'connection_ack' })
  }
  isIn = true
  return raw
}

/** A socket that has become a WebSocket, and has not said who it is. */
export async function shakeHands(
  { hostname, port }: URL,
  protocol: string | null = 'graphql-transport-ws',
): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  socket.write(
    `GET /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `${protocol === null ? '' : `sec-websocket-protocol: ${protocol}\r\n`}\r\n`,
  )
  const [answer] = (await within(once(socket, 'data'), 'an answer to a handshake')) as [Buffer]
  const end = answer.indexOf('\r\n\r\n') + 4
  assert.match(answer.toString('latin1', 0, end), /^HTTP\/1.1 101 (.*\r\n)+\r\n$/)
  // A heartbeat may follow at once.
  socket.pause().unshift(answer.subarray(end))
  return socket
}

/** As clients must send it: masked, by a key of zeros, which changes nothing. */
export function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 6 : length < 0x1_00_00 ? 8 : 14)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (length < 126 ? length : length < 0x1_00_00 ? 126 : 127)
  if (head.length === 8) head.writeUInt16BE(length, 2)
  if (head.length === 14) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** Takes what arrives apart into frames, and checks each head: whole messages, not masked, lengths in their shortest form. */
function readFrames(receive: (opcode: number, payload: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let waiting = 0
  let needed = 2
  return (chunk) => {
    chunks.push(chunk)
    waiting += chunk.length
    if (waiting < needed) return
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    let at = 0
    for (;;) {
      const frame = readHead(bytes, at)
      needed = frame === null ? bytes.length - at + 1 : frame.end - at
      if (frame === null || bytes.length < frame.end) break
      receive(frame.opcode, bytes.subarray(frame.start, frame.end))
      at = frame.end
    }
    chunks = [bytes.subarray(at)]
    waiting = bytes.length - at
  }
}

function readHead(bytes: Buffer, at: number): { opcode: number; start: number; end: number } | null {
  if (bytes.length < at + 2) return null
  const [first = 0, short = 0] = bytes.subarray(at, at + 2)
  assert.equal(first & 0xf0, 0x80, 'the last frame of its message, without extensions')
  assert.ok(short < 128, 'a server masks nothing')
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
  if (bytes.length < start) return null
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
  assert.ok(length >= (short < 126 ? 0 : short === 126 ? 126 : 0x1_00_00), 'a length in its shortest form')
  return { opcode: first & 0x0f, start, end: start + length }
}
