import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { until } from '../support/app.js'
import { hasNatsServer, startNats, type TestNats } from '../support/nats.js'
import type { StartedServer } from '../support/server.js'
import { assertWhole, type NodeWorld, openNodes } from './node-world.js'
import { createBuyer } from './persistent-buyer.js'

const skip = hasNatsServer() ? false : 'nats-server is not installed'
const perNode = 4

suite('three nodes on one database', { timeout: 240_000 }, () => {
  async function open(t: TestContext, nats?: TestNats): Promise<NodeWorld> {
    const world = await openNodes(3, nats && { NATS_URL: nats.url })
    t.after(() => world.close())
    return world
  }
  async function openNats(t: TestContext): Promise<TestNats> {
    const nats = await startNats(3)
    t.after(() => nats.stop())
    return nats
  }

  /** Some at each node, which go on to the next node when theirs is gone. */
  function subscribeToAll({ nodes, subscribe }: NodeWorld) {
    return Array.from({ length: nodes.length * perNode }, (_, index) => {
      let turn = index
      return subscribe(() => {
        const node = nodes[turn % nodes.length]
        turn += 1
        return node?.url ?? ''
      })
    })
  }

  /** Orders at all nodes before, while and after the blow falls. `killed` is the node that it falls on, if one. */
  async function runThrough(world: NodeWorld, strike: () => Promise<unknown>, killed?: StartedServer) {
    const { nodes, shop, clickIds, sender } = world
    const subscribers = subscribeToAll(world)
    const buyer = createBuyer(
      shop,
      clickIds,
      nodes.map(({ url }) => sender(url)),
    )
    await until(() => subscribers.every(({ connections }) => connections.length === 1), 'everyone to be let in')
    await buyer.place(200)
    const before = buyer.answers.length
    const placing = buyer.place(900)
    await until(() => buyer.answers.length > before + 300, 'the middle of the traffic')
    await strike()
    await placing
    const displaced = subscribers.filter(({ connections }) => connections[0] === killed?.url)
    await until(() => displaced.every(({ connections }) => connections.length === 2), 'everyone to be elsewhere')
    await buyer.place(200)

    const [first] = nodes
    assert.ok(first)
    await assertWhole(first, buyer, subscribers)
    // Who was not struck noticed nothing: no request failed, and no socket closed.
    assert.deepEqual(
      buyer.failures.filter(({ url }) => url !== killed?.url),
      [],
    )
    const undisturbed = subscribers.filter((subscriber) => !displaced.includes(subscriber))
    for (const { closeCodes } of undisturbed) assert.deepEqual(closeCodes, [])
    return { displaced, buyer }
  }

  test('a node and the leader of NATS are killed amid traffic: each 200 is in the books once, nobody misses a change or sees one twice', {
    skip,
  }, async (t) => {
    const nats = await openNats(t)
    const world = await open(t, nats)
    const victim = world.nodes[2]
    assert.ok(victim)
    const strike = () => Promise.all([victim.stop('SIGKILL'), nats.killLeader()])
    const { displaced, buyer } = await runThrough(world, strike, victim)
    assert.equal(displaced.length, perNode)
    assert.ok(buyer.failures.length > 0, 'nothing was sent to the node after it was killed')
  })

  test('all servers of NATS are killed amid traffic: no request fails, no socket closes, nobody misses a change or sees one twice', {
    skip,
  }, async (t) => {
    const nats = await openNats(t)
    await runThrough(await open(t, nats), () => nats.killAll())
  })

  test('without NATS, a node is killed amid traffic: each 200 is in the books once, nobody misses a change or sees one twice', async (t) => {
    const world = await open(t)
    const victim = world.nodes[2]
    assert.ok(victim)
    const { displaced } = await runThrough(world, () => victim.stop('SIGKILL'), victim)
    assert.equal(displaced.length, perNode)
  })
})
