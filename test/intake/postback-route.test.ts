import assert from 'node:assert/strict'
import test from 'node:test'
import type { InjectOptions } from 'fastify'
import { maxBodyBytes } from '../../src/intake/postback-route.js'
import { form, json, now, startPostbackServer as start, token } from './postback-server.js'
import { advertiser, suffix, unavailable, uuid, workspaceId } from './recording-ledger.js'

test('a postback is handed to the ledger as understood, and answered as the ledger decides', async () => {
  const { ledger, get } = await start()
  const response = await get(`token=${token}&click_id=clk_${suffix}&txid=A-1&amount=12.50`)
  const kept = ledger.kept[0]
  assert.equal(response.statusCode, 200)
  assert.match(response.json().receipt, /^rcp_[a-z0-9]{26}$/)
  assert.deepEqual(
    { ...JSON.parse(response.body), receipt: null },
    { receipt: null, outcome: 'ACCEPTED', conversion: `cnv_${suffix}`, reason: null, field: null },
  )
  assert.deepEqual([kept?.request?.clickId, kept?.request?.amount?.toString()], [uuid, '12.5'])
  assert.deepEqual(
    { ...kept?.receipt, id: null, requestId: null },
    {
      id: null,
      requestId: null,
      idempotencyKey: null,
      workspaceId,
      advertiserId: advertiser.id,
      atMs: now,
      method: 'GET',
      url: `/postback?token=***&click_id=clk_${suffix}&txid=A-1&amount=12.50`,
      body: null,
      ip: '127.0.0.1',
      transactionId: 'A-1',
      clickId: `clk_${suffix}`,
    },
  )
})

test('an answer may not come from a cache, may be read by any page, and is JSON', async () => {
  const { headers } = await (await start()).get(`token=${token}&txid=1`)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['access-control-allow-credentials'], undefined)
  assert.match(String(headers['content-type']), /^application\/json/)
})

test('what the ledger finds reaches the sender: status, outcome, code, sentence and field', async () => {
  const { ledger, get } = await start()
  ledger.postbackAnswer = {
    outcome: 'UNMATCHED',
    httpStatus: 202,
    conversionId: null,
    reason: { code: 'CLICK_NOT_FOUND', message: 'no such click', field: 'click_id' },
  }
  const response = await get(`token=${token}&txid=1`)
  assert.equal(response.statusCode, 202)
  const { receipt: _, ...answer } = response.json()
  assert.deepEqual(answer, {
    outcome: 'UNMATCHED',
    conversion: null,
    reason: 'CLICK_NOT_FOUND: no such click',
    field: 'click_id',
  })
})

const broken: [what: string, options: InjectOptions, status: number, code: string, field: string | null][] = [
  ['bad escapes', { url: `/postback?txid=%FF&token=${token}` }, 400, 'INVALID_ENCODING', 'txid'],
  ['a NUL', { url: `/postback?token=${token}&txid=a%00` }, 400, 'INVALID_CHARACTER', 'txid'],
  [
    'a repeated parameter',
    { method: 'POST', url: `/postback?token=${token}&txid=1`, headers: form, payload: 'txid=1' },
    400,
    'REPEATED_PARAMETER',
    'txid',
  ],
  ['the token twice', { url: `/postback?token=${token}&token=${token}&txid=1` }, 400, 'REPEATED_PARAMETER', 'token'],
  ['too many parameters', { url: `/postback?${'a=1&'.repeat(101)}token=${token}` }, 400, 'TOO_MANY_PARAMETERS', null],
  ['broken JSON', { method: 'POST', headers: json, payload: `{"token":"${token}",}` }, 400, 'INVALID_JSON', null],
  ['nested JSON', { method: 'POST', headers: json, payload: `{"token":"${token}","a":{}}` }, 400, 'NESTED_VALUE', 'a'],
  [
    'text',
    { method: 'POST', url: `/postback?token=${token}`, headers: { 'content-type': 'text/plain' }, payload: 'txid=1' },
    400,
    'UNSUPPORTED_CONTENT_TYPE',
    null,
  ],
  [
    'a content-type that is none',
    { method: 'POST', url: `/postback?token=${token}`, headers: { 'content-type': 'x' }, payload: 'txid=1' },
    400,
    'UNSUPPORTED_CONTENT_TYPE',
    null,
  ],
  ['nothing to credit', { url: `/postback?token=${token}` }, 400, 'MISSING_PARAMETER', 'click_id'],
  ['a bad amount', { url: `/postback?token=${token}&txid=1&amount=1,50` }, 422, 'INVALID_AMOUNT', 'amount'],
  ['a bad click id', { url: `/postback?token=${token}&click_id=abc` }, 422, 'INVALID_CLICK_ID', 'click_id'],
]
for (const [what, options, status, code, field] of broken) {
  test(`a known sender's request leaves a receipt and is told what is wrong: ${what}`, async () => {
    const { ledger, send } = await start()
    const response = await send(options)
    const answer = response.json()
    assert.equal(response.statusCode, status)
    assert.deepEqual([answer.outcome, answer.conversion, answer.field], ['REJECTED', null, field])
    assert.ok(answer.reason.startsWith(`${code}: `))
    assert.match(answer.receipt, /^rcp_/)
    assert.equal(ledger.kept[0]?.refusal?.code, code)
    assert.doesNotMatch(JSON.stringify(ledger.kept), /pbt_/)
  })
}

