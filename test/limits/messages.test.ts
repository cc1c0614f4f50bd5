import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, suite, test } from 'node:test'
import pg from 'pg'
import { WebSocket } from 'ws'
import { readConfig } from '../../src/config.js'
import { createTestApp, type TestApp, within } from '../support/app.js'
import { openRawSocket } from '../support/raw-socket.js'
import { watchStatements } from '../support/statements.js'
import { openTransports, transports } from './transports.js'

const query = '{ viewer { role } }'
const feed = 'subscription { conversions { kind } }'

/** One program has these, another what they are by default. */
const set = {
  ...{ MAX_BODY_KB: '4', MAX_MESSAGE_KB: '2', MAX_OPERATIONS_PER_SOCKET: '3' },
  ...{ HEAD_SECONDS: '1', REQUEST_SECONDS: '2', INIT_SECONDS: '1', STATEMENT_SECONDS: '1' },
}

suite('what is sent, how often and how slowly', { timeout: 240_000 }, () => {
  const apps: TestApp[] = []
  const ends: (() => unknown)[] = []
  let usual: TestApp
  let small: TestApp
  before(async () => {
    usual = await start()
    small = await start(set)
  })
  after(async () => {
    for (const end of ends) await end()
    await Promise.all(apps.map((app) => app.close()))
  })

  async function start(env: Readonly<Record<string, string>> = {}): Promise<TestApp> {
    const app = await createTestApp({ env })
    apps.push(app)
    return app
  }
  const follow = (app: TestApp, accept = 'text/event-stream', body = JSON.stringify({ query: feed })) => {
    const left = new AbortController()
    ends.push(() => left.abort())
    const headers = { authorization: `Bearer ${app.adminKey}`, 'content-type': 'application/json', accept }
    return within(fetch(`${app.url}/graphql`, { method: 'POST', headers, body, signal: left.signal }), 'an answer')
  }
  async function open(app: TestApp) {
    const socket = await openRawSocket(app.url, { key: app.adminKey })
    ends.push(() => socket.destroy())
    return socket
  }
  /** A message with so much in it that it is so long. */
  function ofBytes(length: number, message: (padding: string) => object): string {
    const { length: besides } = JSON.stringify(message(''))
    return JSON.stringify(message('x'.repeat(length - besides)))
  }

  const sizes = [
    [() => usual, 256, 64],
    [() => small, 4, 2],
  ] as const
  for (const [appOf, bodyKb, messageKb] of sizes) {
    test(`a body has ${bodyKb} KiB and a message ${messageKb} KiB, and not a byte more`, async () => {
      const app = appOf()
      const body = (padding: string) => ({ query, extensions: { padding } })
      for (const accept of ['application/json', 'text/event-stream']) {
        const statusOf = async (length: number) => (await follow(app, accept, ofBytes(length, body))).status
        assert.equal(await statusOf(bodyKb * 1024), 200)
        assert.equal(await statusOf(bodyKb * 1024 + 1), 413)
      }
      const message = (padding: string) => ({ id: '1', type: 'subscribe', payload: { query, extensions: { padding } } })
      const socket = await open(app)
      socket.send(ofBytes(messageKb * 1024, message))
      assert.deepEqual(
        (await socket.take(2)).map(({ type }) => type),
        ['next', 'complete'],
      )
      socket.send(ofBytes(messageKb * 1024 + 1, message))
      assert.equal(await within(socket.closed, 'the end of a socket'), 1009)
    })
  }

  test('a list of operations is none, whatever it is sent by', async () => {
    const list = [{ query }, { query }]
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await follow(usual, accept, JSON.stringify(list))
      assert.equal(response.status, 400)
      assert.match(await response.text(), /BAD_USER_INPUT/)
    }
    const socket = await open(usual)
    socket.send(list.map((payload, id) => ({ id: String(id), type: 'subscribe', payload })))
    assert.equal(await within(socket.closed, 'the end of a socket'), 4400)
  })

  const refusedBy = {
    MAX_SOCKETS: '503',
    MAX_SOCKETS_PER_ADDRESS: '503',
    MAX_SOCKETS_PER_KEY: '1013',
  } as const
  for (const [setting, how] of Object.entries(refusedBy)) {
    test(`two sockets or streams are open, and no third, by ${setting}`, async () => {
      const app = await start({ [setting]: '2' })
      await open(app)
      assert.equal((await follow(app)).status, 200)
      const third = await follow(app)
      if (how === '503') assert.equal(third.status, 503)
      else assert.match(await third.text(), /RATE_LIMITED/)
      const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
      ends.push(() => socket.terminate())
      const ended = Promise.withResolvers<string>()
      socket.on('error', ({ message }) => ended.resolve(message))
      socket.on('close', (code) => ended.resolve(String(code)))
      const authorization = `Bearer ${app.adminKey}`
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })))
      assert.match(await within(ended.promise, 'the end of a third socket'), new RegExp(how))
    })
  }

  test('a socket has three operations at a time, by MAX_OPERATIONS_PER_SOCKET', async () => {
    const socket = await open(small)
    for (const id of ['1', '2', '3', '4']) socket.send({ id, type: 'subscribe', payload: { query: feed } })
    const refused = await socket.next()
    assert.deepEqual([refused.id, refused.type], ['4', 'error'])
    assert.match(JSON.stringify(refused.payload), /RATE_LIMITED/)
    socket.send({ id: '3', type: 'complete' }, { id: '4', type: 'subscribe', payload: { query } })
    assert.deepEqual(
      (await socket.take(2)).map(({ id, type }) => `${id} ${type}`),
      ['4 next', '4 complete'],
    )
  })

  test('a request arrives in time, or is answered 408 and cut off', async () => {
    const head = [
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\n',
      `authorization: Bearer ${small.adminKey}\r\ncontent-type: application/json\r\ncontent-length: 31\r\n\r\n`,
    ]
    const body = ['{"query":"{ viewer', ' { role } }"}']
    assert.equal(body.join('').length, 31)
    const sent = { 'half a head': [head[0]], 'half a body': [...head, body[0]], all: [...head, ...body] }
    for (const [what, pieces] of Object.entries(sent)) {
      const socket = connect(Number(new URL(small.url).port), '127.0.0.1')
      ends.push(() => socket.destroy())
      let said = ''
      socket.on('data', (data) => {
        said += String(data)
        if (what === 'all') socket.end()
      })
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece ?? '', resolve))
      await within(once(socket, 'close'), `the end of ${what}`, 15_000)
      assert.match(said, what === 'all' ? /^HTTP\/1.1 200 / : /^HTTP\/1.1 408 /, what)
    }
  })

  test('a socket says who it is in time, or is closed', async () => {
    const silent = await openRawSocket(small.url)
    ends.push(() => silent.destroy())
    assert.equal(await within(silent.closed, 'the end of a silent socket', 15_000), 4408)
  })

  test('a statement answers in time, in a query as in a mutation, or is ended', async (t) => {
    const ways = await openTransports(small)
    ends.push(ways.close)
    const holder = new pg.Client(small.connection)
    await holder.connect()
    await holder.query('begin; lock table campaign in access exclusive mode')
    const seen = watchStatements(t)
    const read = 'campaigns { nodes { name } }'
    const asked = [`{ ${read} }`, `mutation { createAdvertiser(input: {name: "Acme"}) { name ${read} } }`]
    const answers = transports.flatMap((name) =>
      asked.map(async (operation) => {
        const { code, text } = await ways[name](operation)
        assert.match(code ?? '', /TOO_COMPLEX$/, `${operation} over ${name}: ${text}`)
      }),
    )
    await Promise.all(answers).finally(() => holder.end())
    const begun = seen.filter(({ text }) => text.startsWith('begin isolation level repeatable read'))
    assert.ok(begun.length >= 6)
    for (const { text } of begun) assert.match(text, /statement_timeout = 1000;/)
  })

  test('no setting may be nothing', () => {
    for (const setting of [
      'MAX_DEPTH',
      'MAX_BODY_KB',
      'MAX_MESSAGE_KB',
      'HEAD_SECONDS',
      'REQUEST_SECONDS',
      'STATEMENT_SECONDS',
    ]) {
      assert.throws(() => readConfig({ [setting]: '0' }), new RegExp(`${setting}: must be at least 1`))
    }
  })
})
