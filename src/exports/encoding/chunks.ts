import type { Output } from './output.js'

/**
 * Gathers what is written into chunks of about one size, and writes into the same ones again and again: fresh memory for
 * each would cost a third of all the work, and lie about until the collector comes.
 */
export interface Chunks {
  readonly out: Output
  /** To be called before a row, with the most that it can take. */
  makeRoom(bytes: number): void
  /** What was written since the last time. */
  take(): Uint8Array[]
  /** Gives these one by one. Each is good until the next is asked for; then it is written into again. */
  lend(chunks: readonly Uint8Array[]): Generator<Uint8Array>
  /** Forgets what was written since the last time. */
  drop(): void
}

const chunkBytes = 64 * 1024

export function createChunks(): Chunks {
  const out: Output = { bytes: new Uint8Array(0), at: 0 }
  const free: Uint8Array[] = []
  let full: Uint8Array[] = []

  function giveBack({ buffer }: Uint8Array): void {
    if (buffer.byteLength === chunkBytes) free.push(new Uint8Array(buffer))
  }

  function closeChunk(): void {
    const { bytes, at } = out
    if (at > 0) full.push(bytes.subarray(0, at))
    else giveBack(bytes)
    out.bytes = new Uint8Array(0)
    out.at = 0
  }

  function take(): Uint8Array[] {
    closeChunk()
    const taken = full
    full = []
    return taken
  }

  return {
    out,
    makeRoom(bytes) {
      if (out.bytes.length - out.at >= bytes) return
      closeChunk()
      out.bytes = bytes > chunkBytes ? new Uint8Array(bytes) : (free.pop() ?? new Uint8Array(chunkBytes))
    },
    take,
    *lend(chunks) {
      for (const chunk of chunks) {
        yield chunk
        giveBack(chunk)
      }
    },
    drop() {
      for (const chunk of take()) giveBack(chunk)
    },
  }
}
