import assert from 'node:assert/strict'
import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ensureSocketFolder } from '../../../src/database/embedded/socket.js'
import { run, serverUser } from '../../../src/database/embedded/user.js'
import { isRoot, query, rejectsWith, start, temporaryFolder } from './support.js'

describe('embedded PostgreSQL under root (skipped for other users)', { skip: isRoot ? false : 'needs root' }, () => {
  test('keeps the data elsewhere when its user cannot enter the folder, and goes on doing so', async () => {
    const reachableRoot = join(await temporaryFolder(), 'reachable')
    const home = join(await temporaryFolder(), 'home')
    await mkdir(home, { mode: 0o700 })
    const dataDir = join(home, 'data')
    const first = await start(dataDir, { reachableRoot })
    assert.ok(first.folder.startsWith(join(reachableRoot, 'data-')))
    assert.ok(first.lines.some((line) => line.includes(first.folder) && line.includes(dataDir)))
    await query(first, 'create table kept as select 42 as number')
    await first.stop()

    await chmod(home, 0o755)
    const second = await start(dataDir, { reachableRoot })
    assert.equal(second.folder, first.folder)
    assert.deepEqual(await query(second, 'select number from kept'), [42])
  })

  test('keeps different folders apart', async () => {
    const reachableRoot = await temporaryFolder()
    const home = await temporaryFolder()
    await chmod(home, 0o700)
    const one = await start(join(home, 'one', 'data'), { reachableRoot })
    const two = await start(join(home, 'two', 'data'), { reachableRoot })
    assert.notEqual(one.folder, two.folder)
    await query(one, 'create table here as select 1')
    await assert.rejects(query(two, 'select 1 from here'), /does not exist/)
  })

  test('serves a folder that a restore as root has left to root', async () => {
    const dataDir = await temporaryFolder()
    const first = await start(dataDir)
    await first.stop()
    await run('chown', ['-R', '0:0', first.folder])
    assert.deepEqual(await query(await start(dataDir), 'select 1'), [1])
  })

  test('serves the folder of another user as that user', async () => {
    const dataDir = await temporaryFolder()
    const first = await start(dataDir)
    await first.stop()
    await run('chown', ['-R', '12345:12345', first.folder])
    const second = await start(dataDir)
    assert.deepEqual(await query(second, 'select 1'), [1])
    await second.stop()
    assert.equal((await stat(join(first.folder, 'PG_VERSION'))).uid, 12345)
  })

  test('takes a socket folder that root made for its own, not one of a stranger', async () => {
    const folder = await temporaryFolder()
    const user = await serverUser()
    await mkdir(join(folder, 'stranger'), { mode: 0o700 })
    await chown(join(folder, 'stranger'), 12345, 12345)
    await rejectsWith(ensureSocketFolder(join(folder, 'stranger'), '/data', user), /in the way/)
    await mkdir(join(folder, 'roots'), { mode: 0o700 })
    await ensureSocketFolder(join(folder, 'roots'), '/data', user)
    assert.equal((await stat(join(folder, 'roots'))).uid, user.uid)
  })
})
