import { createHash } from 'node:crypto'
import { lchown, lstat, mkdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import { canEnter, isRoot, type ServerUser } from './user.js'

// The system's limit for a socket's path, without the final NUL: 107 on Linux, 103 on macOS.
const maxPathBytes = 103
const longestPort = 65_535

export const socketPath = (socketFolder: string, port: number): string => join(socketFolder, `.s.PGSQL.${port}`)

const fits = (socketFolder: string): boolean => Buffer.byteLength(socketPath(socketFolder, longestPort)) <= maxPathBytes

/**
 * The data folder itself, which is closed to others and which no cleaner touches; where its path is too long for a
 * socket, a folder under the temporary one.
 */
export const chooseSocketFolder = async (folder: string, user: ServerUser): Promise<string> => {
  if (fits(folder)) return folder
  const name = `pulseback-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  for (const base of [tmpdir(), '/tmp']) {
    if (fits(join(base, name)) && (await canEnter(user, base))) return join(base, name)
  }
  throw new StartupError(`The user "${user.name}" can enter no temporary folder for the database's socket: set TMPDIR.`)
}

/** Anyone may make folders under the temporary one: what is there already is used only when it is surely ours. */
export const ensureSocketFolder = async (socketFolder: string, folder: string, user: ServerUser): Promise<void> => {
  if (socketFolder === folder) return
  await mkdir(socketFolder, { mode: 0o700 }).catch(async (error: unknown) => {
    if (!(await lstat(socketFolder).catch(() => undefined))) throw error
  })
  const found = await lstat(socketFolder)
  const owned = found.uid === user.uid || (isRoot() && found.uid === 0)
  if (!found.isDirectory() || !owned || (found.mode & 0o077) !== 0) {
    throw new StartupError(
      `${socketFolder} is in the way: it is not a folder of "${user.name}" alone. Remove it, or set TMPDIR.`,
    )
  }
  if (found.uid !== user.uid) await lchown(socketFolder, user.uid, user.gid)
}

export const removeSocketFolder = async (socketFolder: string, folder: string): Promise<void> => {
  if (socketFolder !== folder) await rmdir(socketFolder).catch(() => undefined)
}
