import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { readConfig } from '../../src/config.js'
import { schema } from '../../src/schema.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { openTransports, type Transports, transports } from './transports.js'

const report = 'query ($query: PerformanceInput!) { performance(query: $query) { truncated } }'
const followed = 'subscription ($query: PerformanceInput!) { performance(query: $query) { truncated } }'

/** What is nearly right, and which a hint could be given at. */
const nearly: Readonly<Record<string, readonly [query: string, variables?: object]>> = {
  'a field': ['{ viewr { role } }'],
  'a field within': ['{ viewer { rol } }'],
  'an argument': ['{ campaigns(frst: 1) { nodes { id } } }'],
  'a type': ['{ viewer { ...A } } fragment A on Viewr { role }'],
  'a word in the text': ['{ performance(query: {range: TODY}) { truncated } }'],
  'a field of an input in the text': ['{ performance(query: {rang: TODAY}) { truncated } }'],
  'a word in a variable': [report, { query: { range: 'TODY' } }],
  'a field of an input in a variable': [report, { query: { rang: 'TODAY' } }],
  'a word in a variable of a subscription': [followed, { query: { range: 'TODY' } }],
}
const hint = /did you mean/i
const stack = /node_modules|\bstack|\bat \S+ \(|\.[jt]s:\d/

suite('what a refusal tells', { timeout: 240_000 }, () => {
  const apps: TestApp[] = []
  let open: Transports
  let closed: Transports
  before(async () => {
    apps.push(await createTestApp(), await createTestApp({ env: { NODE_ENV: 'production' } }))
    const [one, other] = await Promise.all(apps.map(openTransports))
    assert.ok(one && other)
    ;[open, closed] = [one, other]
  })
  after(async () => {
    open?.close()
    closed?.close()
    for (const app of apps) await app.close()
  })

  test('introspection is answered unless it is turned off, as it is in production', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Campaign") { name } }']) {
      for (const name of transports) {
        assert.equal((await open[name](query)).code, null)
        assert.equal((await closed[name](query)).code, 'BAD_USER_INPUT', name)
      }
    }
    assert.equal(readConfig({}).introspection, true)
    assert.equal(readConfig({ INTROSPECTION: 'false' }).introspection, false)
    assert.equal(readConfig({ NODE_ENV: 'production' }).introspection, false)
    assert.equal(readConfig({ NODE_ENV: 'production', INTROSPECTION: 'true' }).introspection, true)
  })

  for (const [what, [query, variables]] of Object.entries(nearly)) {
    test(`${what} that is nearly right is refused without a hint, where introspection is off`, async () => {
      // Over plain HTTP there are no subscriptions.
      const names = query === followed ? transports.filter((name) => name !== 'http') : transports
      for (const name of names) {
        const [helped, refused] = [await open[name](query, variables), await closed[name](query, variables)]
        assert.match(helped.text, hint, name)
        assert.equal(refused.code, 'BAD_USER_INPUT', name)
        assert.doesNotMatch(refused.text, hint, name)
        assert.doesNotMatch(refused.text, stack, name)
      }
    })
  }

  test('an error of ours is never told by its text or its stack', async (t) => {
    const { presets } = schema.getQueryType()?.getFields() ?? {}
    assert.ok(presets)
    const { resolve } = presets
    t.after(() => Object.assign(presets, { resolve }))
    presets.resolve = () => {
      throw new TypeError('a secret about our database')
    }
    for (const name of transports) {
      for (const { [name]: ask } of [open, closed]) {
        const { code, text } = await ask('{ presets { name } }')
        assert.match(code ?? '', /INTERNAL$/)
        assert.doesNotMatch(text, /secret|TypeError/)
        assert.doesNotMatch(text, stack)
      }
    }
  })
})
