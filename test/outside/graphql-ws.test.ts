import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { CodedError } from '../../src/kernel/errors.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { until, within } from '../support/app.js'
import { openRawSocket, type RawSocket, type RawSocketOptions } from '../support/raw-socket.js'
import { failTicks, TickerResolver, tick, tickSubscribers } from '../support/ticker.resolver.js'

/**
 * The cases of graphql-ws's own tests of servers (`tests/server.test.ts` and `tests/use.test.ts` of its repository) that a
 * client can see, and where each is tested here:
 *
 * - init not in time: 4408 (graph/websocket); two inits, also while one is pending: 4429 (graph/protocol)
 * - ping and pong, with payload, before and after the init; a pong is not answered (graph/protocol)
 * - a request before the ack: 4401; an id twice, also while the first is still preparing: 4409 (graph/protocol, -ids)
 * - errors of parsing, validation and variables as `error`, and nothing after (graph/protocol)
 * - Complete before there is a result, while the subscription is still preparing, of nothing that is there; no `complete`
 *   in return; nothing more after it (graph/protocol-ids)
 * - a socket that goes away while it subscribes: nothing is left (graph/protocol-ids); closed while subscribed (graph/websocket)
 * - messages of no type or form: 4400 (graph/protocol); what is too large: 1009 (graph/websocket)
 * - heartbeats, and who does not answer them (graph/websocket); the server's end (graph/websocket, journey/drain)
 * - subprotocols, an operation's `next` and `complete`, and subscriptions that fail in the midst of it: below
 *
 * Two answers differ on purpose: an error of ours closes with 1013 and not 4500, and a stopping server with 1012 and not
 * 1001, because stock clients give up after the one, and come back as they should after the other. The remaining cases are
 * about options of that library (`onSubscribe`, `roots`, `jsonMessageReplacer`, …), live queries and persisted operations,
 * of which we offer none.
 */
suite('graphql-ws’s own cases, frame by frame', { timeout: 60_000 }, () => {
  let api: TestApi
  let url: string
  const sockets: RawSocket[] = []
  before(async () => {
    api = await createTestApi({ resolvers: [TickerResolver] })
    url = (await api.listen()).url
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await until(() => tickSubscribers() === 0, 'the end of every feed')
  })
  after(() => api.close())

  async function connect(options: RawSocketOptions): Promise<RawSocket> {
    const socket = await openRawSocket(url, options)
    sockets.push(socket)
    return socket
  }
  const open = () => connect({ key: api.adminKey })
  const subscribe = (id: string, query: string, more: object = {}) => ({
    id,
    type: 'subscribe',
    payload: { query, ...more },
  })
  const ticks = 'subscription { ticks { number } }'
  const untilFollowed = (times: number) => until(() => tickSubscribers() === times, 'the feeds')

  test('who offers no subprotocol of ours is closed with 4406, and who offers it among others is let in', async () => {
    for (const protocol of [null, 'graphql-ws', 'mqtt, graphql-transport-ws-2']) {
      const socket = await connect({ protocol })
      assert.equal(await within(socket.closed, 'a close'), 4406, String(protocol))
    }
    const socket = await connect({ protocol: 'mqtt, graphql-transport-ws', key: api.adminKey })
    assert.deepEqual(await socket.rest(), [])
  })

  test('the ack has no payload, and an init with parameters that mean nothing to us is taken', async () => {
    const socket = await connect({})
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${api.adminKey}`, other: { a: [1] } } })
    assert.deepEqual(await socket.next(), { type: 'connection_ack' })
  })

  test('a query and a mutation get one next and one complete, in that order', async () => {
    const socket = await open()
    socket.send(subscribe('q', '{ viewer { role } }'))
    assert.deepEqual(await socket.take(2), [
      { id: 'q', type: 'next', payload: { data: { viewer: { role: 'ADMIN' } } } },
      { id: 'q', type: 'complete' },
    ])
    socket.send(
      subscribe('m', 'mutation ($name: String!) { updateWorkspace(input: {name: $name}) { name } }', {
        variables: { name: 'Shop' },
      }),
    )
    assert.deepEqual(await socket.take(2), [
      { id: 'm', type: 'next', payload: { data: { updateWorkspace: { name: 'Shop' } } } },
      { id: 'm', type: 'complete' },
    ])
    assert.deepEqual(await socket.rest(), [])
  })

  test('of several operations the one that is named is executed, and null parameters are none', async () => {
    const socket = await open()
    const query = 'query A { viewer { role } } query B { __typename }'
    socket.send(subscribe('1', query, { operationName: 'B', variables: null, extensions: null }))
    assert.deepEqual((await socket.take(2))[0]?.payload, { data: { __typename: 'Query' } })
  })

  test('errors of resolvers are in a next, which a complete follows', async () => {
    const socket = await open()
    socket.send(subscribe('1', '{ refused }'))
    const [next, complete] = await socket.take(2)
    assert.deepEqual([next?.type, complete?.type], ['next', 'complete'])
    const payload = next?.payload as { errors: { extensions: object }[] } | undefined
    assert.deepEqual(payload?.errors[0]?.extensions, { code: 'CONFLICT', field: 'thing' })
  })

  test('a subscription that fails is told by an error, no complete, and leaves the socket and the others alone', async () => {
    const socket = await open()
    socket.send(subscribe('1', ticks))
    await untilFollowed(1)
    await tick(1)
    assert.deepEqual((await socket.next()).payload, { data: { ticks: { number: 1 } } })
    failTicks(new CodedError('CONFLICT', 'No more.'))
    const said = await socket.next()
    assert.deepEqual([said.id, said.type], ['1', 'error'])
    assert.deepEqual(await socket.rest(), [])
    // Its id is free again.
    socket.send(subscribe('1', ticks))
    await untilFollowed(1)
    await tick(2)
    assert.deepEqual((await socket.next()).payload, { data: { ticks: { number: 2 } } })
  })

  test('what goes wrong on our side while a message is made is masked, and the feed goes on', async () => {
    const socket = await open()
    socket.send(subscribe('1', ticks))
    await untilFollowed(1)
    await tick(-1)
    const { payload } = await socket.next()
    assert.doesNotMatch(JSON.stringify(payload), /secret|stack/)
    await tick(3)
    assert.deepEqual((await socket.next()).payload, { data: { ticks: { number: 3 } } })
  })
})
