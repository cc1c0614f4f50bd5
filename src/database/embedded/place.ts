import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import { canEnter, isRoot, ownerAsUser, run, type ServerUser, serverUser } from './user.js'

/** Where the data is, or is to be, and whom the server runs as there. */
export interface Place {
  /** the folder beside whose data the log is kept, and temporary folders are made */
  home: string
  folder: string
  user: ServerUser
  /** whether there is data in it already */
  made: boolean
}

const folderName = 'postgres'

/** What root makes for another user to pass through, that user must be able to enter, whatever our umask. */
export const makeFolder = async (path: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true, mode: 0o755 })
  if (!first || !isRoot()) return
  for (let at = path; at.length >= first.length; at = dirname(at)) await chmod(at, 0o755)
}

/** The data folder's one name: links and relative paths lead to the same lock and the same place. */
export const canonicalFolder = async (dataDir: string): Promise<string> => {
  const path = resolve(dataDir)
  try {
    await makeFolder(path)
    return await realpath(path)
  } catch (error) {
    throw new StartupError(`The data folder ${path} cannot be made (${String(error)}).`, { cause: error })
  }
}

/** Stable between runs, and readable for whoever looks at what is kept there. */
const nameFor = (dataDir: string): string => {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  return `${basename(dataDir).replaceAll(/[^\w.-]/g, '_') || 'root'}-${hash}`
}

const statIfThere = (path: string) => stat(path).catch(() => undefined)

const isEmpty = (path: string): Promise<boolean> =>
  readdir(path).then(
    (names) => names.length === 0,
    () => false,
  )

const assertCluster = async (folder: string, user: ServerUser, major: string): Promise<void> => {
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (!version) throw new StartupError(`The folder ${folder} is not empty, and is not a PostgreSQL data folder either.`)
  if (version !== major) {
    throw new StartupError(
      `The folder ${folder} was made by PostgreSQL ${version}, and this is PostgreSQL ${major}. ` +
        'Dump it with the Pulseback that made it, and restore the dump into a new data folder.',
    )
  }
  if (!(await canEnter(user, folder))) {
    throw new StartupError(
      `The user "${user.name}", who owns the data in ${folder}, cannot enter that folder: ` +
        'let it pass through the folders above (chmod o+x).',
    )
  }
}

/** The owner goes on serving its folder; a backup restored by root is handed to the server's user first. */
const userOf = async (folder: string, owner: { uid: number; gid: number }): Promise<ServerUser> => {
  if (owner.uid === process.getuid?.() && !isRoot()) return await ownerAsUser(owner)
  if (!isRoot()) {
    const { name } = await serverUser()
    throw new StartupError(
      `The folder ${folder} belongs to user ${owner.uid}, and we run as "${name}". ` +
        'Start Pulseback as that user or as root, or choose another data folder, or set DATABASE_URL.',
    )
  }
  if (owner.uid !== 0) return await ownerAsUser(owner)
  const user = await serverUser()
  const handed = await run('chown', ['-Rh', `${user.uid}:${user.gid}`, folder])
  if (!handed.ok) throw new StartupError(`The folder ${folder} cannot be given to "${user.name}": ${handed.output}`)
  await chmod(folder, 0o700)
  return user
}

const placeForNew = async (near: string, far: string, log: (line: string) => void): Promise<Place> => {
  const user = await serverUser()
  const dataDir = dirname(near)
  if (await canEnter(user, dataDir)) return { home: dataDir, folder: near, user, made: false }
  const home = dirname(far)
  await makeFolder(home)
  if (!isRoot() || !(await canEnter(user, home))) {
    throw new StartupError(
      `The user "${user.name}" can enter neither ${dataDir} nor ${home}: ` +
        'choose another data folder, or set DATABASE_URL.',
    )
  }
  log(`PostgreSQL runs as "${user.name}", who cannot enter ${dataDir}; the database is kept in ${far}`)
  return { home, folder: far, user, made: false }
}

/** Where the data may be: in the data folder, or where the server's own user can reach it. */
export const foldersFor = (dataDir: string, reachableRoot: string): [near: string, far: string] => [
  join(dataDir, folderName),
  join(resolve(reachableRoot), nameFor(dataDir), folderName),
]

/** Data that is there decides: a folder that has become reachable since must not make it look lost. */
export const findPlace = async (
  dataDir: string,
  reachableRoot: string,
  log: (line: string) => void,
): Promise<Place> => {
  const [near, far] = foldersFor(dataDir, reachableRoot)
  for (const folder of [near, far]) {
    const found = await statIfThere(folder)
    if (!found || (await isEmpty(folder))) continue
    return { home: dirname(folder), folder, user: await userOf(folder, found), made: true }
  }
  return await placeForNew(near, far, log)
}

export const assertServable = async (place: Place, major: string): Promise<void> => {
  if (place.made) await assertCluster(place.folder, place.user, major)
}
