import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTokens } from '../../src/access/tokens.js'
import { type AdvertiserId, decodeId } from '../../src/kernel/ids.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { createTwoOfEach } from '../support/catalog.js'

const hourMs = 3_600_000

suite('Postback tokens', () => {
  let api: TestApi
  let made: Awaited<ReturnType<typeof createTwoOfEach>>

  before(async () => {
    api = await createTestApi()
    made = await createTwoOfEach(api)
  })
  after(() => api.close())

  const rotate = `mutation ($id: ID!, $hours: Int) { rotateAdvertiserToken(id: $id, overlapHours: $hours) { postbackUrl } }`
  const tokenIn = ({ postbackUrl }: { postbackUrl: string }) => new URL(postbackUrl).searchParams.get('token') ?? ''
  const rotated = async (id: string, hours: number) => {
    const data = await api.get<{ rotateAdvertiserToken: { postbackUrl: string } }>(api.adminKey, rotate, { id, hours })
    return tokenIn(data.rotateAdvertiserToken)
  }
  const current = async (id: string) => {
    const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl } }`
    return tokenIn((await api.get<{ advertiser: { postbackUrl: string } }>(api.adminKey, query, { id })).advertiser)
  }

  test('a new advertiser has a token, which tells whose it is', async () => {
    const [id] = made.advertisers
    assert.deepEqual(await api.tokens.findToken(await current(id)), {
      workspaceId: api.workspaceId,
      advertiserId: decodeId('adv', id),
    })
  })

  test('after a rotation the old token goes on for the overlap, and the URL has the new one', async () => {
    const id = await made.make.advertiser()
    const old = await current(id)
    await api.tokens.findToken(old)
    const fresh = await rotated(id, 24)
    assert.equal(await current(id), fresh)
    assert.notEqual(fresh, old)
    api.time.nowMs += 24 * hourMs - 1
    assert.ok(await api.tokens.findToken(old))
    api.time.nowMs += 1
    assert.equal(await api.tokens.findToken(old), null)
    assert.ok(await api.tokens.findToken(fresh))
  })

  test('without an overlap the old token ends at once, though it was in use a moment ago', async () => {
    const id = await made.make.advertiser()
    const old = await current(id)
    assert.ok(await api.tokens.findToken(old))
    await rotated(id, 0)
    assert.equal(await api.tokens.findToken(old), null)
  })

  test('a later rotation never lengthens what an earlier one shortened', async () => {
    const id = await made.make.advertiser()
    const first = await current(id)
    const second = await rotated(id, 1)
    await rotated(id, 720)
    api.time.nowMs += hourMs
    assert.equal(await api.tokens.findToken(first), null)
    assert.ok(await api.tokens.findToken(second))
  })

  test('tokens do not pile up: ended ones are cleared away, and no more than ten are valid', async () => {
    const id = await made.make.advertiser()
    for (let count = 0; count < 9; count += 1) await rotated(id, 720)
    assert.equal(await api.refusal(api.adminKey, rotate, { id, hours: 720 }), 'CONFLICT overlapHours')
    await rotated(id, 0)
    const [kept] = await api.rows<{ count: string }>(
      `select count(*) from directory where kind = 'token' and id = $1`,
      [decodeId('adv', id)],
    )
    assert.equal(kept?.count, '1')
  })

  test('two rotations at once leave one token that does not end', async () => {
    const id = await made.make.advertiser()
    await Promise.all([rotated(id, 1), rotated(id, 1), rotated(id, 1)])
    const endless = await api.rows(`select from advertiser_token where advertiser_id = $1 and expires_at is null`, [
      decodeId('adv', id),
    ])
    assert.equal(endless.length, 1)
  })

  test('an advertiser rotates its own token and no one else’s', async () => {
    const [id, otherId] = made.advertisers
    const { advertiser, analyst, affiliate } = made.keys
    await api.get(advertiser, rotate, { id, hours: 1 })
    assert.equal(await api.refusal(advertiser, rotate, { id: otherId }), 'NOT_FOUND id')
    for (const key of [analyst, affiliate]) assert.equal(await api.refusal(key, rotate, { id }), 'FORBIDDEN')
    for (const hours of [-1, 721]) {
      assert.equal(await api.refusal(advertiser, rotate, { id, hours }), 'BAD_USER_INPUT overlapHours')
    }
  })

  test('a token that is in use costs no SQL, nor does text that is no token', async () => {
    const [id] = made.advertisers
    const token = await current(id)
    const orm = { em: { fork: () => assert.fail('asked the database') } } as unknown as TestApi['orm']
    const deaf = createTokens({ orm, secret: api.secret, clock: api.clock })
    for (const text of ['', 'pbt_', token.toUpperCase(), `${token}0`, 'x'.repeat(1e6)]) {
      assert.equal(await deaf.findToken(text), null)
    }
    let asked = 0
    const fork = api.orm.em.fork.bind(api.orm.em)
    const counting = {
      em: {
        fork: () => {
          asked += 1
          return fork()
        },
      },
    } as unknown as TestApi['orm']
    const tokens = createTokens({ orm: counting, secret: api.secret, clock: api.clock })
    const unknown = `pbt_${'0'.repeat(32)}`
    await Promise.all(Array.from({ length: 50 }, (_, index) => tokens.findToken(index % 2 === 0 ? token : unknown)))
    await tokens.findToken(token)
    assert.equal(asked, 2)
    api.time.nowMs += 5_001
    await tokens.findToken(token)
    assert.equal(asked, 3)
  })

  test('tokens are kept sealed and hashed, never as they are', async () => {
    const token = await current(made.advertisers[0])
    const found = await api.rows(
      `select from advertiser_token where position($1::bytea in sealed) > 0 or position($1::bytea in hash) > 0`,
      [Buffer.from(token)],
    )
    assert.equal(found.length, 0)
    const ids = [decodeId('adv', made.advertisers[0])].filter((id): id is AdvertiserId => id !== null)
    const texts = await api.tokens.readTokens(api.rows, api.workspaceId, ids)
    assert.deepEqual([...texts.values()], [token])
  })
})
