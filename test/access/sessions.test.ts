import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createAuthenticator } from '../../src/access/authenticate.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { createTwoOfEach } from '../support/catalog.js'

suite('Sessions', () => {
  let api: TestApi
  let made: Awaited<ReturnType<typeof createTwoOfEach>>

  before(async () => {
    api = await createTestApi()
    made = await createTwoOfEach(api)
  })
  after(() => api.close())

  async function post(key: string, body?: object) {
    const headers = { authorization: `Bearer ${key}` }
    const response = await api.app.inject({ method: 'POST', url: '/session', headers, ...(body && { payload: body }) })
    return { status: response.statusCode, body: response.json() }
  }
  async function begin(key: string, body?: object): Promise<string> {
    const { status, body: answer } = await post(key, body)
    assert.equal(status, 201, JSON.stringify(answer))
    return answer.token
  }
  const viewer = '{ viewer { role advertiser { name } affiliate { name } } }'
  const unlike = { role: 'ADMIN', advertiser: null, affiliate: null }

  test('a session sees what its key sees, for an hour unless asked otherwise', async () => {
    const { status, body } = await post(api.adminKey)
    assert.equal(status, 201)
    assert.deepEqual(Object.keys(body), ['token', 'expiresAt'])
    assert.equal(Date.parse(body.expiresAt), api.time.nowMs + 3_600_000)
    assert.deepEqual(await api.get(body.token, viewer), { viewer: unlike })
    const short = await post(api.adminKey, { ttlSeconds: 60 })
    assert.equal(Date.parse(short.body.expiresAt), api.time.nowMs + 60_000)
  })

  test('an admin may look with the eyes of an analyst, an advertiser or an affiliate', async () => {
    const analyst = await begin(api.adminKey, { role: 'ANALYST' })
    assert.deepEqual(await api.get(analyst, viewer), { viewer: { ...unlike, role: 'ANALYST' } })
    const advertiser = await begin(api.adminKey, { role: 'ADVERTISER', advertiserId: made.advertisers[1] })
    assert.deepEqual(await api.get(advertiser, viewer), {
      viewer: { ...unlike, role: 'ADVERTISER', advertiser: { name: 'Bolt' } },
    })
    const affiliate = await begin(api.adminKey, { role: 'AFFILIATE', affiliateId: made.affiliates[0] })
    assert.deepEqual(await api.get(affiliate, viewer), {
      viewer: { ...unlike, role: 'AFFILIATE', affiliate: { name: 'Ann' } },
    })
    assert.equal(await api.refusal(affiliate, `mutation { revokeKey(id: "x") { id } }`), 'FORBIDDEN')
  })

  test('anyone else keeps the eyes that they have', async () => {
    const { analyst, advertiser, affiliate } = made.keys
    await begin(analyst, { role: 'ANALYST' })
    await begin(advertiser, { role: 'ADVERTISER', advertiserId: made.advertisers[0] })
    const refused: [string, object][] = [
      [analyst, { role: 'ADMIN' }],
      [analyst, { role: 'AFFILIATE', affiliateId: made.affiliates[0] }],
      [advertiser, { role: 'ADMIN' }],
      [advertiser, { advertiserId: made.advertisers[1] }],
      [affiliate, { role: 'ANALYST' }],
      [affiliate, { affiliateId: made.affiliates[1] }],
    ]
    for (const [key, body] of refused) {
      const answer = await post(key, body)
      assert.deepEqual([answer.status, answer.body.code], [403, 'FORBIDDEN'], JSON.stringify(body))
    }
  })

  test('what cannot be is refused with 400, and the field named', async () => {
    const refused: [string | null, object][] = [
      ['ttlSeconds', { ttlSeconds: 59 }],
      ['ttlSeconds', { ttlSeconds: 86_401 }],
      ['ttlSeconds', { ttlSeconds: '60' }],
      ['role', { role: 'OWNER' }],
      ['advertiserId', { role: 'ADVERTISER' }],
      ['advertiserId', { role: 'ADVERTISER', advertiserId: 'adv_x' }],
      ['advertiserId', { role: 'ADVERTISER', advertiserId: made.affiliates[0] }],
      ['affiliateId', { role: 'ADVERTISER', advertiserId: made.advertisers[0], affiliateId: made.affiliates[0] }],
      ['affiliateId', { role: 'AFFILIATE', affiliateId: made.advertisers[0] }],
      ['advertiserId', { advertiserId: made.advertisers[0] }],
      ['workspaceId', { workspaceId: 'x' }],
      [null, []],
    ]
    for (const [field, body] of refused) {
      const answer = await post(api.adminKey, body)
      assert.deepEqual([answer.status, answer.body.field], [400, field], JSON.stringify(body))
    }
  })

  test('whoever gives no valid key gets the same answer, whatever is wrong with it', async () => {
    const session = await begin(api.adminKey)
    const mistyped = api.adminKey.replace(/.$/, (end) => (end === '0' ? '1' : '0'))
    const [header, claims] = session.split('.')
    const answers = await Promise.all(
      ['x', mistyped, `${session}x`, `${header}.${claims}.`, 'a.b.c', 'x'.repeat(3_000)].map((key) => post(key)),
    )
    answers.push(
      await api.app.inject({ method: 'POST', url: '/session' }).then((r) => ({ status: r.statusCode, body: r.json() })),
    )
    for (const answer of answers) assert.deepEqual(answer, { status: 401, body: answers[0]?.body })
  })

  test('a session ends by itself, unless it is renewed', async () => {
    const token = await begin(api.adminKey, { role: 'ANALYST', ttlSeconds: 60 })
    api.time.nowMs += 30_000
    const renewed = await post(token, { ttlSeconds: 60 })
    assert.equal(renewed.status, 200)
    assert.equal((await post(token, { role: 'ANALYST' })).body.field, 'role')
    api.time.nowMs += 31_000
    assert.equal(await api.refusal(token, viewer), 'UNAUTHENTICATED')
    assert.deepEqual(await api.get(renewed.body.token, viewer), { viewer: { ...unlike, role: 'ANALYST' } })
    const open = async (text: string) => api.authenticator.open(`Bearer ${text}`)
    assert.equal((await open(renewed.body.token))?.session?.id, (await api.sessions.read(renewed.body.token))?.id)
  })

  test('what was opened with a session may stay open when it is renewed, and may not when it is not', async () => {
    const token = await begin(api.adminKey, { ttlSeconds: 60 })
    const access = await api.authenticator.open(`Bearer ${token}`)
    assert.ok(access)
    api.time.nowMs += 59_000
    await post(token, { ttlSeconds: 60 })
    api.time.nowMs += 2_000
    assert.equal((await api.authenticator.ended([access])).size, 0)
    api.time.nowMs += 60_000
    assert.deepEqual([...(await api.authenticator.ended([access]))], [access])
  })

  test('a revoked key ends its sessions at once, and they cannot be renewed', async () => {
    const create = `mutation { createKey(input: {name: "K", role: ANALYST}) { secret key { id } } }`
    const { createKey } = await api.get<{ createKey: { secret: string; key: { id: string } } }>(api.adminKey, create)
    const token = await begin(createKey.secret)
    await api.get(token, viewer)
    const access = await api.authenticator.open(`Bearer ${token}`)
    await api.get(api.adminKey, `mutation ($id: ID!) { revokeKey(id: $id) { id } }`, { id: createKey.key.id })
    assert.equal(await api.refusal(token, viewer), 'UNAUTHENTICATED')
    assert.equal((await post(token)).status, 401)
    assert.ok(access)
    assert.deepEqual([...(await api.authenticator.ended([access]))], [access])
  })

  test('another node learns of a revocation within five seconds', async () => {
    const create = `mutation { createKey(input: {name: "K", role: ANALYST}) { secret key { id } } }`
    const { createKey } = await api.get<{ createKey: { secret: string; key: { id: string } } }>(api.adminKey, create)
    const { rows, sessions, clock } = api
    const other = createAuthenticator({ rows, sessions, clock, logError: assert.fail })
    const authorization = `Bearer ${createKey.secret}`
    assert.equal((await other.authenticate(authorization))?.role, 'ANALYST')
    await api.get(api.adminKey, `mutation ($id: ID!) { revokeKey(id: $id) { id } }`, { id: createKey.key.id })
    api.time.nowMs += 5_001
    assert.equal(await other.authenticate(authorization), null)
  })

  test('when a key was last used is noted, once a minute at most', async () => {
    const readLastUsed = async () => {
      const [key] = await api.rows<{ at: Date | null }>(
        `select last_used_at as at from access_key where role = 'AFFILIATE' order by id limit 1`,
      )
      return key?.at?.getTime()
    }
    const use = async () => {
      await api.get(made.keys.affiliate, viewer)
      await api.noted()
    }
    api.time.nowMs += 60_001
    const first = api.time.nowMs
    await use()
    assert.equal(await readLastUsed(), first)
    api.time.nowMs += 59_000
    await use()
    assert.equal(await readLastUsed(), first)
    api.time.nowMs += 2_000
    await use()
    assert.equal(await readLastUsed(), api.time.nowMs)
  })
})
