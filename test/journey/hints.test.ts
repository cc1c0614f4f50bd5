import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { until, within } from '../support/app.js'
import { hasNatsServer, startNats } from '../support/nats.js'
import { openNodes } from './node-world.js'
import { createBuyer } from './persistent-buyer.js'

const skip = hasNatsServer() ? false : 'nats-server is not installed'
const hops = 10
const lookEveryMs = 1_000

suite('what one node books, another tells its subscribers', { timeout: 240_000 }, () => {
  /** A buyer at the first node and a subscriber at the second. */
  async function open(t: TestContext, environment: NodeJS.ProcessEnv = {}) {
    const world = await openNodes(2, environment)
    t.after(() => world.close())
    const [here, there] = world.nodes
    assert.ok(here && there)
    const subscriber = world.subscribe(() => there.url)
    const buyer = createBuyer(world.shop, world.clickIds, [world.sender(here.url)])
    await until(() => subscriber.connections.length === 1, 'the subscriber to be let in')
    const isSeen = () => subscriber.seen.length === buyer.changes.length
    return {
      /** A change, and the next only when that was seen at the other node. */
      async hop(): Promise<void> {
        await buyer.place(1)
        await until(isSeen, 'the change at the other node')
      },
    }
  }

  /**
   * A node that only looked would have every hop wait for its next look, because each begins right after one. So where
   * most take less than half the time between two looks, they were not brought by looking.
   */
  async function assertTold({ hop }: Awaited<ReturnType<typeof open>>) {
    await hop()
    const tookMs: number[] = []
    while (tookMs.length < hops) {
      const startMs = performance.now()
      await hop()
      tookMs.push(performance.now() - startMs)
    }
    const told = tookMs.filter((ms) => ms < lookEveryMs / 2)
    assert.ok(told.length > hops / 2, `changes, one after the other, took ${tookMs.map(Math.round).join(', ')} ms`)
  }

  test('by NATS, without waiting for its next look at the head', { skip }, async (t) => {
    const nats = await startNats(1)
    t.after(() => nats.stop())
    await assertTold(await open(t, { NATS_URL: nats.url }))
  })

  test('by NOTIFY where there is no NATS, without waiting for its next look at the head', async (t) => {
    await assertTold(await open(t))
  })

  test('by looking at the head, where NATS is away from the start or goes away', { skip }, async (t) => {
    const nats = await startNats(1)
    t.after(() => nats.stop())
    const { hop } = await open(t, { NATS_URL: nats.url })
    await hop()
    await nats.killAll()
    for (let index = 0; index < 3; index += 1) await hop()
    const late = await open(t, { NATS_URL: nats.url })
    for (let index = 0; index < 3; index += 1) await late.hop()
  })

  test('and a commit is published on its workspace’s subject in NATS', { skip }, async (t) => {
    const nats = await startNats(1)
    t.after(() => nats.stop())
    const listener = await connect({ servers: nats.url })
    t.after(() => listener.close())
    const heard = listener.subscribe('pulseback.*.changes')[Symbol.asyncIterator]()
    await listener.flush()
    const { hop } = await open(t, { NATS_URL: nats.url })
    await hop()
    const { value } = await within(heard.next(), 'a message on pulseback.*.changes')
    assert.match(value?.subject ?? '', /^pulseback\.[^.]+\.changes$/)
  })
})
