import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { type App, createApp } from '../../src/app.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { readConfig } from '../../src/config.js'
import { until, within } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

interface Node {
  readonly app: App
  readonly url: string
}

/** What a socket is promised at the latest; the rest is for a machine that is busy. */
const boundMs = 5_000 + 1_500

suite('a socket is open while its key or session gives the right', { timeout: 120_000 }, () => {
  let database: TestDatabase
  let adminKey: string
  let here: Node
  let there: Node
  const nodes: Node[] = []
  const sockets: WebSocket[] = []
  const dataDirs: string[] = []
  /** Goes on by itself, for what nodes tell each other takes its time, and is set forward to let sessions end. */
  const time = { aheadMs: 0 }
  const clock = () => Date.now() + time.aheadMs

  before(async () => {
    database = await createTestDatabase()
    here = await startNode()
    there = await startNode()
    adminKey = (await createWorkspace(here.app.orm, clock, { name: 'Shop', currency: 'EUR' })).adminKey
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    // Nodes of one test only, which had other limits.
    for (const node of nodes.splice(2)) await node.app.close()
  })
  after(async () => {
    for (const node of nodes) await node.app.close()
    await database.drop()
    for (const dataDir of dataDirs) await rm(dataDir, { recursive: true })
  })

  async function startNode(environment: NodeJS.ProcessEnv = {}): Promise<Node> {
    const { connection } = database
    const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-node-'))
    dataDirs.push(dataDir)
    const fixed = { LOG_LEVEL: 'fatal', DATA_DIR: dataDir, DATABASE_URL: connection.connectionString }
    const config = readConfig({ ...fixed, ...environment }, [])
    const app = await createApp(config, connection, clock)
    const node = { app, url: await app.server.listen({ port: 0, host: '127.0.0.1' }) }
    nodes.push(node)
    return node
  }

  const connect = ({ url }: Node, options = {}) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options)
    sockets.push(socket)
    return socket
  }
  const say = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message))
  const hello = (key: string) => ({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })
  const closing = async (socket: EventEmitter) => (await once(socket, 'close'))[0] as number

  /** The code that it was closed with instead of being let in; null when it is in. */
  async function tryToEnter(node: Node, key: string): Promise<{ socket: WebSocket; refusal: number | null }> {
    const socket = connect(node)
    await once(socket, 'open')
    const closed = closing(socket)
    say(socket, hello(key))
    const answer = await within(Promise.race([closed, once(socket, 'message')]), 'an answer to a hello')
    return { socket, refusal: typeof answer === 'number' ? answer : null }
  }
  async function enter(node: Node, key: string): Promise<WebSocket> {
    const { socket, refusal } = await tryToEnter(node, key)
    assert.equal(refusal, null)
    return socket
  }
  /** The HTTP status that an upgrade was refused with; null when it was not. */
  async function refusedUpgrade(node: Node, options = {}): Promise<number | null> {
    const socket = connect(node, options)
    const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number)
    const opened = once(socket, 'open').then(() => null)
    const answer = await within(Promise.race([refused, opened]), 'an answer to an upgrade')
    if (answer !== null) {
      socket.on('error', () => undefined)
      socket.terminate()
    }
    return answer
  }
  /** Whether it is still served: an operation is answered. */
  async function isServed(socket: WebSocket): Promise<boolean> {
    if (socket.readyState !== socket.OPEN) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const hear = (data: unknown) => {
      const { type, id } = JSON.parse(String(data))
      if (id === 'q' && type !== 'next') resolve(type === 'complete')
    }
    socket.on('message', hear)
    say(socket, { id: 'q', type: 'subscribe', payload: { query: '{ viewer { role } }' } })
    return within(promise, 'an answer').finally(() => socket.off('message', hear))
  }

  async function ask<Data>(node: Node, query: string, variables: object = {}): Promise<Data> {
    const headers = { authorization: `Bearer ${adminKey}` }
    const payload = { query, variables }
    const { data, errors } = (
      await node.app.server.inject({ method: 'POST', url: '/graphql', headers, payload })
    ).json()
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data
  }
  async function makeKey(name = 'K'): Promise<{ id: string; secret: string }> {
    type Made = { createKey: { secret: string; key: { id: string } } }
    const create = 'mutation ($name: String!) { createKey(input: {name: $name, role: ANALYST}) { secret key { id } } }'
    const { createKey } = await ask<Made>(here, create, { name })
    return { id: createKey.key.id, secret: createKey.secret }
  }
  const revoke = (node: Node, id: string) => ask(node, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id })
  /** Begins a session with a key, or renews one with its token. */
  async function session(node: Node, key: string, ttlSeconds: number): Promise<string> {
    const headers = { authorization: `Bearer ${key}` }
    const response = await node.app.server.inject({ method: 'POST', url: '/session', headers, payload: { ttlSeconds } })
    assert.ok(response.statusCode < 300, response.body)
    return response.json().token
  }

  test('a key that is revoked at one node closes its sockets at the others too, its sessions’ as well, within 5 s', async () => {
    const key = await makeKey()
    const other = await makeKey()
    const open = await Promise.all([enter(here, key.secret), enter(there, key.secret)])
    open.push(await enter(there, await session(here, key.secret, 3_600)))
    const untouched = await enter(there, other.secret)
    const closed = Promise.all(open.map(closing))
    await revoke(here, key.id)
    assert.deepEqual(await within(closed, 'the end of every socket', boundMs), [4403, 4403, 4403])
    assert.equal((await tryToEnter(there, key.secret)).refusal, 4401)
    assert.equal(await isServed(untouched), true)
  })

  test('a key that is revoked while nodes hear nothing of each other closes its sockets within 5 s', async () => {
    const key = await makeKey('Unheard of')
    const socket = await enter(there, key.secret)
    const closed = closing(socket)
    // As by a node whose word is lost: the database alone knows.
    await database.rows(`update access_key set revoked_at = now() where name = 'Unheard of'`)
    assert.equal(await within(closed, 'the end of the socket', boundMs), 4403)
  })

  test('a session that has ended closes its sockets within 5 s, at every node', async () => {
    const token = await session(here, adminKey, 60)
    const open = await Promise.all([enter(here, token), enter(there, token)])
    const closed = Promise.all(open.map(closing))
    time.aheadMs += 61_000
    assert.deepEqual(await within(closed, 'the end of both sockets', boundMs), [4403, 4403])
  })

  test('a session that is renewed at another node keeps its sockets open, here and there', async () => {
    const token = await session(here, adminKey, 60)
    const kept = [await enter(here, token), await enter(there, token)]
    time.aheadMs += 50_000
    await session(there, token, 3_600)
    time.aheadMs += 11_000
    // Others that end now, and then again, show that every socket was looked at after the first token's end.
    for (let round = 0; round < 2; round += 1) {
      const brief = await session(here, adminKey, 60)
      const closed = Promise.all([closing(await enter(here, brief)), closing(await enter(there, brief))])
      time.aheadMs += 61_000
      await within(closed, 'the end of the others', boundMs)
    }
    assert.deepEqual(await Promise.all(kept.map(isServed)), [true, true])
    time.aheadMs += 3_600_000
    assert.deepEqual(await within(Promise.all(kept.map(closing)), 'the end of both', boundMs), [4403, 4403])
  })

  test('a key has so many sockets at a node, and one more is told to try again later', async () => {
    const node = await startNode({ MAX_SOCKETS_PER_KEY: '2' })
    const key = await makeKey()
    const [first] = [await enter(node, key.secret), await enter(node, key.secret)]
    // The stock client comes back after 1013, and might be let in then.
    assert.equal((await tryToEnter(node, key.secret)).refusal, 1013)
    await enter(node, (await makeKey()).secret)
    first.terminate()
    await until(async () => (await tryToEnter(node, key.secret)).refusal === null, 'a place that became free')
  })

  test('a node has so many sockets in all, and an upgrade beyond is answered 503', async () => {
    const node = await startNode({ MAX_SOCKETS: '2' })
    const [first] = [await enter(node, adminKey), await enter(node, adminKey)]
    assert.equal(await refusedUpgrade(node), 503)
    first.terminate()
    await until(async () => (await refusedUpgrade(node)) === null, 'a place that became free')
  })

  test('an address has so many sockets, and an upgrade beyond is answered 503', async () => {
    const node = await startNode({ MAX_SOCKETS_PER_ADDRESS: '2' })
    const [first] = [await enter(node, adminKey), await enter(node, adminKey)]
    assert.equal(await refusedUpgrade(node), 503)
    // What it says of itself makes it nobody else.
    assert.equal(await refusedUpgrade(node, { headers: { 'x-forwarded-for': '192.0.2.1' } }), 503)
    first.terminate()
    await until(async () => (await refusedUpgrade(node)) === null, 'a place that became free')
  })

  test('behind a proxy that is believed, an address is the visitor’s', async () => {
    const node = await startNode({ MAX_SOCKETS_PER_ADDRESS: '2', TRUST_PROXY: '127.0.0.1' })
    const from = (address: string) => refusedUpgrade(node, { headers: { 'x-forwarded-for': address } })
    const answers = []
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) answers.push(await from(address))
    assert.deepEqual(answers, [null, null, 503, null])
  })

  test('a socket has so many operations at a time, and one more is refused without harm to the others', async () => {
    const node = await startNode({ MAX_OPERATIONS_PER_SOCKET: '3' })
    const socket = await enter(node, adminKey)
    const query = 'subscription { conversions { cursor } }'
    const refused: string[] = []
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data))
      if (type === 'error') refused.push(`${id} ${payload[0].extensions.code}`)
    })
    for (const id of ['1', '2', '3', '4']) say(socket, { id, type: 'subscribe', payload: { query } })
    await until(() => refused.length > 0, 'a refusal')
    say(socket, { id: '2', type: 'complete' })
    assert.equal(await isServed(socket), true)
    assert.deepEqual(refused, ['4 RATE_LIMITED'])
  })
})
