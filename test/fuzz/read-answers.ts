/** An HTTP answer as it came. */
export interface HttpAnswer {
  readonly status: number
  /** Status line and headers, as they came. */
  readonly head: string
  readonly body: string
  /** Nothing more comes on this connection. */
  readonly closes: boolean
}

export interface AnswerReader {
  /** `isHead`: whether the next answer is one to HEAD and so has no body; asked when the one before was taken. */
  read(chunk: Buffer, isHead: () => boolean, take: (answer: HttpAnswer) => void): void
  /** What has come of an answer that is not whole. */
  rest(): string
}

export const headerOf = (head: string, name: string): string | null =>
  new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(head)?.[1] ?? null

/** Takes what arrives on a connection apart into answers. */
export function createAnswerReader(): AnswerReader {
  let pending: Buffer = Buffer.alloc(0)

  function readOne(isHead: () => boolean): HttpAnswer | null {
    const end = pending.indexOf('\r\n\r\n')
    if (end === -1) return null
    const head = pending.toString('latin1', 0, end)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN)
    const body = bodyAt(pending, end + 4, head, status, isHead())
    if (body === null) return null
    pending = pending.subarray(body.end)
    const closes = headerOf(head, 'connection')?.toLowerCase() === 'close'
    return { status, head, body: body.text, closes }
  }

  return {
    read(chunk, isHead, take) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      for (let one = readOne(isHead); one !== null; one = readOne(isHead)) take(one)
    },
    rest: () => pending.toString('latin1'),
  }
}

/** Null while it has not arrived whole. */
function bodyAt(bytes: Buffer, start: number, head: string, status: number, isHead: boolean) {
  if (isHead || status === 204 || status === 304 || status < 200) return { text: '', end: start }
  const length = headerOf(head, 'content-length')
  if (length !== null) {
    const end = start + Number(length)
    return bytes.length < end ? null : { text: bytes.toString('utf8', start, end), end }
  }
  return headerOf(head, 'transfer-encoding') === 'chunked' ? readChunks(bytes, start) : { text: '', end: start }
}

function readChunks(bytes: Buffer, start: number): { text: string; end: number } | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    const end = line + 2 + size
    if (bytes.length < end + 2) return null
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: end + 2 }
    parts.push(bytes.subarray(line + 2, end))
    at = end + 2
  }
}
