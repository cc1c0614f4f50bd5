import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import { until, within } from '../support/app.js'
import { isReady, startProxy } from '../support/proxy.js'
import { adminKey, type StartedServer } from '../support/server.js'
import { assertWhole, type NodeWorld, openNodes } from './node-world.js'
import { type Buyer, createBuyer } from './persistent-buyer.js'

const environment = { DRAIN_SECONDS: '2' }

async function open(t: TestContext, count: number): Promise<NodeWorld> {
  const world = await openNodes(count, environment)
  t.after(() => world.close())
  return world
}

suite('a node that is told to stop', { timeout: 240_000 }, () => {
  /** Orders without a pause; the function that it gives ends them. */
  function keepBuying(buyer: Buyer): () => Promise<void> {
    let isOver = false
    const buying = (async () => {
      while (!isOver) await buyer.place(20)
    })()
    // Whoever ends it hears of it; until then it is nobody's unhandled rejection.
    buying.catch(() => undefined)
    return () => {
      isOver = true
      return buying
    }
  }

  test('in a rolling restart behind a proxy no request fails, and subscribers go on at the other node without a gap or a repeat', async (t) => {
    const world = await open(t, 2)
    const [first, second] = world.nodes
    assert.ok(first && second)
    const proxy = await startProxy([first])
    t.after(() => proxy.close())

    let draining: StartedServer | undefined
    const wasReady: Promise<boolean>[] = []
    const subscribers = Array.from({ length: 20 }, () =>
      world.subscribe(
        () => proxy.url,
        () => void wasReady.push(isReady(draining?.url ?? '')),
      ),
    )
    const areIn = (times: number) => subscribers.every(({ connections }) => connections.length === times)
    await until(() => areIn(1), 'everyone to be let in')
    proxy.nodes.push(second)
    // A connection for each request: one that is kept open stays with its node, however good the proxy.
    const sender = world.sender(proxy.url, { keepAlive: false })
    const buyer = createBuyer(world.shop, world.clickIds, [sender], { width: 6 })
    const stopBuying = keepBuying(buyer)

    async function restart(node: StartedServer, times: number): Promise<StartedServer> {
      const answered = buyer.answers.length
      await until(() => buyer.answers.length > answered + 100, 'traffic', 60_000)
      draining = node
      assert.equal(await within(node.stop('SIGTERM'), 'the end of the node', 20_000), 0)
      await until(() => areIn(times), 'everyone to be let in at the other node')
      const fresh = await world.start()
      proxy.nodes.splice(proxy.nodes.indexOf(node), 1, fresh)
      return fresh
    }
    const again = await restart(first, 2)
    await restart(second, 3)
    await stopBuying()

    await assertWhole(again, buyer, subscribers)
    assert.deepEqual(buyer.failures, [])
    for (const { closeCodes } of subscribers) assert.deepEqual(closeCodes, [1012, 1012])
    // Nobody was sent away by a node that still said it takes traffic: a proxy would have sent them right back.
    assert.equal(wasReady.length, 2 * subscribers.length)
    assert.ok((await Promise.all(wasReady)).every((ready) => !ready))
  })

  test('sends hundreds away within its time, and does not wait for those who answer nothing', async (t) => {
    const [node] = (await open(t, 1)).nodes
    assert.ok(node)
    const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(node.url)))
    const stalled = sockets.slice(0, 5)
    for (const socket of stalled) socket.pause()
    const codes = sockets.slice(5).map(async (socket) => (await once(socket, 'close'))[0] as number)
    assert.equal(await within(node.stop('SIGTERM'), 'the end of the node', 20_000), 0)
    assert.deepEqual(new Set(await within(Promise.all(codes), 'the end of every socket')), new Set([1012]))
    for (const socket of stalled) socket.terminate()
  })
})

/** A bare socket that has been let in. */
async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  // One that was cut while it stalled; its end is checked elsewhere.
  socket.on('error', () => undefined)
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${adminKey}` } }))
  await once(socket, 'message')
  return socket
}
