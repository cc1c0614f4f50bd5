import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'
import { openShop } from '../support/shop.js'

async function send(app: TestApp, body: object, headers: Record<string, string> = {}) {
  const response = await app.server.inject({ method: 'POST', url: '/session', headers, payload: body })
  return { status: response.statusCode, body: response.json() }
}
const modes = async (app: TestApp) => (await app.server.inject({ url: '/session' })).json()
const viewer = '{ viewer { role advertiser { id } affiliate { id } } }'

suite('where this is no demo', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
    await openShop(app)
  })
  after(() => app.close())

  test('nobody comes in without a key', async () => {
    assert.deepEqual(await modes(app), { demo: [] })
    for (const demo of ['ADMIN', 'ADVERTISER', 'AFFILIATE']) {
      assert.deepEqual([(await send(app, { demo })).status, (await send(app, { demo })).body.token], [401, undefined])
    }
    const headers = { authorization: `Bearer ${app.adminKey}` }
    const { status, body } = await send(app, { demo: 'ADMIN' }, headers)
    assert.deepEqual([status, body.code, body.field], [400, 'BAD_USER_INPUT', 'demo'])
  })
})

suite('a demo', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp({ argv: ['--demo'] })
  })
  after(() => app.close())

  test('has nobody to be but its admin while it has no offers', async () => {
    assert.equal((await send(app, { demo: 'ADMIN' })).status, 201)
    for (const demo of ['ADVERTISER', 'AFFILIATE']) {
      const { status, body } = await send(app, { demo })
      assert.deepEqual([status, body.code], [503, 'UNAVAILABLE'])
    }
  })

  test('lets in without a key, with the eyes of each role', async () => {
    const { advertiserId, affiliateId } = await openShop(app)
    assert.deepEqual(await modes(app), { demo: ['ADMIN', 'ADVERTISER', 'AFFILIATE'] })
    const eyes = {
      ADMIN: { advertiser: null, affiliate: null },
      ADVERTISER: { advertiser: { id: advertiserId }, affiliate: null },
      AFFILIATE: { advertiser: null, affiliate: { id: affiliateId } },
    }
    for (const [role, seen] of Object.entries(eyes)) {
      const { status, body } = await send(app, { demo: role })
      assert.equal(status, 201)
      assert.deepEqual(await app.get(body.token, viewer), { viewer: { role, ...seen } })
      const renewed = await send(app, {}, { authorization: `Bearer ${body.token}` })
      assert.equal(renewed.status, 200)
    }
  })

  test('still wants a key, or a role that it has', async () => {
    assert.equal((await send(app, {})).status, 401)
    assert.equal((await send(app, { demo: 'ADMIN' }, { authorization: 'Bearer wrong' })).status, 401)
    const refused: [object, string][] = [
      [{ demo: 'ANALYST' }, 'demo'],
      [{ demo: 'ADMIN', role: 'ADMIN' }, 'role'],
      [{ demo: 'ADMIN', ttlSeconds: 1 }, 'ttlSeconds'],
    ]
    for (const [body, field] of refused) {
      const answer = await send(app, body)
      assert.deepEqual([answer.status, answer.body.field], [400, field], JSON.stringify(body))
    }
  })
})
