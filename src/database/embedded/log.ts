import { constants, existsSync, statSync } from 'node:fs'
import { copyFile, type FileHandle, open, rename, truncate, unlink } from 'node:fs/promises'
import type { ServerUser } from './user.js'

/** The server's own log: a file that it appends to by itself, so that it outlives us, kept below a size by us. */
export interface ServerLog {
  file: string
  size(): number
  /** opened for the server to append to; the caller closes it */
  open(): Promise<FileHandle>
  /** for between runs of the server, and for while it runs */
  rotate(): Promise<void>
  trim(): Promise<void>
  /** the last lines written since `offset` */
  tail(offset: number): Promise<string>
}

const maxBytes = 10 * 1024 * 1024
const tailBytes = 4096
const tailLines = 12

const openForAppend = async (file: string): Promise<FileHandle> => {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
  try {
    return await open(file, flags, 0o600)
  } catch (error) {
    // An earlier run under another user left it; the folder is ours.
    await unlink(file).catch(() => {
      throw error
    })
    return await open(file, flags, 0o600)
  }
}

const readTail = async (file: string, offset: number): Promise<string> => {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const from = Math.max(offset > size ? 0 : offset, size - tailBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-tailLines).join('\n')
  } finally {
    await handle.close()
  }
}

export const createServerLog = (file: string, user: ServerUser): ServerLog => {
  const size = () => (existsSync(file) ? statSync(file).size : 0)
  const previous = `${file}.1`
  return {
    file,
    size,
    async open() {
      const handle = await openForAppend(file)
      if (user.credentials.uid !== undefined) await handle.chown(user.uid, user.gid)
      return handle
    },
    async rotate() {
      if (size() > maxBytes) await rename(file, previous)
    },
    async trim() {
      if (size() <= maxBytes) return
      // The server holds the file open and appends: it goes on at the new end. A line written meanwhile may be lost.
      await copyFile(file, previous)
      await truncate(file)
    },
    tail: (offset) => readTail(file, offset).catch(() => ''),
  }
}
