import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { CodedError } from '../../src/kernel/errors.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { failTicks, TickerResolver, tick, tickSubscribers } from '../support/ticker.resolver.js'

const protocol = 'graphql-transport-ws'

suite('GraphQL over WebSocket', { timeout: 120_000 }, () => {
  let api: TestApi
  let url: string
  const clients: Client[] = []

  before(async () => {
    api = await createTestApi({ resolvers: [TickerResolver], heartbeatMs: 50 })
    ;({ url } = await api.listen())
  })
  after(async () => {
    for (const client of clients) await client.dispose()
    await api.close()
  })

  function connect(key = api.adminKey): Client {
    const connectionParams = { authorization: `Bearer ${key}` }
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
    clients.push(client)
    return client
  }

  async function firstResult(client: Client, query: string) {
    const results = client.iterate({ query })
    return (await results.next()).value
  }

  /** A bare socket, which has said hello with `key` if one is given. */
  async function open(key?: string) {
    const socket = new WebSocket(url, protocol)
    await once(socket, 'open')
    if (key !== undefined) {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }))
      await message(socket, 'connection_ack')
    }
    return socket
  }
  async function message(socket: WebSocket, type: string): Promise<{ id?: string; payload?: unknown }> {
    for await (const [data] of on(socket)) {
      const parsed = JSON.parse(String(data))
      if (parsed.type === type) return parsed
    }
    throw new Error('the socket closed')
  }
  const on = (socket: WebSocket) => ({
    async *[Symbol.asyncIterator]() {
      while (socket.readyState === socket.OPEN) yield await once(socket, 'message')
    },
  })
  const closeCode = async (socket: WebSocket) => (await once(socket, 'close'))[0] as number
  async function until(condition: () => boolean) {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve))
  }

  test('queries and mutations work as over HTTP, errors masked alike', async () => {
    const client = connect()
    assert.deepEqual(await firstResult(client, '{ viewer { role } }'), { data: { viewer: { role: 'ADMIN' } } })
    const made = await firstResult(
      client,
      'mutation { createAdvertiser(input: {name: "A"}) { name campaigns { nodes { id } } } }',
    )
    assert.deepEqual(made, { data: { createAdvertiser: { name: 'A', campaigns: { nodes: [] } } } })
    const heads = (await firstResult(client, '{ heads }'))?.data?.heads as string[]
    assert.equal(heads[0], heads[1])

    const broken = await firstResult(client, '{ broken }')
    assert.equal(broken?.errors?.[0]?.message, 'Something went wrong on our side.')
    assert.equal(broken?.errors?.[0]?.extensions?.code, 'INTERNAL')
    const refused = await firstResult(client, '{ refused }')
    assert.deepEqual(refused?.errors?.[0]?.extensions, { code: 'CONFLICT', field: 'thing' })
  })

  test('each event is executed afresh, and an error in one does not end the feed', async () => {
    const feed = connect().iterate<{ ticks: { number: number } }>({ query: 'subscription { ticks { number } }' })
    const first = feed.next()
    await until(() => tickSubscribers() === 1)
    await tick(1)
    assert.deepEqual((await first).value, { data: { ticks: { number: 1 } } })
    const second = feed.next()
    await tick(-1)
    assert.equal((await second).value?.errors?.[0]?.extensions?.code, 'INTERNAL')
    const third = feed.next()
    await tick(3)
    assert.deepEqual((await third).value, { data: { ticks: { number: 3 } } })
    const last = feed.next()
    failTicks(new CodedError('CONFLICT', 'No more.'))
    await assert.rejects(Promise.resolve(last), [{ message: 'No more.', extensions: { code: 'CONFLICT' } }])
  })

  test('who unsubscribes or goes away is forgotten at once, though nothing happens', async () => {
    await until(() => tickSubscribers() === 0)
    const socket = await open(api.adminKey)
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks { number } }' } }))
    await until(() => tickSubscribers() === 1)
    socket.send(JSON.stringify({ id: '1', type: 'complete' }))
    await until(() => tickSubscribers() === 0)
    socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query: 'subscription { ticks { number } }' } }))
    await until(() => tickSubscribers() === 1)
    socket.terminate()
    await until(() => tickSubscribers() === 0)
  })

  test('the limits of HTTP are the limits here', async () => {
    const socket = await open(api.adminKey)
    const ask = async (query: string) => {
      socket.send(JSON.stringify({ id: 'x', type: 'subscribe', payload: { query } }))
      const { payload } = await message(socket, 'error')
      return (payload as { extensions: { code: string } }[])[0]?.extensions.code
    }
    assert.equal(
      await ask(`{ viewer { ${Array.from({ length: 51 }, (_, i) => `a${i}: role`).join(' ')} } }`),
      'TOO_COMPLEX',
    )
    assert.equal(await ask('{ campaigns(first: 500) { nodes { links(first: 500) { nodes { id } } } } }'), 'TOO_COMPLEX')
    assert.equal(await ask('{ nothing }'), 'BAD_USER_INPUT')
    assert.equal(await ask('{'), 'BAD_USER_INPUT')
    assert.equal(await ask(`{ viewer { ${'role '.repeat(5_000)} } }`), 'BAD_USER_INPUT')
    socket.terminate()
  })

  test('a socket has a hundred operations at a time, no more', async () => {
    const socket = await open(api.adminKey)
    for (let id = 0; id <= 100; id += 1) {
      const payload = { query: 'subscription { ticks { number } }' }
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }))
    }
    const { id, payload } = await message(socket, 'error')
    assert.equal(id, '100')
    assert.equal((payload as { extensions: { code: string } }[])[0]?.extensions.code, 'RATE_LIMITED')
    socket.terminate()
    await until(() => tickSubscribers() === 0)
  })

  test('who has no valid key is closed with 4401, who says nothing with 4408, who asks first with 4401', async () => {
    const wrong = await open()
    wrong.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer x' } }))
    assert.equal(await closeCode(wrong), 4401)
    const hasty = await open()
    hasty.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ viewer { role } }' } }))
    assert.equal(await closeCode(hasty), 4401)
    assert.equal(await closeCode(await open()), 4408)
  })

  test('a page of another origin, and another path, get no socket', async () => {
    const refused = async (target: string, origin?: string) => {
      const socket = new WebSocket(target, protocol, origin === undefined ? {} : { origin })
      const [error] = await once(socket, 'error')
      return (error as Error).message
    }
    assert.match(await refused(url, 'https://evil.example'), /403/)
    assert.match(await refused(`${url}x`), /404/)
    const allowed = new WebSocket(url, protocol, { origin: 'https://board.example' })
    await once(allowed, 'open')
    allowed.terminate()
  })

  test('a message that is too large closes the socket, one that is no message too', async () => {
    const large = await open(api.adminKey)
    large.send('x'.repeat(64 * 1024 + 1))
    assert.equal(await closeCode(large), 1009)
    const odd = await open(api.adminKey)
    odd.send('{"type":"nothing"}')
    assert.equal(await closeCode(odd), 4400)
  })

  test('a key that is revoked closes its sockets at once', async () => {
    const create = 'mutation { createKey(input: {name: "K", role: ANALYST}) { secret key { id } } }'
    const { createKey } = await api.get<{ createKey: { secret: string; key: { id: string } } }>(api.adminKey, create)
    const socket = await open(createKey.secret)
    const closed = closeCode(socket)
    await api.get(api.adminKey, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: createKey.key.id })
    assert.equal(await closed, 4403)
  })

  test('a session that has ended closes its sockets at a heartbeat', async () => {
    const headers = { authorization: `Bearer ${api.adminKey}` }
    const response = await api.app.inject({ method: 'POST', url: '/session', headers, payload: { ttlSeconds: 60 } })
    const socket = await open(response.json().token)
    const closed = closeCode(socket)
    api.time.nowMs += 61_000
    assert.equal(await closed, 4403)
  })

  test('a socket that answers no heartbeat is dropped', async () => {
    const socket = await open(api.adminKey)
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks { number } }' } }))
    await until(() => tickSubscribers() === 1)
    // Reads nothing any more, and so answers no ping.
    socket.pause()
    await until(() => tickSubscribers() === 0)
    socket.terminate()
  })

  test('a shutdown sends everyone elsewhere with 1012', async () => {
    const socket = await open(api.adminKey)
    const closed = closeCode(socket)
    await api.drain()
    assert.equal(await closed, 1012)
  })
})
