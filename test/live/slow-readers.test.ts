import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, afterEach, before, suite, test } from 'node:test'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { nextOf, subscribe } from '../graph/talk.js'
import { until, within } from '../support/app.js'
import { openPausableStream } from '../support/pausable-stream.js'
import type { Said } from '../support/raw-socket.js'
import { bigFeed, createSlowWorld, type SlowWorld } from './slow-world.js'

const orderOf = (said: Said) => nextOf(said).data.conversions.conversion.transactionId
const txidOf = (data: string) =>
  (JSON.parse(data) as ReturnType<typeof nextOf>).data.conversions.conversion.transactionId

/** An event stream that was not read while changes came, and all that is needed to go on with it, or with another one. */
async function openStalledStream(world: SlowWorld) {
  const operation = { query: bigFeed, variables: { after: await world.app.head() } }
  const heard: string[] = []
  let lastId: string | null = null
  /** Behind what those before it brought. */
  const open = async () => world.keep(await openPausableStream(world.app.url, world.app.adminKey, operation, lastId))
  /** The next change; false: it is over. */
  async function hear({ next }: Awaited<ReturnType<typeof openPausableStream>>): Promise<boolean> {
    const event = await next()
    if (event === null) return false
    heard.push(txidOf(event.data))
    lastId = event.id
    return true
  }
  const booked = [await world.order()]
  const slow = await open()
  await hear(slow)
  slow.pause()
  world.assertBounded(await world.stall(slow.port, async () => void booked.push(await world.order())))
  return { slow, booked, heard, open, hear }
}

suite('readers that do not keep up', { timeout: 120_000 }, () => {
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
      assert.equal(orderOf(await within(quick.next(), 'what others got at once')), booked.at(-1))
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

  test('an event stream that stops costs bounded memory too, and goes on where it stopped', async () => {
    const { slow, booked, heard, hear } = await openStalledStream(world)
    slow.resume()
    while (heard.length < booked.length) assert.ok(await hear(slow), 'it was cut off')
    assert.deepEqual(heard, booked)
  })
})

suite('readers that stay away for too long', { timeout: 120_000 }, () => {
  let world: SlowWorld
  before(async () => {
    world = await createSlowWorld(2_000)
  })
  afterEach(() => world.closeAll())
  after(() => world.app.close())

  test('one is closed with 1013, and a stock client then goes on behind its cursor', async () => {
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
    world.keep({ destroy: () => void client.dispose() })
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
    await world.stall(first._socket.localPort ?? 0, async () => void booked.push(await world.order()))
    await until(() => world.app.live.counts.sentAway === 1, 'being sent away')
    booked.push(await world.order())
    first.resume()
    await until(() => heard.length >= booked.length, 'all that was missed')
    booked.push(await world.order())
    await until(() => heard.length >= booked.length, 'what came after')
    assert.deepEqual(heard, booked)
    assert.deepEqual(codes, [1013])
  })

  test('an event stream is cut off, and another goes on behind the id of its last event', async () => {
    const { slow, booked, heard, open, hear } = await openStalledStream(world)
    await until(() => world.isGone(slow.port), 'being cut off')
    slow.resume()
    while (await hear(slow));
    const again = await open()
    while (heard.length < booked.length) assert.ok(await hear(again), 'it was cut off')
    assert.deepEqual(heard, booked)
  })
})
