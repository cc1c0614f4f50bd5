import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { createFrameReader, frameOf, pong } from './frame-reader.js'
import { monotonicMs } from './monotonic.js'

export interface RawSocketOptions {
  readonly url: string
  /** What `connection_init` says; null: a bare WebSocket without any protocol in it. */
  readonly connectionParams: object | null
  /** Whether each message's text is wanted; otherwise they are only counted. */
  readonly keepsText: boolean
  onDelivery(text: string | null): void
  onError(error: Error): void
}

export interface RawSocket {
  readonly localPort: number
  readonly bytes: number
  readonly lastAtMs: number
  /** Subscribes so many times, each under an id of its own, and resolves when the server has read that far. */
  subscribe(payload: object, times: number): Promise<void>
  destroy(): void
}

/** All sockets are read into the same memory: nothing of it is kept beyond the call. */
const shared = Buffer.alloc(256 * 1024)
const headEnd = '\r\n\r\n'

/** A WebSocket client with as little to it as there can be, so that what is measured is the server. */
export function openRawSocket(options: RawSocketOptions): Promise<RawSocket> {
  const { url, connectionParams, keepsText, onDelivery, onError } = options
  const { hostname, port } = new URL(url)
  const isBare = connectionParams === null
  const waiting = new Map<string, () => void>()
  const heard = (type: string) => new Promise<void>((resolve) => waiting.set(type, resolve))
  let head = ''
  let isOpen = false

  function other(text: string): void {
    if (text === '') return
    const { type, payload } = JSON.parse(text) as { type: string; payload?: unknown } // every message has a type
    if (type === 'ping') socket.write(frameOf('{"type":"pong"}'))
    else if (waiting.has(type)) waiting.get(type)?.()
    else fail(new Error(`a subscriber was told ${type}: ${JSON.stringify(payload)}`))
  }

  const raw = { localPort: 0, bytes: 0, lastAtMs: 0, subscribe, destroy: () => destroy() }
  const read = createFrameReader({ delivery: onDelivery, other, ping: () => socket.write(pong()) }, keepsText)

  function receive(chunk: Buffer): void {
    raw.bytes += chunk.length
    raw.lastAtMs = monotonicMs()
    try {
      if (isOpen) read(chunk)
      else shakeHands(chunk)
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  function shakeHands(chunk: Buffer): void {
    head += chunk.toString('latin1')
    const end = head.indexOf(headEnd)
    if (end < 0) return
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`the server would not speak WebSocket: ${head}`)
    isOpen = true
    waiting.get('open')?.()
    if (head.length > end + headEnd.length) read(Buffer.from(head.slice(end + headEnd.length), 'latin1'))
  }

  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: {
      buffer: shared,
      callback(length) {
        receive(shared.subarray(0, length))
        return true
      },
    },
  })
  let destroyed = false
  // A reset leaves no port waiting for stray packets: there are more connections in a run than ports for that.
  const destroy = () => {
    destroyed = true
    socket.resetAndDestroy()
  }
  const fail = (error: Error) => {
    if (!destroyed) onError(error)
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed a connection')))

  async function subscribe(payload: object, times: number): Promise<void> {
    const text = JSON.stringify(payload)
    const frames = Array.from({ length: times }, () =>
      frameOf(`{"id":"${randomUUID()}","type":"subscribe","payload":${text}}`),
    )
    const answered = heard('pong')
    socket.write(Buffer.concat([...frames, frameOf('{"type":"ping"}')]))
    await answered
  }

  async function open(): Promise<RawSocket> {
    const opened = heard('open')
    const protocol = isBare ? '' : 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n'
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${protocol}\r\n`,
    )
    await opened
    raw.localPort = socket.localPort ?? 0
    if (isBare) return raw
    const acknowledged = heard('connection_ack')
    socket.write(frameOf(JSON.stringify({ type: 'connection_init', payload: connectionParams })))
    await acknowledged
    return raw
  }
  return open()
}
