import { randomBytes } from 'node:crypto'
import { lchown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import type { Binaries } from './binaries.js'
import type { Place } from './place.js'
import { run } from './user.js'

export const adminName = 'pulseback'

// Inside the data folder: it appears with it in one rename, and a copy of the folder keeps its password.
const passwordName = 'pulseback.password'

const syncToDisk = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const initdbArguments = (data: string, passwordFile: string): string[] => [
  `--pgdata=${data}`,
  `--username=${adminName}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // Orders by code point wherever it runs, so that no system update can break an index; knows the letters of Unicode.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--data-checksums',
  '--no-instructions',
]

const removeStale = async (folder: string): Promise<void> => {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.new-`)) continue
    // A killed run's initdb may still be writing in there: hence the retries.
    await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

/**
 * Makes the data folder. It is made under another name and renamed when it is whole and on the disk, so that a folder
 * of the right name is always one that works. The caller holds the lock: any temporary folder is a killed run's.
 */
export const createCluster = async (place: Place, binaries: Binaries): Promise<void> => {
  const { folder, user } = place
  await removeStale(folder)
  const temporary = await mkdtemp(`${folder}.new-`)
  try {
    const data = join(temporary, 'data')
    const passwordFile = join(temporary, passwordName)
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    for (const path of [passwordFile, temporary]) await lchown(path, user.uid, user.gid)
    const made = await run(binaries.initdb, initdbArguments(data, passwordFile), user)
    if (!made.ok) {
      throw new StartupError(`PostgreSQL could not make its data folder in ${dirname(folder)}:\n${made.output}`)
    }
    await rename(passwordFile, join(data, passwordName))
    await syncToDisk(join(data, passwordName))
    await syncToDisk(data)
    await rename(data, folder)
    await syncToDisk(dirname(folder))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

export const readPassword = async (folder: string): Promise<string> => {
  const file = join(folder, passwordName)
  const password = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (password) return password
  throw new StartupError(
    `The database's password is missing: ${file}. Restore that file from a backup of the folder, ` +
      `or write a password there that the database's user "${adminName}" has.`,
  )
}
