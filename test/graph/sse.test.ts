import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { createClient, type ExecutionResult } from 'graphql-sse'
import { followOverSse } from '../live/clients/sse.js'
import { isHead, type LiveShop, openShop } from '../live/shop.js'
import { createTestApp, type TestApp, until, within } from '../support/app.js'
import { openBreakableProxy } from '../support/breakable-proxy.js'
import { type EventStream, openEventStream } from '../support/event-stream.js'

const query = `subscription ($filter: ConversionFilter, $after: Cursor) {
  conversions(filter: $filter, after: $after) { cursor conversion { transactionId } }
}`
interface Data {
  readonly conversions: { readonly cursor: string; readonly conversion: { readonly transactionId: string } }
}

const localOrigin = 'http://localhost:3000'

suite('GraphQL over Server-Sent Events', { timeout: 120_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  /** What lets go of all that a test has opened, however it ends: a client that retries would do so for ever. */
  const ends: (() => unknown)[] = []
  let orders = 0

  before(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  after(() => app.close())
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  const authorized = (key = app.adminKey) => ({ authorization: `Bearer ${key}` })
  const endpoint = () => `${app.url}/graphql`

  async function order(affiliate = 0): Promise<string> {
    orders += 1
    await shop.order(`order-${orders}`, '100', affiliate)
    return `order-${orders}`
  }
  const orderSome = async (count: number) => {
    const made: string[] = []
    while (made.length < count) made.push(await order())
    return made
  }

  /** A sink that keeps what the stock client is sent; an error or an end, which no test here wants, is kept too. */
  function collect() {
    const seen: { id: string; cursor?: string; extensions?: unknown }[] = []
    const next = ({ data, errors, extensions }: ExecutionResult<unknown, unknown>) => {
      const change = (data as Data | null | undefined)?.conversions
      const id = change?.conversion.transactionId ?? JSON.stringify(errors)
      seen.push({ id, cursor: change?.cursor, extensions })
    }
    const error = (error: unknown) => void seen.push({ id: String(error) })
    return { seen, sink: { next, error, complete: () => void seen.push({ id: 'complete' }) } }
  }

  const posted = (request: object, headers: object = authorized()) => ({
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  })
  const opened = async (url: string, init: RequestInit) => {
    const stream = await within(openEventStream(url, init), 'an event stream')
    ends.push(stream.close)
    return stream
  }
  const follow = (variables: object, headers: object = {}) =>
    opened(endpoint(), posted({ query, variables }, { ...authorized(), ...headers }))
  const have = (stream: EventStream, count: number) =>
    until(() => stream.events.length >= count, `event ${count} of ${count}`)
  const idsIn = (stream: EventStream) =>
    stream.events.map(({ data }) => data?.data?.conversions.conversion.transactionId ?? JSON.stringify(data))

  test('the stock client is sent each change with its cursor', async () => {
    const client = createClient({ url: endpoint(), singleConnection: false, headers: authorized(), retryAttempts: 0 })
    ends.push(client.dispose)
    const { seen, sink } = collect()
    client.subscribe({ query, variables: { after: await app.head() } }, sink)
    const made = await orderSome(3)
    await until(() => seen.length >= 3, 'three changes')
    assert.deepEqual(
      seen.map(({ id }) => id),
      made,
    )
    for (const { cursor, extensions } of seen) assert.deepEqual(extensions, { cursor })
  })

  test('a query is answered by one event and its end', async () => {
    const stream = await opened(endpoint(), posted({ query: '{ viewer { role } }' }))
    await until(() => stream.ended, 'the end')
    assert.deepEqual(
      stream.events.map(({ event, data }) => [event, data]),
      [
        ['next', { data: { viewer: { role: 'ADMIN' } } }],
        ['complete', null],
      ],
    )
  })

  test('the lines of the README see each change once and in order, however often the connection breaks', async () => {
    const proxy = await openBreakableProxy(app.url)
    ends.push(proxy.close)
    const { seen, sink } = collect()
    const options = {
      url: `${proxy.url}/graphql`,
      headers: authorized(),
      retry: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
    }
    ends.unshift(followOverSse(options, { query, variables: { after: await app.head() } }, sink))
    const made: string[] = []
    for (let broken = 0; broken < 20; broken += 1) {
      made.push(...(await orderSome(1 + (broken % 3))))
      await until(() => seen.length >= made.length - (broken % 2), `${made.length} orders`)
      proxy.breakAll()
    }
    await until(() => seen.length >= made.length, `${made.length} orders`)
    assert.deepEqual(
      seen.map(({ id }) => id),
      made,
    )
    assert.ok(proxy.passed > 10, `${proxy.passed} connections`)
  })

  test('the id of each event is its cursor, and nobody on the way may keep the answer', async () => {
    const stream = await follow({ after: await app.head() })
    const made = await orderSome(3)
    await have(stream, 3)
    assert.deepEqual(idsIn(stream), made)
    for (const { event, id, data } of stream.events) assert.deepEqual([event, id], ['next', data?.extensions?.cursor])
    assert.match(stream.response.headers.get('cache-control') ?? '', /no-store|no-cache/)
  })

  test('Last-Event-ID goes on behind it, whatever the first variables say', async () => {
    const start = await app.head()
    const made = await orderSome(4)
    const first = await follow({ after: start })
    await have(first, 4)
    const { id = '' } = first.events[1] ?? {}
    const byHeader = await follow({}, { 'last-event-id': id })
    const byVariable = await follow({ after: id })
    const byBoth = await follow({ after: start }, { 'last-event-id': id })
    for (const stream of [byHeader, byVariable, byBoth]) {
      await have(stream, 2)
      assert.deepEqual(idsIn(stream), made.slice(2))
    }
  })

  test('GET is answered as POST is, but changes nothing', async () => {
    const ask = (text: string, variables: object, headers: object = {}) => {
      const search = new URLSearchParams({ query: text, variables: JSON.stringify(variables) })
      return opened(`${endpoint()}?${search}`, { headers: { ...authorized(), ...headers } })
    }
    const start = await app.head()
    const made = await orderSome(2)
    const stream = await ask(query, { after: start })
    await have(stream, 2)
    const resumed = await ask(query, { after: start }, { 'last-event-id': stream.events[0]?.id })
    await have(resumed, 1)
    assert.deepEqual([...idsIn(stream), ...idsIn(resumed)], [...made, made[1]])
    const search = new URLSearchParams({ query: 'mutation { createAffiliate(input: {name: "By GET"}) { id } }' })
    const headers = { accept: 'text/event-stream', ...authorized() }
    const refused = await fetch(`${endpoint()}?${search}`, { headers })
    assert.ok(refused.status >= 400, `${refused.status}`)
    await refused.body?.cancel()
    const { affiliates } = await app.get<{ affiliates: { nodes: { name: string }[] } }>(
      app.adminKey,
      '{ affiliates { nodes { name } } }',
    )
    assert.ok(affiliates.nodes.every(({ name }) => name !== 'By GET'))
  })

  test('a quiet feed is told how far it is by an id without an event, and goes on from there', async () => {
    const filter = { affiliateIds: [shop.affiliateIds[1]] }
    const stream = await follow({ filter, after: await app.head() })
    await orderSome(10)
    await until(() => isHead(app, stream.lastEventId), 'the id of a checkpoint')
    const checkpoint = stream.lastEventId
    assert.deepEqual(stream.events, [])
    stream.close()
    await orderSome(10)
    const own = await order(1)
    const resumed = await follow({ filter }, { 'last-event-id': checkpoint })
    await have(resumed, 1)
    assert.deepEqual(idsIn(resumed), [own])
  })

  test('a cursor that is none is told as a result, and that is the end: nobody tries it again', async () => {
    for (const stream of [await follow({ after: 'x' }), await follow({}, { 'last-event-id': 'x' })]) {
      await until(() => stream.ended, 'the end')
      assert.deepEqual(
        stream.events.map(({ event, data }) => [event, data?.errors?.[0]?.extensions.code]),
        [
          ['next', 'BAD_USER_INPUT'],
          ['complete', undefined],
        ],
      )
    }
  })

  test('without a valid key there is no stream, but 401', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }]) {
      const response = await fetch(endpoint(), posted({ query }, headers))
      assert.equal(response.status, 401)
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
      assert.equal(errors[0]?.extensions.code, 'UNAUTHENTICATED')
    }
  })

  test('a page of an allowed origin can read a stream and resume it, one of another origin cannot', async () => {
    const preflight = (origin: string) => {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'last-event-id' }
      return app.server.inject({ method: 'OPTIONS', url: '/graphql', headers: { origin, ...asked } })
    }
    const allowed = await preflight(localOrigin)
    assert.equal(allowed.headers['access-control-allow-origin'], localOrigin)
    assert.match(String(allowed.headers['access-control-allow-headers']), /last-event-id/i)
    assert.equal((await preflight('https://evil.example')).headers['access-control-allow-origin'], undefined)

    const readableBy = async (origin: string) => {
      const response = await fetch(endpoint(), posted({ query, variables: {} }, { ...authorized(), origin }))
      await response.body?.cancel()
      return response.headers.get('access-control-allow-origin')
    }
    assert.equal(await readableBy(localOrigin), localOrigin)
    assert.equal(await readableBy('https://evil.example'), null)
  })

  test('a request that a form on another page could send is refused', async () => {
    const headers = { ...authorized(), 'content-type': 'text/plain' }
    const response = await fetch(endpoint(), posted({ query, variables: {} }, headers))
    await response.body?.cancel()
    assert.ok([400, 415].includes(response.status), `${response.status}`)
  })
})
