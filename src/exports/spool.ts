import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tooComplex } from '../reporting/question.js'
import type { TakePiece } from './copy-out.js'

/**
 * Takes an answer of the database as fast as it comes, so that its snapshot can end, and gives it back as slowly as a
 * client takes it: from memory when it is small, and else from a file that has no name any more, and so is gone with us
 * whatever happens.
 */
export interface Spool {
  /** Keeps a copy. A promise says that it is to be waited for before more is put. */
  readonly put: TakePiece
  /** All that was put, once, each piece good until the next is asked for. Whoever reads nothing calls `close`. */
  pieces(): AsyncIterable<Buffer>
  /** May be called again. */
  close(): Promise<void>
}

export interface SpoolLimits {
  readonly maxSpoolMemoryBytes: number
  readonly maxSpoolBytes: number
}

const readBytes = 64 * 1024

export function createSpool({ maxSpoolMemoryBytes, maxSpoolBytes }: SpoolLimits): Spool {
  let held: Buffer[] = []
  let heldBytes = 0
  let allBytes = 0
  let file: FileHandle | null = null
  /** What is being written, one after the other. */
  let written: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    const pieces = held
    held = []
    heldBytes = 0
    written = written.then(async () => {
      file ??= await openNameless()
      await file.appendFile(Buffer.concat(pieces))
    })
    return written
  }

  async function* fromFile(handle: FileHandle): AsyncGenerator<Buffer> {
    const buffer = Buffer.alloc(readBytes)
    for (let at = 0; at < allBytes; ) {
      const { bytesRead } = await handle.read(buffer, 0, readBytes, at)
      if (bytesRead === 0) throw new Error('a spool is shorter than what was put into it')
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async function close(): Promise<void> {
    await written.catch(() => undefined)
    const closing = file
    file = null
    held = []
    await closing?.close()
  }

  return {
    put(piece) {
      allBytes += piece.length
      if (allBytes > maxSpoolBytes) throw tooComplex('This report is too large: ask for fewer dimensions or less time.')
      held.push(Buffer.from(piece))
      heldBytes += piece.length
      return heldBytes > maxSpoolMemoryBytes ? flush() : undefined
    },
    async *pieces() {
      try {
        await written
        if (file === null) {
          yield* held
          return
        }
        await flush()
        yield* fromFile(file)
      } finally {
        await close()
      }
    },
    close,
  }
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-export-'))
  try {
    return await open(join(folder, 'rows'), 'wx+', 0o600)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
