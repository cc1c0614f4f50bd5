import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, afterEach, before, suite, test } from 'node:test'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { nextOf, subscribe } from '../graph/talk.js'
import { until, within } from '../support/app.js'
import { openPausableStream } from '../support/pausable-stream.js'
import type { Said } from '../support/raw-socket.js'
import { bigFeed, createSlowWorld, type SlowWorld, stallMs } from './slow-world.js'

const orderOf = (said: Said) => nextOf(said).data.conversions.conversion.transactionId

suite('readers that do not keep up', { timeout: 60_000 }, () => {
  let world: SlowWorld
  before(async () => {
    world = await createSlowWorld()
  })
  afterEach(() => world.closeAll())
  after(() => world.app.close())

  test('a reader that stops costs bounded memory, holds up nobody, and goes on where it stopped', async () => {
    const start = await world.app.head()
    const slow = await world.connect(subscribe('1', bigFeed, { after: start }))
    const quick = await world.connect(subscribe('1', bigFeed, { after: start }))
    const booked: string[] = []
    const book = async () => {
      booked.push(await world.order())
      assert.equal(orderOf(await within(quick.next(), 'what others got at once', 1_000)), booked.at(-1))
    }
    await book()
    assert.equal(orderOf(await slow.next()), booked[0])
    slow.pause()
    world.assertBounded(await world.stall(slow.port, book))
    slow.resume()
    assert.deepEqual((await slow.take(booked.length - 1)).map(orderOf), booked.slice(1))
    await book()
    assert.deepEqual((await slow.take(1)).map(orderOf), booked.slice(-1))
    assert.deepEqual(await slow.rest(), [])
  })

  test('one that reads a little at a time never has more waiting than one that stops', async () => {
    const start = await world.app.head()
    const booked: string[] = []
    for (let index = 0; index < 500; index += 1) booked.push(await world.order())
    const slow = await world.connect(subscribe('1', bigFeed, { after: start }))
    let most = 0
    const heard: string[] = []
    for (const _ of booked) {
      slow.pause()
      await new Promise(setImmediate)
      most = Math.max(most, world.waitingFor(slow.port))
      slow.resume()
      heard.push(orderOf(await slow.next()))
    }
    assert.deepEqual(heard, booked)
    world.assertBounded(most)
  })

  test('one that stays away is closed with 1013, and a stock client then goes on behind its cursor', async () => {
    const variables: Record<string, unknown> = { after: await world.app.head() }
    const sockets: WebSocket[] = []
    const client = createClient({
      url: `${world.app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${world.app.adminKey}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: async () => undefined,
      on: { opened: (socket) => void sockets.push(socket as WebSocket) },
    })
    const codes: number[] = []
    client.on('closed', (event) => void codes.push((event as { code: number }).code))
    world.keep({ destroy: () => client.terminate() })
    const heard: string[] = []
    client.subscribe<ReturnType<typeof nextOf>['data'], { cursor: string }>(
      { query: bigFeed, variables },
      {
        next({ data, extensions }) {
          heard.push(data?.conversions.conversion.transactionId ?? 'nothing')
          variables.after = extensions?.cursor
        },
        error: (error) => void heard.push(String(error)),
        complete: () => void heard.push('complete'),
      },
    )
    const booked = [await world.order()]
    await until(() => heard.length === 1, 'a first message')
    const [first] = sockets as [WebSocket & { readonly _socket: Socket }]
    first.pause()
    const port = first._socket.localPort ?? 0
    await world.stall(port, async () => void booked.push(await world.order()))
    const waiting = world.waitingFor(port)
    // Longer than a ping would make it: the close frame is put behind what waits.
    await until(() => world.waitingFor(port) > waiting + 10, 'being sent away', stallMs + 2_000)
    booked.push(await world.order())
    first.resume()
    await until(() => heard.length >= booked.length, 'all that was missed')
    booked.push(await world.order())
    await until(() => heard.length >= booked.length, 'what came after')
    assert.deepEqual(heard, booked)
    assert.deepEqual(codes, [1013])
  })

  const txidOf = (data: string) =>
    (JSON.parse(data) as ReturnType<typeof nextOf>).data.conversions.conversion.transactionId

  test('the same goes for event streams', async () => {
    const operation = { query: bigFeed, variables: { after: await world.app.head() } }
    const booked = [await world.order()]
    const follow = async (lastId: string | null) => {
      const stream = await openPausableStream(world.app.url, world.app.adminKey, operation, lastId)
      return world.keep(stream)
    }
    const slow = await follow(null)
    const heard: string[] = []
    let lastId: string | null = null
    async function hear(stream: typeof slow): Promise<boolean> {
      const event = await stream.next()
      if (event === null) return false
      heard.push(txidOf(event.data))
      lastId = event.id
      return true
    }
    await hear(slow)
    const book = async () => void booked.push(await world.order())
    slow.pause()
    world.assertBounded(await world.stall(slow.port, book))
    slow.resume()
    while (heard.length < booked.length) assert.ok(await hear(slow), 'it was cut off')
    // The second time it stays away for too long.
    slow.pause()
    world.assertBounded(await world.stall(slow.port, book))
    await until(() => world.isGone(slow.port), 'being cut off', stallMs + 2_000)
    slow.resume()
    while (await hear(slow));
    const again = await follow(lastId)
    while (heard.length < booked.length) assert.ok(await hear(again), 'it was cut off')
    assert.deepEqual(heard, booked)
  })
})
