/** Where bytes are put, and how far. Whoever writes has made room before. */
export interface Output {
  bytes: Uint8Array
  at: number
}

export function put(out: Output, piece: Uint8Array): void {
  const { bytes } = out
  let { at } = out
  // Pieces are short: a call of `set` would cost more than the loop.
  for (let index = 0; index < piece.length; index += 1, at += 1) bytes[at] = piece[index] as number // within its length
  out.at = at
}

/** Text of ASCII alone: numbers, instants, cursors. */
export function putAscii(out: Output, text: string): void {
  const { bytes } = out
  let { at } = out
  for (let index = 0; index < text.length; index += 1, at += 1) bytes[at] = text.charCodeAt(index)
  out.at = at
}

/** Gathers what is written into chunks of about one size, so that nothing long has to stay in one piece. */
export interface Chunks {
  readonly out: Output
  /** To be called before a row, with the most that it can take. */
  makeRoom(bytes: number): void
  /** What was written since the last time. */
  take(): Uint8Array[]
}

export const chunkBytes = 64 * 1024

export function createChunks(): Chunks {
  const out: Output = { bytes: new Uint8Array(0), at: 0 }
  let full: Uint8Array[] = []

  function closeChunk(): void {
    if (out.at > 0) full.push(out.bytes.subarray(0, out.at))
    out.bytes = new Uint8Array(0)
    out.at = 0
  }

  return {
    out,
    makeRoom(bytes) {
      if (out.bytes.length - out.at >= bytes) return
      closeChunk()
      // Not zeroed: only what was written is ever handed out.
      out.bytes = Buffer.allocUnsafeSlow(Math.max(bytes, chunkBytes))
    },
    take() {
      closeChunk()
      const taken = full
      full = []
      return taken
    },
  }
}
