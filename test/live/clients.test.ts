import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import { fetchExchange, Client as UrqlClient } from '@urql/core'
import { createRandom, integer } from '../../src/demo/random.js'
import { createTestApp, type TestApp, until } from '../support/app.js'
import { type BreakableProxy, openBreakableProxy } from '../support/breakable-proxy.js'
import { createRecorder, type Recorder } from './clients/recorder.js'
import { type Follow, stockClients } from './clients/stock-clients.js'
import { isHead, type LiveShop, openShop } from './shop.js'

const pauseMs = 2
/** Everything here, a client that tries again without a pause too, is in one process. */
const patienceMs = 60_000
const seed = Math.trunc(Math.random() * 2 ** 32)

suite('stock clients with the lines of the README', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  let proxy: BreakableProxy
  let recorder: Recorder
  let seen: string[]
  let failures: unknown[]
  let unfollow: () => void
  let orders = 0

  before(async () => {
    app = await createTestApp({ env: { HEARTBEAT_SECONDS: '1' } })
    shop = await openShop(app)
  })
  after(() => app.close())
  beforeEach(async () => {
    proxy = await openBreakableProxy(app.url)
    recorder = createRecorder()
    seen = []
    failures = []
    unfollow = () => {}
  })
  afterEach(async () => {
    unfollow()
    await proxy.close()
  })

  const access = () => ({
    url: `${proxy.url.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${app.adminKey}` },
  })

  /** Subscribes through the proxy, from the books' present end on. */
  async function begin(follow: Follow, filter: object = {}, webSocketImpl: object = recorder.RecordingSocket) {
    const options = {
      ...access(),
      webSocketImpl,
      keepAlive: 100,
      retryWait: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
    }
    unfollow = follow(
      options,
      { filter, after: await app.head() },
      {
        next: ({ conversions }) => void seen.push(conversions.conversion.transactionId),
        failed: (error) => void failures.push(error),
      },
    )
  }

  /** Orders that go on coming until `stop`, which gives the ids of all of them, in order. */
  function keepOrdering() {
    const made: string[] = []
    let stopping = false
    const running = (async () => {
      while (!stopping) {
        made.push(await order())
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    })()
    const stop = async () => {
      stopping = true
      await running
      return made
    }
    return { made, stop }
  }

  async function order(affiliate = 0): Promise<string> {
    orders += 1
    const txid = `order-${orders}`
    await shop.order(txid, '100', affiliate)
    return txid
  }

  async function assertSeen(made: readonly string[]): Promise<void> {
    const isAll = () => seen.length >= made.length || failures.length > 0
    const seesAll = until(isAll, 'all that was ordered is seen', patienceMs)
    // What is missing says more than that something is.
    await seesAll.catch(() => {})
    assert.deepEqual(failures, [], `seed ${seed}`)
    assert.deepEqual(seen, made, `seed ${seed}`)
  }

  for (const [name, follow] of Object.entries(stockClients)) {
    test(`${name} sees each change once and in order, however often its connection breaks`, async () => {
      const random = createRandom(seed)
      await begin(follow)
      const ordering = keepOrdering()
      for (let broken = 0; broken < 40; broken += 1) {
        // Now and then as soon as the connection is there, before it brings anything.
        const enough = seen.length + integer(random, 0, 4)
        await until(() => proxy.passed > broken && seen.length >= enough, `change ${enough} is seen`, patienceMs)
        proxy.breakAll()
      }
      await assertSeen(await ordering.stop())
    })

    test(`${name} sees after a long sleep what it slept through`, async () => {
      await begin(follow)
      const ordering = keepOrdering()
      for (let slept = 0; slept < 3; slept += 1) {
        const enough = seen.length + 5
        await until(() => seen.length >= enough, `change ${enough} is seen`, patienceMs)
        proxy.refuse()
        proxy.breakAll()
        const later = ordering.made.length + 60
        await until(() => ordering.made.length >= later, `${later} orders`, patienceMs)
        proxy.accept()
      }
      await assertSeen(await ordering.stop())
    })

    test(`${name} goes on from the checkpoint of a ping, though its filter passed nothing`, async () => {
      await begin(follow, { affiliateIds: [shop.affiliateIds[1]] })
      await until(() => recorder.subscribes().length === 1, 'a subscription')
      const [first] = recorder.subscribes()
      for (let foreign = 0; foreign < 20; foreign += 1) await order()
      // So that the server's own ping is not the last one that it hears.
      proxy.freeze()
      const checkpoint = await app.head()
      recorder.hear({ type: 'ping', payload: { cursors: { [first?.id ?? '']: checkpoint } } })
      assert.deepEqual(recorder.sent.at(-1)?.type, 'pong')
      proxy.breakAll()
      for (let foreign = 0; foreign < 20; foreign += 1) await order()
      const own = await order(1)
      await assertSeen([own])
      const again = recorder.subscribes().at(-1)
      assert.notEqual(again, first)
      assert.equal(again?.id, first?.id)
      assert.deepEqual(again?.payload?.variables, { ...first?.payload?.variables, after: checkpoint })
    })
  }

  const [graphqlWs] = Object.values(stockClients) as [Follow]

  test('a connection that went silent is given up, and when it wakes up nothing is brought twice', async () => {
    await begin(graphqlWs, {}, WebSocket)
    const made = [await order()]
    await until(() => seen.length === 1, 'the first order is seen')
    proxy.freeze()
    made.push(await order())
    await assertSeen(made)
    assert.equal(proxy.passed, 2)
    proxy.thaw()
    await until(() => proxy.open === 1, 'the end of the old connection')
    made.push(await order())
    await assertSeen(made)
  })

  test('one that dies with the answer to a ping owed is given up, whatever else still came', async () => {
    await begin(graphqlWs)
    await until(() => recorder.subscribes().length === 1, 'a subscription')
    const pings = () => recorder.sent.filter(({ type }) => type === 'ping').length
    proxy.freezeClients()
    const before = pings()
    await until(() => pings() > before, 'a ping that is never answered')
    const made = [await order()]
    await until(() => seen.length === 1, 'the first order is seen')
    proxy.freeze()
    made.push(await order())
    await assertSeen(made)
  })

  test('the server’s own pings tell a quiet feed how far it is', async () => {
    await begin(graphqlWs, { affiliateIds: [shop.affiliateIds[1]] })
    await until(() => recorder.subscribes().length === 1, 'a subscription')
    const { id = '' } = recorder.subscribes()[0] ?? {}
    for (let foreign = 0; foreign < 20; foreign += 1) await order()
    const told = () => recorder.heard.findLast(({ payload }) => payload?.cursors !== undefined)?.payload?.cursors?.[id]
    await until(() => isHead(app, told()), 'a ping with the cursor')
    const checkpoint = told()
    proxy.breakAll()
    for (let foreign = 0; foreign < 20; foreign += 1) await order()
    await assertSeen([await order(1)])
    assert.equal(recorder.subscribes().at(-1)?.payload?.variables?.after, checkpoint)
  })

  test('urql’s queries are answered when they go by POST', async () => {
    const fetchOptions = { headers: { authorization: `Bearer ${app.adminKey}` } }
    const options = {
      url: `${app.url}/graphql`,
      exchanges: [fetchExchange],
      fetchOptions,
      preferGetMethod: false,
      // Without urql's signal: it aborts what it has already read, and nobody catches what comes of that.
      fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, { ...init, signal: null }),
    }
    const { data, error } = await new UrqlClient(options).query('{ viewer { role } }', {}).toPromise()
    assert.equal(error, undefined)
    assert.equal(data.viewer.role, 'ADMIN')
  })

  test('a cursor that is none ends the subscription with its error, and not in retries', async () => {
    const failed = Promise.withResolvers<unknown>()
    const options = { ...access(), webSocketImpl: recorder.RecordingSocket }
    unfollow = graphqlWs(options, { after: 'x' }, { next: failed.reject, failed: failed.resolve })
    assert.match(JSON.stringify(await failed.promise), /BAD_USER_INPUT/)
    assert.equal(recorder.subscribes().length, 1)
  })
})

test('the README shows the lines that are tested here, to the letter', async () => {
  // From dist/test/live back to the top of the project.
  const top = new URL('../../../', import.meta.url)
  const readme = await readFile(new URL('README.md', top), 'utf8')
  const section = readme.split('## Resume after a lost connection')[1]?.split('\n## ')[0] ?? ''
  const blocks = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block)
  for (const name of ['resuming-client', 'apollo-link', 'urql-exchange', 'sse']) {
    const lines = await readFile(new URL(`test/live/clients/${name}.ts`, top), 'utf8')
    assert.ok(blocks.includes(lines), `${name}.ts is shown as it is`)
  }
  assert.equal(blocks.length, 4)
})
