import assert from 'node:assert/strict'
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, test } from 'node:test'
import { findNativeFolder, type NativeFolder, prepareBinaries } from '../../../src/database/embedded/binaries.js'
import { run, serverUser } from '../../../src/database/embedded/user.js'

const rootOnly = process.getuid?.() === 0 ? false : 'needs root'
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-test-'))
  folders.push(folder)
  await chmod(folder, 0o755)
  return folder
}

/** The package as npm unpacks it when its install script is not run, and as it comes from an archive without modes. */
const bareNative = async (into: string): Promise<NativeFolder> => {
  const { path, version } = await findNativeFolder()
  const native = join(into, 'native')
  await mkdir(into, { recursive: true })
  await cp(path, native, { recursive: true, verbatimSymlinks: true })
  for (const entry of await readdir(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(entry.parentPath, entry.name))
  }
  for (const name of await readdir(join(native, 'bin'))) await chmod(join(native, 'bin', name), 0o644)
  return { path: native, version }
}

describe('the programs of the embedded PostgreSQL', () => {
  test('are used where they are, and nothing is written', async () => {
    const folder = await temporaryFolder()
    const { path, version } = await findNativeFolder()
    await chmod(folder, 0o755)
    await cp(path, join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
    const before = (await stat(join(folder, 'native', 'bin', 'postgres'))).ctimeMs
    const copies = join(folder, 'copies')
    const user = await serverUser()
    const binaries = await prepareBinaries({ path: join(folder, 'native'), version }, user, copies, assert.fail)
    assert.equal(binaries.postgres, join(folder, 'native', 'bin', 'postgres'))
    assert.equal(binaries.major, '18')
    assert.equal((await stat(binaries.postgres)).ctimeMs, before)
    assert.deepEqual(await readdir(folder), ['native'])
  })

  test('are made to run where the install script was not run', async () => {
    const folder = await temporaryFolder()
    const native = await bareNative(folder)
    const user = await serverUser()
    const binaries = await prepareBinaries(native, user, join(folder, 'copies'), assert.fail)
    assert.ok((await run(binaries.postgres, ['-V'], user)).ok)
    const links: { target: string }[] = JSON.parse(await readFile(join(native.path, 'pg-symlinks.json'), 'utf8'))
    for (const { target } of links) assert.ok((await lstat(join(folder, target))).isSymbolicLink())
  })

  test('are copied when root’s other user cannot reach them (skipped without root)', { skip: rootOnly }, async () => {
    const closed = join(await temporaryFolder(), 'closed')
    const native = await bareNative(closed)
    await chmod(closed, 0o700)
    const copies = join(await temporaryFolder(), 'copies')
    const user = await serverUser()
    const said: string[] = []
    const copy = join(copies, `postgresql-${native.version}`)
    const binaries = await prepareBinaries(native, user, copies, (line) => said.push(line))
    assert.equal(binaries.postgres, join(copy, 'bin', 'postgres'))
    assert.equal(said.length, 1)
    assert.deepEqual(await readdir(copies), [`postgresql-${native.version}`])
    await prepareBinaries(native, user, copies, assert.fail)

    await rm(join(copy, 'bin', 'initdb'))
    await prepareBinaries(native, user, copies, (line) => said.push(line))
    assert.equal(said.length, 2)
    assert.ok((await run(join(copy, 'bin', 'initdb'), ['-V'], user)).ok)
  })
})
