import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, suite, test } from 'node:test'
import { until, within } from '../support/app.js'
import { type BreakableProxy, openBreakableProxy } from '../support/breakable-proxy.js'
import { type OutageWorld, type OutageWorldOptions, openOutageWorld } from './world.js'

suite('what was queued is booked, and once', { timeout: 280_000 }, () => {
  let world: OutageWorld
  const after: (() => Promise<unknown>)[] = []
  const open = async (options: OutageWorldOptions = {}) => {
    world = await openOutageWorld(options)
    after.push(() => world.close())
  }
  afterEach(async () => {
    for (const step of after.splice(0).reverse()) await step()
  })

  test('by the next start, when the node was killed; a click whose visitor was sent on stays, though its campaign was paused', async () => {
    await open()
    const click = await world.warmUp()
    const thaw = await world.freeze()
    assert.equal((await world.order(click, 0, 60)).length, 60)
    const promised = await world.click()
    await world.killNode()
    await thaw()
    await world.query(`
      update workspace_head set catalog_version = catalog_version + 1;
      update campaign c set status = 'PAUSED', catalog_version = h.catalog_version
        from workspace_head h where h.workspace_id = c.workspace_id`)
    await world.startAgain()
    await world.isBack()
    await world.assertBooked(61)
    // Now it is too late for others, but not for that one.
    assert.equal((await world.get(world.shop.links[0] ?? '')).status, 410)
    assert.equal((await world.post({ click_id: promised, txid: 'late', amount: '1' })).outcome, 'ACCEPTED')
  })

  test('though the node is killed in the middle of booking it, and again', async () => {
    await open()
    const click = await world.warmUp()
    const thaw = await world.freeze()
    assert.equal((await world.order(click, 0, 2_500)).length, 2_500)
    await thaw()
    for (const _ of [1, 2]) {
      await until(async () => (await world.metrics()).pulseback_spool_entries !== 2_500, 'some to be booked')
      await world.killNode()
      await world.startAgain()
    }
    await world.isBack()
    await world.assertBooked(2_501)
  })

  test('and what cannot be booked stands in the way of nothing', async () => {
    await open()
    const click = await world.warmUp()
    const thaw = await world.freeze()
    // One after the other: their order is looked at.
    for (const number of [0, 1, 2]) await world.order(click, number, number + 1)
    await world.click()
    for (const number of [3, 4, 5]) await world.order(click, number, number + 1)
    await world.killNode()
    await thaw()
    const spool = new DatabaseSync(join(world.dataDir, 'spool', 'spool.sqlite'))
    // Order 1 is no JSON any more, and the click is of a campaign that never was.
    spool.exec(`
      update entry set body = '{' where body like '%"order-1"%';
      update entry set body = json_set(body, '$.click.campaignId', '01890a5d-ac96-774b-bcce-b302099a8057')
       where json_valid(body) and body ->> '$.kind' = 'click'`)
    spool.close()
    await world.startAgain()
    await world.isBack()
    const booked = (await world.readLedger()).map(({ conversion }) => conversion.transactionId)
    assert.deepEqual(booked, ['first', 'order-0', 'order-2', 'order-3', 'order-4', 'order-5'])
    await world.killNode()
    const left = new DatabaseSync(join(world.dataDir, 'spool', 'spool.sqlite'))
    const reasons = left.prepare('select reason from set_aside order by number').all()
    left.close()
    assert.match(String(reasons[0]?.reason), /SyntaxError/)
    assert.match(String(reasons[1]?.reason), /leads out of the catalog/)
    assert.equal(reasons.length, 2)
  })

  test('a node that is told to stop while the database is frozen ends in time, and leaves it to the next', async () => {
    await open()
    const click = await world.warmUp()
    const thaw = await world.freeze()
    const inFlight = world.order(click, 0, 20)
    await until(async () => (await world.get('/readyz')).body.includes('queueing'), 'it to notice')
    assert.equal((await inFlight).length, 20)
    assert.equal(await within(world.node.stop('SIGTERM'), 'the end of the node', 20_000), 0)
    await thaw()
    await world.startAgain()
    await world.isBack()
    await world.assertBooked(21)
  })

  test('while other connections hang: those who wait on them are queued, and booked on new ones', async () => {
    let proxy: BreakableProxy | undefined
    await open({
      async through(port) {
        proxy = await openBreakableProxy(`http://127.0.0.1:${port}`)
        after.push(async () => proxy?.close())
        return Number(new URL(proxy.url).port)
      },
    })
    const click = await world.warmUp()
    proxy?.freeze()
    const answers = await world.order(click, 0, 20)
    assert.ok(answers.length > 0)
    await world.isBack()
    // Reads would wait on theirs for as long as these hang. The first may get one that nobody has seen break yet.
    proxy?.breakAll()
    await until(() => world.readTotals().then(Boolean, () => false), 'reads on new connections')
    await world.assertBooked(21)
  })

  test('a workspace sees how many of its requests wait, when its books are locked and can be read', async () => {
    await open()
    const click = await world.warmUp()
    const key = async (role: string, more: object = {}) => {
      const made = await world.node.ask<{ createKey: { secret: string } }>(
        'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }',
        { input: { name: role, role, ...more } },
      )
      return made.createKey.secret
    }
    const affiliate = await world.node.ask<{ createAffiliate: { id: string } }>(
      'mutation { createAffiliate(input: {name: "Cy"}) { id } }',
    )
    const keys = [await key('ANALYST'), await key('AFFILIATE', { affiliateId: affiliate.createAffiliate.id })]
    const unlock = await world.lockBooks()
    assert.equal((await world.order(click, 0, 5)).length, 5)
    const seen = await Promise.all(
      keys.map(async (secret) => {
        const { body } = await world.graphql(secret, '{ viewer { workspace { queued } } }')
        return (JSON.parse(body) as { data: { viewer: { workspace: { queued: number | null } } } }).data.viewer
          .workspace.queued
      }),
    )
    assert.deepEqual(seen, [5, null])
    await unlock()
    await world.isBack()
    await world.assertBooked(6)
  })

  test('a node does not take the spool of another, and says so', async () => {
    await open()
    await assert.rejects(world.start(), /Another Pulseback keeps its spool in .*DATA_DIR/)
  })
})
