/** Who is told what came in. */
export interface Sink {
  /** A message of a subscription; its text only where `keepsText`. */
  delivery(text: string | null): void
  /** Any other message of the protocol. */
  other(text: string): void
  /** The WebSocket's own ping. */
  ping(): void
}

const text = 1
const closing = 8
const ping = 9
/** No message of the protocol's own is as long as this, but for a ping with what a feed has to tell. */
const shortestDelivery = 120
/** Of `{"type":"ping"`: enough to tell it from `{"id":` and `{"type":"next"`. */
const peekBytes = 10

/**
 * Reads of a WebSocket frame no more than it must: the header, and how its payload begins. A thousand sockets are read
 * in one process that must not be slower than the server it listens to.
 */
export function createFrameReader(sink: Sink, keepsText: boolean): (chunk: Buffer) => void {
  let left = 0
  let body: Buffer[] | null = null
  let isDelivery = false
  let beginning: Buffer | null = null

  function finish(): void {
    if (body === null) {
      sink.delivery(null)
      return
    }
    const whole = Buffer.concat(body).toString()
    body = null
    if (isDelivery) sink.delivery(whole)
    else sink.other(whole)
  }

  /** Gives where the payload begins, or -1 when too little of the frame is there. */
  function begin(chunk: Buffer, at: number): number {
    const available = chunk.length - at
    if (available < 2) return -1
    const opcode = (chunk[at] ?? 0) & 15
    if (chunk[at] !== (opcode | 128)) throw new Error(`a frame began with ${chunk[at]}: no whole, plain message`)
    const short = chunk[at + 1] ?? 0
    const headerBytes = short === 126 ? 4 : short === 127 ? 10 : 2
    if (available < headerBytes) return -1
    const length = lengthOf(chunk, at, headerBytes)
    if (available < headerBytes + Math.min(length, peekBytes)) return -1
    const start = at + headerBytes
    if (opcode === closing) throw new Error(`the server closed a socket: ${closeReason(chunk, start, length)}`)
    left = length
    isDelivery = opcode === text && length >= shortestDelivery && !isPing(chunk, start)
    body = keepsText || !isDelivery ? [] : null
    if (opcode === ping) sink.ping()
    return start
  }

  return (received) => {
    const chunk = beginning === null ? received : Buffer.concat([beginning, received])
    beginning = null
    let at = 0
    while (at < chunk.length) {
      if (left === 0) {
        const start = begin(chunk, at)
        if (start < 0) {
          beginning = Buffer.from(chunk.subarray(at))
          return
        }
        at = start
      }
      const here = Math.min(left, chunk.length - at)
      // The buffer that it came in is read into again.
      body?.push(Buffer.from(chunk.subarray(at, at + here)))
      at += here
      left -= here
      if (left === 0) finish()
    }
  }
}

function lengthOf(chunk: Buffer, at: number, headerBytes: number): number {
  if (headerBytes === 2) return chunk[at + 1] ?? 0
  return headerBytes === 4 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2))
}

const isPing = (chunk: Buffer, start: number): boolean => chunk[start + 2] === 0x74 && chunk[start + 9] === 0x70

const closeReason = (chunk: Buffer, start: number, length: number): string =>
  length < 2 ? 'no reason' : `${chunk.readUInt16BE(start)} ${chunk.toString('utf8', start + 2, start + length)}`

/** A client's frame is masked; zeros are a mask like any other. */
export function frameOf(message: string, opcode = text): Buffer {
  const payload = Buffer.from(message)
  const long = payload.length > 125
  const header = Buffer.alloc(long ? 8 : 6)
  header[0] = 128 | opcode
  header[1] = 128 | (long ? 126 : payload.length)
  if (long) header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, payload])
}

export const pong = (): Buffer => frameOf('', ping + 1)
