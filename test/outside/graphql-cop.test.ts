import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'

/**
 * What graphql-cop looks for, check by check under its own names, as an operator is told to run us where the schema is
 * nobody's business: with INTROSPECTION=false. Its requests come with a key, since without one nothing is answered at all.
 */
suite('the checks of graphql-cop', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp({ env: { INTROSPECTION: 'false' } })
  })
  after(() => app.close())

  const url = () => `${app.url}/graphql`
  const key = () => ({ authorization: `Bearer ${app.adminKey}` })
  async function ask(body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key(), ...headers },
      body: JSON.stringify(body),
    })
    return { status: response.status, text: await response.text() }
  }
  const cop = (query: string) => ask({ query, operationName: 'cop' })
  const codesOf = (text: string) =>
    (JSON.parse(text).errors as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)

  test('Alias Overloading: 101 aliases are refused before anything is executed', async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}:__typename`).join(' \n')
    const { status, text } = await cop(`query cop { ${aliases} }`)
    assert.equal(status, 400)
    // There are too many root fields as well.
    assert.deepEqual(codesOf(text), ['TOO_COMPLEX', 'TOO_COMPLEX'])
  })

  test('Array-based Query Batching: a request is one operation', async () => {
    const { status, text } = await ask(Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })))
    assert.equal(status, 400)
    assert.deepEqual(codesOf(text), ['BAD_USER_INPUT'])
  })

  test('Introspection-based Circular Query: refused with introspection off, and by its depth with it on', async () => {
    const circle = (times: number): string => (times === 0 ? 'name' : `fields { type { ${circle(times - 1)} } }`)
    const query = `query cop { __schema { types { ${circle(4)} } } }`
    assert.equal((await cop(query)).status, 400)
    const open = await createTestApp()
    const answer = await open.post<null>(open.adminKey, query)
    assert.match(answer.errors?.[0]?.message ?? '', /introspection depth/i)
    await open.close()
  })

  test('Circular fragments: refused, and at once', async () => {
    const { status, text } = await cop('query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }')
    assert.equal(status, 400)
    assert.match(text, /Cannot spread fragment/)
  })

  test('Directive Overloading: as many as a document has room for are told of by a hundred errors at most', async () => {
    const ten = await cop(`query cop { __typename ${'@aa'.repeat(10)} }`)
    assert.equal(ten.status, 400)
    const many = await cop(`query cop { __typename ${'@aa'.repeat(2_000)} }`)
    assert.equal(many.status, 400)
    assert.ok(codesOf(many.text).length <= 101 && many.text.length < 20_000, `${many.text.length}`)
    // 15,000 tokens are not even read.
    assert.ok((await cop(`query cop { __typename ${'@skip(if: true)'.repeat(2_500)} }`)).text.length < 500)
  })

  test('Field Duplication: a field that is repeated counts each time', async () => {
    const { status, text } = await cop(`query cop { ${'__typename \n'.repeat(500)} }`)
    assert.equal(status, 400)
    assert.deepEqual(codesOf(text), ['TOO_COMPLEX'])
  })

  test('Field Suggestions: none, neither of introspection nor of ours', async () => {
    for (const query of [
      'query cop { __schema { directive } }',
      'query cop { viewr { role } }',
      '{ campaigns(frst: 1) { nodes { id } } }',
    ]) {
      assert.doesNotMatch((await cop(query)).text, /Did you mean/i, query)
    }
  })

  test('Introspection: hidden', async () => {
    for (const query of [
      'query cop { __schema { types { name fields { name } } } }',
      'query cop { __type(name: "Query") { name } }',
    ]) {
      const { status, text } = await cop(query)
      assert.equal(status, 400)
      assert.doesNotMatch(text, /"data"/)
    }
  })

  test('GET Method Query Support and Mutation over GET: no page of elsewhere can ask, and GET changes nothing', async () => {
    const get = (query: string, headers: Record<string, string> = {}) =>
      fetch(`${url()}?query=${encodeURIComponent(query)}`, { headers: { ...key(), ...headers } })
    assert.equal((await get('query cop {__typename}')).status, 400)
    assert.equal((await get('mutation cop {__typename}')).status, 400)
    // Nor does it for who may ask; and no cookie of ours could be sent along by a page.
    const preflight = { 'apollo-require-preflight': '1' }
    assert.equal((await get('mutation cop {__typename}', preflight)).status, 405)
    const answer = await get('query cop {__typename}', preflight)
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [200, null])
  })

  test('POST based url-encoded query: what a form can send is no GraphQL', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']) {
      const headers = { ...key(), 'content-type': type }
      const response = await fetch(url(), { method: 'POST', headers, body: 'query=query+cop+%7B__typename%7D' })
      assert.ok([400, 415].includes(response.status), `${type} ${response.status}`)
      assert.doesNotMatch(await response.text(), /"data"/)
    }
  })

  test('GraphQL IDE: there is none at this address; the explorer is a part of the page, which may be framed by it alone', async () => {
    const response = await fetch(url(), { headers: { accept: 'text/html', ...key() } })
    assert.equal(response.status, 400)
    assert.doesNotMatch(await response.text(), /graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/)
    const editor = await fetch(`${app.url}/explorer/editor/editor.html`)
    assert.match(editor.headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/)
  })

  test('Trace Mode: no answer tells how it came about', async () => {
    const asking: Record<string, string>[] = [
      {},
      { 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1' },
    ]
    for (const headers of asking) {
      const { text } = await ask({ query: 'query cop { __typename }', extensions: { tracing: true } }, headers)
      assert.deepEqual(JSON.parse(text), { data: { __typename: 'Query' } })
    }
  })

  test('Unhandled Errors: what cannot be read is told of by a code, and by nothing from inside', async () => {
    for (const body of [{ query: 'qwerty cop { abc }' }, { query: '{' }, { query: 1 }, { query: '' }, null, 1, 'x']) {
      const { status, text } = await ask(body)
      assert.equal(status, 400, text)
      assert.deepEqual(codesOf(text), ['BAD_USER_INPUT'])
      assert.doesNotMatch(text, /exception|stack|node_modules|\.js/)
    }
  })
})
