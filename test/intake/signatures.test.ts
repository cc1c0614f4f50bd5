import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { sign } from './signed.js'

const startMs = Date.parse('2026-06-01T12:00:00Z')
const hourMs = 3_600_000

suite('signed postbacks', () => {
  let app: TestApp
  let make: ReturnType<typeof createCatalogMaker>
  let affiliate: string
  before(async () => {
    app = await createTestApp({ startMs })
    make = createCatalogMaker(app)
    affiliate = await make.affiliate()
  })
  after(() => app.close())

  const rotate = async (id: string, overlapHours = 24, key = app.adminKey) => {
    type Made = { made: { secret: string } }
    const query = `mutation ($id: ID!, $h: Int) { made: rotateSigningKey(id: $id, overlapHours: $h) { secret } }`
    return (await app.get<Made>(key, query, { id, h: overlapHours })).made.secret
  }
  const require = (id: string, isRequired: boolean, key = app.adminKey) =>
    app.post(
      key,
      `mutation ($id: ID!, $r: Boolean) { updateAdvertiser(id: $id, input: {requireSignature: $r}) { requireSignature } }`,
      { id, r: isRequired },
    )
  const tokenOf = async (id: string) => {
    const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl } }`
    const { advertiser } = await app.get<{ advertiser: { postbackUrl: string } }>(app.adminKey, query, { id })
    return new URL(advertiser.postbackUrl).searchParams.get('token') ?? ''
  }
  const fixed = { kind: 'FIXED', value: '1' }
  const saleOf = (campaign: string, txid: string) =>
    JSON.stringify({ affiliate_id: affiliate, campaign_id: campaign, txid })
  const post = (query: string, body: string, headers: Record<string, string>) =>
    app.server.inject({ method: 'POST', url: `/postback?${query}`, payload: body, headers })

  async function newSigner() {
    const advertiser = await make.advertiser()
    const campaign = await make.campaign(advertiser)
    return { advertiser, campaign, secret: await rotate(advertiser), token: await tokenOf(advertiser) }
  }

  test('a signature stands for a token, and leaves a receipt', async () => {
    const { advertiser, campaign, secret } = await newSigner()
    const body = saleOf(campaign, 'signed-1')
    const response = await post(`advertiser_id=${advertiser}`, body, sign(secret, { atMs: app.time.nowMs, body }))
    assert.deepEqual([response.statusCode, response.json().outcome], [200, 'ACCEPTED'])
    const [receipt] = await app.rows<{ url: string; body: string }>(
      `select url, body from receipt where transaction_id = 'signed-1'`,
    )
    assert.deepEqual(receipt, { url: `/postback?advertiser_id=${advertiser}`, body })
  })

  test('one right signature in the list is enough, whatever else is in it', async () => {
    const { advertiser, campaign, secret } = await newSigner()
    const body = saleOf(campaign, 'listed')
    const headers = sign(secret, { atMs: app.time.nowMs, body })
    const list = `v1,AAAA v1a,${'A'.repeat(88)} v2,x ${'v1,'} v1,${'A'.repeat(43)}= ${headers['webhook-signature']}`
    const response = await post(`advertiser_id=${advertiser}`, body, { ...headers, 'webhook-signature': list })
    assert.equal(response.json().outcome, 'ACCEPTED')
  })

  test('every failure to authenticate is answered the same, to the byte', async () => {
    const { advertiser, campaign, secret, token } = await newSigner()
    const other = await newSigner()
    const unsigned = await make.advertiser()
    const strict = await newSigner()
    await require(strict.advertiser, true)
    const body = saleOf(campaign, 'never')
    const atMs = app.time.nowMs
    const named = `advertiser_id=${advertiser}`
    const good = sign(secret, { atMs, body })
    const { 'webhook-id': _id, ...withoutId } = good
    const { 'webhook-timestamp': _at, ...withoutTime } = good
    const strangers: [what: string, query: string, body: string, headers: Record<string, string>][] = [
      ['an unknown token', 'token=pbt_00000000000000000000000000000000', body, { 'content-type': 'application/json' }],
      ['nothing', '', body, { 'content-type': 'application/json' }],
      ['an advertiser without a signature', named, body, { 'content-type': 'application/json' }],
      ['another secret', named, body, sign(other.secret, { atMs, body })],
      ['another body', named, `${body} `, good],
      ['another id', named, body, { ...good, 'webhook-id': 'msg_2' }],
      ['another time', named, body, { ...good, 'webhook-timestamp': String(atMs / 1000 + 1) }],
      ['an old time', named, body, sign(secret, { atMs: atMs - 301_000, body })],
      ['a time to come', named, body, sign(secret, { atMs: atMs + 301_000, body })],
      ['an id with a full stop', named, body, sign(secret, { id: 'a.1', atMs, body })],
      ['no id', named, body, withoutId],
      ['no time', named, body, withoutTime],
      ['an empty signature', named, body, { ...good, 'webhook-signature': '' }],
      [
        'a signature without its version',
        named,
        body,
        { ...good, 'webhook-signature': good['webhook-signature']?.slice(3) ?? '' },
      ],
      ['an advertiser that does not exist', 'advertiser_id=adv_01h455vb4pex5vsknk084sn02q', body, good],
      ['an id that is none', 'advertiser_id=acme', body, good],
      ['two advertisers', `${named}&advertiser_id=${other.advertiser}`, body, good],
      ['an advertiser that signs nothing', `advertiser_id=${unsigned}`, body, good],
      ['no advertiser', '', body, good],
      ["another's token beside it", `${named}&token=${other.token}`, body, good],
      ['a wrong token beside it', `${named}&token=pbt_00000000000000000000000000000000`, body, good],
      ['a wrong signature beside the token', `token=${token}`, body, sign(other.secret, { atMs, body })],
      [
        'a bare token where a signature is required',
        `token=${strict.token}`,
        body,
        { 'content-type': 'application/json' },
      ],
    ]
    const answers = new Map<string, string>()
    for (const [what, query, sent, headers] of strangers) {
      const response = await post(query, sent, headers)
      assert.equal(response.statusCode, 401, what)
      const { date: _, 'x-request-id': __, ...rest } = response.headers
      answers.set(JSON.stringify([response.body, rest]), what)
    }
    assert.equal(answers.size, 1, [...answers.values()].join(', '))
    const kept = await app.rows(`select from receipt where transaction_id = 'never'`)
    assert.equal(kept.length, 0)
  })

  test('a signature on a GET is none: it would not cover the query', async () => {
    const { advertiser, campaign, secret } = await newSigner()
    const url = `/postback?advertiser_id=${advertiser}&campaign_id=${campaign}&affiliate_id=${affiliate}&txid=got`
    const { 'content-type': _, ...headers } = sign(secret, { atMs: app.time.nowMs, body: '' })
    assert.equal((await app.server.inject({ url, headers })).statusCode, 401)
  })

  test('nothing can be added to a signed request: what is in its query beside its sender is refused', async () => {
    const { advertiser, campaign, secret } = await newSigner()
    const body = saleOf(campaign, 'added-to')
    const response = await post(
      `advertiser_id=${advertiser}&amount=900`,
      body,
      sign(secret, { atMs: app.time.nowMs, body }),
    )
    assert.deepEqual([response.statusCode, response.json().field], [400, 'amount'])
    assert.match(response.json().reason, /^UNSIGNED_PARAMETER: /)
    assert.match(response.json().receipt, /^rcp_/)
  })

  test('five minutes either way are taken', async () => {
    const { advertiser, campaign, secret } = await newSigner()
    for (const [txid, offMs] of [
      ['early', -300_000],
      ['late', 300_000],
    ] as const) {
      const body = saleOf(campaign, txid)
      const headers = sign(secret, { id: `msg_${txid}`, atMs: app.time.nowMs + offMs, body })
      assert.equal((await post(`advertiser_id=${advertiser}`, body, headers)).json().outcome, 'ACCEPTED')
    }
  })

  test('what is sent again under its signature counts once, also where each one would count', async () => {
    const { advertiser, secret } = await newSigner()
    const lead = { event: 'lead', revenue: fixed, payout: fixed, duplicates: 'COUNT_EACH' }
    const campaign = await make.campaign(advertiser, { goals: [lead] })
    const body = JSON.stringify({ affiliate_id: affiliate, campaign_id: campaign })
    const headers = sign(secret, { atMs: app.time.nowMs, body })
    const send = async (more: object = {}) =>
      (await post(`advertiser_id=${advertiser}`, body, { ...headers, ...more })).json().outcome
    assert.deepEqual([await send(), await send()], ['ACCEPTED', 'DUPLICATE'])
    // Anyone who has seen it could add a name of their own, which nobody has signed.
    assert.equal(await send({ 'idempotency-key': 'another' }), 'DUPLICATE')
  })

  test('with a token as well, both are right', async () => {
    const { campaign, secret, token, advertiser } = await newSigner()
    await require(advertiser, true)
    const body = saleOf(campaign, 'both')
    const response = await post(`token=${token}`, body, sign(secret, { atMs: app.time.nowMs, body }))
    assert.equal(response.json().outcome, 'ACCEPTED')
  })

  test('the key before goes on for as long as was asked, and no longer', async () => {
    const { advertiser, campaign, secret: old } = await newSigner()
    const fresh = await rotate(advertiser, 1)
    const outcome = async (secret: string, txid: string) => {
      const body = saleOf(campaign, txid)
      const headers = sign(secret, { id: `msg_${txid}`, atMs: app.time.nowMs, body })
      return (await post(`advertiser_id=${advertiser}`, body, headers)).statusCode
    }
    assert.deepEqual([await outcome(old, 'o1'), await outcome(fresh, 'n1')], [200, 200])
    app.time.nowMs += hourMs
    assert.deepEqual([await outcome(old, 'o2'), await outcome(fresh, 'n2')], [401, 200])
    const last = await rotate(advertiser, 0)
    assert.deepEqual([await outcome(fresh, 'n3'), await outcome(last, 'l3')], [401, 200])
  })

  test('four keys are valid at once and no fifth; those that have ended make room', async () => {
    const advertiser = await make.advertiser()
    for (let count = 0; count < 4; count++) await rotate(advertiser)
    const query = `mutation ($id: ID!) { rotateSigningKey(id: $id) { secret } }`
    const { errors } = await app.post(app.adminKey, query, { id: advertiser })
    assert.deepEqual(errors?.[0]?.extensions, { code: 'CONFLICT', field: 'overlapHours' })
    app.time.nowMs += 25 * hourMs
    await rotate(advertiser)
    const keys = `query ($id: ID!) { advertiser(id: $id) { signingKeys { createdAt expiresAt } } }`
    type Keys = { advertiser: { signingKeys: { expiresAt: string | null }[] } }
    const { advertiser: read } = await app.get<Keys>(app.adminKey, keys, { id: advertiser })
    assert.deepEqual(
      read.signingKeys.map(({ expiresAt }) => expiresAt !== null),
      [true, false],
    )
  })

  test('an advertiser sees to its own keys, others to none, and no secret is in the database as text', async () => {
    const { advertiser, secret } = await newSigner()
    const other = await newSigner()
    const key = await make.key('ADVERTISER', { advertiserId: advertiser })
    await rotate(advertiser, 0, key)
    assert.equal((await require(advertiser, true, key)).errors, undefined)
    assert.equal((await require(other.advertiser, true, key)).errors?.[0]?.extensions.code, 'NOT_FOUND')
    const rotateOther = `mutation ($id: ID!) { rotateSigningKey(id: $id) { secret } }`
    const refusal = async (by: string) =>
      (await app.post(by, rotateOther, { id: other.advertiser })).errors?.[0]?.extensions.code
    assert.equal(await refusal(key), 'NOT_FOUND')
    assert.equal(await refusal(await make.key('ANALYST')), 'FORBIDDEN')
    assert.equal(await refusal(await make.key('AFFILIATE', { affiliateId: affiliate })), 'FORBIDDEN')
    const sealed = await app.rows<{ sealed: Buffer }>(`select sealed from advertiser_signing_key`)
    assert.ok(sealed.every((row) => !row.sealed.includes(secret) && !row.sealed.includes('whsec_')))
  })

  test('an affiliate is not told whether or with what an advertiser signs', async () => {
    const { advertiser, campaign } = await newSigner()
    await make.link(campaign, affiliate)
    const key = await make.key('AFFILIATE', { affiliateId: affiliate })
    const query = `query ($id: ID!) { advertiser(id: $id) { requireSignature signingKeys { createdAt } } }`
    const read = await app.get<{ advertiser: object }>(key, query, { id: advertiser })
    assert.deepEqual(read.advertiser, { requireSignature: null, signingKeys: null })
  })

  test('signatures cannot be required before there is a key', async () => {
    const { errors } = await require(await make.advertiser(), true)
    assert.deepEqual(errors?.[0]?.extensions, { code: 'CONFLICT', field: 'requireSignature' })
  })
})
