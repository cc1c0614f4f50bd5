import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApi, type TestApi } from '../support/api.js'
import { TickerResolver } from '../support/ticker.resolver.js'

suite('GraphQL over HTTP', () => {
  let api: TestApi

  before(async () => {
    api = await createTestApi({ resolvers: [TickerResolver] })
  })
  after(() => api.close())

  const authorization = () => `Bearer ${api.adminKey}`
  const viewer = '{ viewer { role } }'

  async function inject(options: object) {
    const response = await api.app.inject({ method: 'POST', url: '/graphql', ...options })
    return { status: response.statusCode, body: response.json(), headers: response.headers }
  }

  test('an operation without a valid key is refused with 401, whatever is wrong with the key', async () => {
    const bad = [undefined, 'Bearer x', authorization().slice(0, -1), authorization().slice(7), 'Basic eDp5']
    for (const value of bad) {
      const headers = value === undefined ? {} : { authorization: value }
      const { status, body } = await inject({ headers, payload: { query: viewer } })
      assert.equal(status, 401)
      assert.deepEqual(body.errors[0].extensions, { code: 'UNAUTHENTICATED' })
    }
  })

  test('GET answers queries, and refuses mutations', async () => {
    const get = (query: string) =>
      inject({
        method: 'GET',
        url: `/graphql?query=${encodeURIComponent(query)}`,
        headers: { authorization: authorization(), 'apollo-require-preflight': '1' },
      })
    assert.deepEqual((await get(viewer)).body, { data: { viewer: { role: 'ADMIN' } } })
    assert.equal((await get('mutation { revokeKey(id: "x") { id } }')).status, 405)
  })

  test('a request that a form on another page could send is refused', async () => {
    const headers = { authorization: authorization(), 'content-type': 'text/plain' }
    assert.equal((await inject({ headers, payload: JSON.stringify({ query: viewer }) })).status, 400)
    const get = { method: 'GET', url: `/graphql?query=${encodeURIComponent(viewer)}` }
    assert.equal((await inject({ ...get, headers: { authorization: authorization() } })).status, 400)
  })

  test('what the client got wrong is 400 and BAD_USER_INPUT', async () => {
    const wrong: object[] = [
      { query: '{ viewer { role }' },
      { query: '{ nothing }' },
      { query: 'query ($id: ID!) { campaign(id: $id) { id } }' },
      { query: 'query ($first: Int) { campaigns(first: $first) { nodes { id } } }', variables: { first: 'x' } },
      {
        query: 'query ($first: Int) { campaigns(first: $first) { nodes { id } } }',
        variables: { first: { toString: 1 } },
      },
      { query: 'query A { viewer { role } } query B { viewer { role } }' },
      { query: 'subscription { ticks { number } }' },
      { nothing: 1 },
      [{ query: viewer }, { query: viewer }],
    ]
    for (const payload of wrong) {
      const { status, body } = await inject({ headers: { authorization: authorization() }, payload })
      assert.equal(status, 400, JSON.stringify(payload))
      assert.equal(body.errors[0].extensions.code, 'BAD_USER_INPUT')
      assert.doesNotMatch(JSON.stringify(body), /stack|node_modules/)
    }
    const notJson = { headers: { authorization: authorization(), 'content-type': 'application/json' }, payload: '{' }
    assert.deepEqual((await inject(notJson)).body.errors[0].extensions, { code: 'BAD_USER_INPUT' })
    const large = { headers: { authorization: authorization() }, payload: { query: viewer, x: 'x'.repeat(300_000) } }
    assert.equal((await inject(large)).status, 413)
  })

  test('an error of ours is told by an id that the log has too, and by nothing else', async () => {
    api.logged.length = 0
    const { data, errors } = await api.ask(api.adminKey, '{ broken }')
    assert.equal(data, null)
    assert.equal(errors?.[0]?.message, 'Something went wrong on our side.')
    assert.deepEqual(errors?.[0]?.path, ['broken'])
    assert.equal(errors?.[0]?.extensions.code, 'INTERNAL')
    assert.match(errors?.[0]?.extensions.errorId ?? '', /^[0-9a-f-]{36}$/)
    assert.match(String(api.logged[0]), /a secret about our database/)
  })

  test('an error of the table passes with code and field', async () => {
    const { errors } = await api.ask(api.adminKey, '{ refused }')
    assert.equal(errors?.[0]?.message, 'Not twice.')
    assert.deepEqual(errors?.[0]?.extensions, { code: 'CONFLICT', field: 'thing' })
  })

  test('one query reads one snapshot, and leaves no connection behind', async () => {
    const { heads } = await api.get<{ heads: string[] }>(api.adminKey, '{ heads }')
    assert.equal(heads[0], heads[1])
    const many = Array.from({ length: 20 }, () =>
      api.get(api.adminKey, '{ campaigns { nodes { id } } viewer { role } }'),
    )
    await Promise.all(many)
    await Promise.all(Array.from({ length: 20 }, () => api.ask(api.adminKey, '{ broken campaigns { nodes { id } } }')))
    assert.equal(
      await api.refusal(api.adminKey, '{ campaigns(first: 0) { nodes { id } } advertisers { nodes { id } } }'),
      'BAD_USER_INPUT first',
    )
    await api.get(api.adminKey, viewer)
  })

  test('a statement that takes too long is ended, and said to be too much', async () => {
    assert.equal(await api.refusal(api.adminKey, '{ slow }'), 'TOO_COMPLEX')
    await api.get(api.adminKey, '{ campaigns { nodes { id } } }')
  })

  const nest = (depth: number): string =>
    depth === 0 ? 'name' : `advertiser { campaigns(first: 1) { nodes { ${nest(depth - 1)} } } }`
  const times = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(' ')
  const tooMuch: Record<string, string> = {
    'a query too deep': `{ campaigns(first: 1) { nodes { ${nest(5)} } } }`,
    'a query too deep by fragments': `{ campaigns(first: 1) { nodes { ...A } } } fragment A on Campaign { ${nest(5)} }`,
    'too many aliases': `{ viewer { ${times(51, (index) => `a${index}: role`)} } }`,
    'too many root fields': `{ ${times(31, () => 'viewer { role }')} }`,
    'too many root fields by a fragment': `{ ...Q } fragment Q on Query { ${times(31, () => 'viewer { role }')} }`,
    'fragments that multiply': `{ viewer { workspace { ...F0 } } }
      ${times(12, (index) => `fragment F${index} on Workspace { ...F${index + 1} ...F${index + 1} }`)}
      fragment F12 on Workspace { name }`,
    'pages of pages that are too large': '{ campaigns(first: 500) { nodes { links(first: 500) { nodes { id } } } } }',
    'the same, with room made by less than nothing': `{
      campaigns(first: 500) { nodes { links(first: 500) { nodes { id } } } } affiliates(first: -1000000) { nodes { id } }
    }`,
    'the same by a fragment': `{ campaigns(first: 500) { ...C } }
      fragment C on CampaignConnection { edges { node { links(first: 500) { nodes { id } } } } }`,
  }
  for (const [what, query] of Object.entries(tooMuch)) {
    test(`${what} is refused before anything is executed`, async () => {
      api.statements.length = 0
      const { status, errors } = await api.ask(api.adminKey, query)
      assert.deepEqual([status, errors?.[0]?.extensions.code], [400, 'TOO_COMPLEX'])
      assert.deepEqual(api.statements, [])
    })
  }

  test('pages by variable are counted by what the variable says', async () => {
    const query =
      'query ($first: Int = 500) { campaigns(first: 500) { nodes { links(first: $first) { nodes { id } } } } }'
    assert.equal(await api.refusal(api.adminKey, query), 'TOO_COMPLEX first')
    assert.equal(await api.refusal(api.adminKey, query, { first: 400 }), 'TOO_COMPLEX first')
    await api.get(api.adminKey, query, { first: 5 })
  })

  test('a document of too many tokens, and fragments in a circle, are refused', async () => {
    assert.equal(await api.refusal(api.adminKey, `{ viewer { ${'role '.repeat(5_000)} } }`), 'BAD_USER_INPUT')
    const circle = '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }'
    assert.equal(await api.refusal(api.adminKey, circle), 'BAD_USER_INPUT')
  })

  test("graphql-js's own introspection query passes the limits", async () => {
    const { getIntrospectionQuery } = await import('graphql')
    await api.get(api.adminKey, getIntrospectionQuery())
  })

  test('only allowed origins are let in by CORS', async () => {
    const preflight = (origin: string, url: string) =>
      api.app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST' } })
    for (const url of ['/graphql', '/session']) {
      const allowed = await preflight('https://board.example', url)
      assert.equal(allowed.headers['access-control-allow-origin'], 'https://board.example')
      assert.match(String(allowed.headers['access-control-allow-headers']), /authorization/)
      assert.equal((await preflight('https://evil.example', url)).headers['access-control-allow-origin'], undefined)
    }
  })
})

suite('GraphQL without introspection', () => {
  test('tells nothing of the schema, not even by a suggestion', async () => {
    const api = await createTestApi({ introspection: false })
    try {
      assert.equal(await api.refusal(api.adminKey, '{ __schema { types { name } } }'), 'BAD_USER_INPUT')
      const { errors } = await api.ask(api.adminKey, '{ viewr { role } }')
      assert.doesNotMatch(errors?.[0]?.message ?? '', /Did you mean/)
    } finally {
      await api.close()
    }
  })
})