test('a refused postback is still found by the order and click ids that it named', async () => {
  const { ledger, get } = await start()
  await get(`token=${token}&txid=${'x'.repeat(300)}&click_id=old-${token}`)
  assert.deepEqual(
    [ledger.kept[0]?.receipt.transactionId, ledger.kept[0]?.receipt.clickId],
    ['x'.repeat(255), 'old-***'],
  )
})

test('a secret used as a name is not told or kept as the field to blame', async () => {
  const { ledger, get } = await start()
  const response = await get(`token=${token}&${token}=%FF`)
  assert.equal(response.json().field, '***')
  assert.doesNotMatch(JSON.stringify(ledger.kept), /pbt_/)
})

test('a body over 64 KB gets 413, leaves nothing, and one of 64 KB is read', async () => {
  const { ledger, lines, send } = await start()
  const post = (size: number) =>
    send({ method: 'POST', url: `/postback?token=${token}`, headers: form, payload: 'x'.repeat(size) })
  const response = await post(maxBodyBytes + 1)
  assert.equal(response.statusCode, 413)
  assert.deepEqual([response.json().receipt, response.json().outcome], [null, 'REJECTED'])
  assert.match(response.json().reason, /^BODY_TOO_LARGE: .*65536/)
  assert.equal(ledger.kept.length, 0)
  assert.match(lines[0] ?? '', /413/)
  assert.equal((await post(maxBodyBytes)).statusCode, 400)
  assert.equal(ledger.kept.length, 1)
})

for (const [what, options] of [
  ['a good request', { url: `/postback?token=${token}&txid=1` }],
  ['a refused one', { url: `/postback?token=${token}` }],
  [
    'one with a content-type that is none',
    { method: 'POST', url: `/postback?token=${token}`, headers: { 'content-type': 'x' }, payload: 'a' },
  ],
] as [string, InjectOptions][]) {
  test(`while the ledger is away nothing is claimed to be kept: ${what}`, async () => {
    const { ledger, send } = await start()
    ledger.failure = unavailable()
    const response = await send(options)
    assert.equal(response.statusCode, 503)
    assert.equal(response.headers['retry-after'], '1')
    assert.deepEqual([response.json().receipt, response.json().outcome], [null, null])
  })
}

test('an error nobody expected is logged, and tells the sender nothing of itself', async () => {
  const { ledger, lines, get } = await start()
  ledger.failure = new Error('column "secret" does not exist')
  const response = await get(`token=${token}&txid=1`)
  assert.equal(response.statusCode, 500)
  assert.match(response.json().reason, /^INTERNAL: /)
  assert.doesNotMatch(response.body, /column/)
  assert.deepEqual(lines, ['error postback failed'])
})

for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE'] as const) {
  test(`${method} counts nothing and says what does`, async () => {
    const { ledger, send } = await start()
    const response = await send({ method, url: `/postback?token=${token}&txid=1` })
    assert.equal(response.statusCode, 405)
    assert.equal(response.headers.allow, 'GET, POST, OPTIONS')
    assert.equal(ledger.kept.length, 0)
  })
}

test('a page asks before it sends, and is let', async () => {
  const { send } = await start()
  const response = await send({ method: 'OPTIONS', headers: { origin: 'https://shop.test' } })
  assert.equal(response.statusCode, 204)
  assert.equal(response.headers['access-control-allow-origin'], '*')
  assert.match(String(response.headers['access-control-allow-headers']), /authorization/)
})
