import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { createTestApp, type TestApp, until, within } from '../support/app.js'
import { openEventStream } from '../support/event-stream.js'

const query = 'subscription { conversions { cursor conversion { transactionId } } }'

suite('the end of an event stream', { timeout: 60_000 }, () => {
  let app: TestApp
  let isClosed: boolean
  beforeEach(async () => {
    app = await createTestApp()
    isClosed = false
  })
  afterEach(async () => {
    if (!isClosed) await app.close()
  })

  const follow = (key: string) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const opening = openEventStream(`${app.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    return within(opening, 'an event stream')
  }

  test('a shutdown ends it at once, and does not call it complete, so that clients come back', async () => {
    const stream = await follow(app.adminKey)
    isClosed = true
    await app.close()
    await until(() => stream.ended, 'the end of the stream')
    assert.deepEqual(stream.events, [])
  })

  test('a key that is revoked ends its streams at once, and no others', async () => {
    type Created = { createKey: { secret: string; key: { id: string } } }
    const create = 'mutation { createKey(input: {name: "K", role: ANALYST}) { secret key { id } } }'
    const { createKey } = await app.get<Created>(app.adminKey, create)
    const revoked = await follow(createKey.secret)
    const other = await follow(app.adminKey)
    await app.get(app.adminKey, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: createKey.key.id })
    await until(() => revoked.ended, 'the end of the stream')
    assert.deepEqual(revoked.events, [])
    await assert.rejects(follow(createKey.secret), /401/)
    assert.equal(other.ended, false)
    other.close()
  })
})
