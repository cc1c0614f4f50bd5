import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, suite, test } from 'node:test'
import { until } from '../support/app.js'
import { fillUp, mountSmallDisk } from '../support/small-disk.js'
import { bulk, type OutageWorld, type OutageWorldOptions, openOutageWorld } from './world.js'

suite('what cannot be kept is not said to be', { timeout: 280_000 }, () => {
  let world: OutageWorld
  const after: (() => Promise<unknown>)[] = []
  const open = async (options: OutageWorldOptions = {}) => {
    world = await openOutageWorld(options)
    after.push(() => world.close())
  }
  afterEach(async () => {
    for (const step of after.splice(0).reverse()) await step()
  })

  test('a full spool answers 503, and never 200 or 202 to what it does not keep', async () => {
    await open({ environment: { SPOOL_MB: '1' } })
    const click = await world.warmUp()
    const thaw = await world.freeze()
    const queued = await world.order(click, 0, 100, bulk(24_000))
    assert.ok(queued.length > 10 && queued.length < 100, `${queued.length} queued`)
    // The last corners take small ones still, until there is none left.
    for (let number = 100; (await world.order(click, number, number + 1)).length > 0; number += 1) queued.push(number)
    assert.equal((await world.get('/readyz')).status, 503)
    const refused = await world.post({ click_id: click, txid: 'small', amount: '1', ...bulk(24_000) })
    assert.deepEqual([refused.status, refused.receipt], [503, null])
    await thaw()
    await world.isBack()
    await world.assertBooked(1 + queued.length)
    assert.equal((await world.post({ click_id: click, txid: 'small', amount: '1' })).outcome, 'ACCEPTED')
  })

  test('what a long outage took on the disk is given back', async () => {
    await open()
    const click = await world.warmUp()
    const thaw = await world.freeze()
    await world.order(click, 0, 600, bulk(24_000))
    const size = async () => (await stat(join(world.dataDir, 'spool', 'spool.sqlite'))).size
    assert.ok((await size()) > 4_000_000, `${await size()} bytes`)
    await thaw()
    await world.isBack()
    await until(async () => (await size()) < 100_000, 'the file to be small')
  })

  test('a token that was revoked stays so while the database is away', async () => {
    await open()
    const click = await world.warmUp()
    const advertiser = await world.node.ask<{ advertisers: { nodes: { id: string; postbackUrl: string }[] } }>(
      '{ advertisers { nodes { id postbackUrl } } }',
    )
    const own = advertiser.advertisers.nodes.find(({ postbackUrl }) => postbackUrl.includes(world.shop.token))
    await world.node.ask('mutation ($id: ID!) { rotateAdvertiserToken(id: $id, overlapHours: 0) { id } }', {
      id: own?.id,
    })
    const thaw = await world.freeze()
    const { status } = await world.post({ click_id: click, txid: 'revoked', amount: '1' })
    assert.equal(status, 503)
    await thaw()
    await world.isBack()
    assert.equal((await world.post({ click_id: click, txid: 'revoked', amount: '1' })).status, 401)
  })

  test('a disk that is full of other things: the spool answers 503 until there is room again', async (t) => {
    const disk = await mountSmallDisk(4)
    if (disk === null) return t.skip('no disk may be mounted here')
    after.push(disk.unmount)
    await open({ environment: { DATA_DIR: join(disk.folder, 'node') } })
    const click = await world.warmUp()
    const thaw = await world.freeze()
    const ballast = join(disk.folder, 'ballast')
    await fillUp(ballast)
    assert.deepEqual(await world.order(click, 0, 30, bulk(24_000)), [])
    await writeFile(ballast, '')
    assert.equal((await world.order(click, 30, 60)).length, 30)
    await thaw()
    await world.isBack()
    await world.assertBooked(31)
  })

  test('a database whose disk is full: what it does not take is queued, and booked when there is room again', async (t) => {
    const disk = await mountSmallDisk(220)
    if (disk === null) return t.skip('no disk may be mounted here')
    after.push(disk.unmount)
    await open({ databaseDir: join(disk.folder, 'database') })
    const click = await world.warmUp()
    const ballast = join(disk.folder, 'ballast')
    const queued: number[] = []
    let sent = 0
    for (; queued.length < 50; sent += 200) {
      // What the server frees by itself is taken from it again.
      await fillUp(ballast)
      queued.push(...(await world.order(click, sent, sent + 200)))
    }
    await writeFile(ballast, '')
    await world.isBack()
    await world.assertBooked(sent + 1)
  })
})
