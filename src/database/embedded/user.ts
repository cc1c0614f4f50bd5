import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { StartupError } from '../../kernel/errors.js'

/** Whom the server runs as. `credentials` is empty when that is who we are ourselves. */
export interface ServerUser {
  name: string
  uid: number
  gid: number
  credentials: { uid?: number; gid?: number }
}

export interface Outcome {
  ok: boolean
  output: string
}

/** A fixed environment: a locale or a PG* variable of the operator's shell must not change what the server does. */
export const childEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

const preferredNames = ['postgres', '_postgres', 'pulseback']
const createdName = 'pulseback'

/** Runs a program to its end, as `user` if given; never throws: what went wrong is in `output`. */
export const run = (file: string, args: readonly string[], user?: ServerUser): Promise<Outcome> =>
  new Promise((resolve) => {
    try {
      // cwd: ours may be a folder that the other user cannot enter, and PostgreSQL's programs ask for it.
      const options = { cwd: '/', env: childEnvironment, ...user?.credentials }
      execFile(file, args, options, (error, stdout, stderr) => {
        const said = `${stdout}${stderr}`.trim()
        resolve({ ok: error === null, output: said || (error?.message ?? '') })
      })
    } catch (error) {
      // spawn throws at once when the system refuses to change the user.
      resolve({ ok: false, output: error instanceof Error ? error.message : String(error) })
    }
  })

/** Mode bits tell little (access lists, mounts, user namespaces): what counts is a trial under that user. */
export const canEnter = async (user: ServerUser, folder: string): Promise<boolean> =>
  (await run('test', ['-x', folder], user)).ok

export const isRoot = (): boolean => process.getuid?.() === 0

const ourselves = (): ServerUser => {
  const uid = process.getuid?.() ?? -1
  const gid = process.getgid?.() ?? -1
  try {
    return { name: userInfo().username, uid, gid, credentials: {} }
  } catch {
    return { name: `user ${uid}`, uid, gid, credentials: {} }
  }
}

const lookUp = async (name: string): Promise<ServerUser | undefined> => {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  if (!uid.ok || !gid.ok) return undefined
  const ids = { uid: Number(uid.output), gid: Number(gid.output) }
  return ids.uid > 0 ? { name, ...ids, credentials: ids } : undefined
}

/** useradd is of most Linux systems, addgroup and adduser with these flags are of BusyBox. */
export const createSystemUser = async (name: string): Promise<ServerUser> => {
  const home = '/nonexistent'
  const shell = '/bin/false'
  const first = await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    home,
    '--shell',
    shell,
    name,
  ])
  if (!first.ok) {
    await run('addgroup', ['-S', name])
    await run('adduser', ['-S', '-D', '-H', '-h', home, '-s', shell, '-G', name, name])
  }
  const created = await lookUp(name)
  if (created) return created
  throw new StartupError(
    `PostgreSQL does not run as root, and no system user could be made for it (${first.output}). ` +
      `Make a user named "${name}", or start Pulseback as an ordinary user, or set DATABASE_URL.`,
  )
}

const assertUsable = async (user: ServerUser): Promise<ServerUser> => {
  const trial = await run('true', [], user)
  if (trial.ok) return user
  throw new StartupError(
    `PostgreSQL does not run as root, and this system does not let us run it as "${user.name}" (${trial.output}). ` +
      'Start Pulseback as an ordinary user, or set DATABASE_URL.',
  )
}

/** The user for a new data folder. */
export const serverUser = async (): Promise<ServerUser> => {
  if (!isRoot()) return ourselves()
  for (const name of preferredNames) {
    const found = await lookUp(name)
    if (found) return await assertUsable(found)
  }
  return await assertUsable(await createSystemUser(createdName))
}

/** The user for a folder that has an owner: PostgreSQL serves a folder to nobody else. */
export const ownerAsUser = async (owner: { uid: number; gid: number }): Promise<ServerUser> => {
  const self = ourselves()
  if (owner.uid === self.uid) return self
  const ids = { uid: owner.uid, gid: owner.gid }
  const name = await run('id', ['-un', String(owner.uid)])
  return await assertUsable({ name: name.ok ? name.output : `user ${owner.uid}`, ...ids, credentials: ids })
}
