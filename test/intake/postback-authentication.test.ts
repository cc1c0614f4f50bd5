import assert from 'node:assert/strict'
import test from 'node:test'
import type { InjectOptions } from 'fastify'
import { newSigningSecret, toSigningKey } from '../../src/access/check-signature.js'
import { form, json, now, startPostbackServer as start, token } from './postback-server.js'
import { advertiser, suffix, workspaceId } from './recording-ledger.js'
import { sign } from './signed.js'

const carriers: [what: string, options: InjectOptions][] = [
  ['in the query', { url: `/postback?token=${token}&txid=1` }],
  ['in a form', { method: 'POST', headers: form, payload: `token=${token}&txid=1` }],
  ['in JSON', { method: 'POST', headers: json, payload: `{"token":"${token}","txid":1}` }],
  ['as bearer', { url: '/postback?txid=1', headers: { authorization: `Bearer ${token}` } }],
  ['as bearer, in any case', { url: '/postback?txid=1', headers: { authorization: `bearer  ${token}` } }],
  ['in both, the same', { url: `/postback?txid=1&token=${token}`, headers: { authorization: `Bearer ${token}` } }],
  ['in the query of a POST without a body', { method: 'POST', url: `/postback?token=${token}&txid=1` }],
  [
    'beside some other kind of authorization',
    { url: `/postback?token=${token}&txid=1`, headers: { authorization: 'Basic eDp5' } },
  ],
]
for (const [what, options] of carriers) {
  test(`the token is found ${what}`, async () => {
    const { ledger, send } = await start()
    assert.equal((await send(options)).statusCode, 200)
    assert.equal(ledger.kept[0]?.request?.transactionId, '1')
    assert.doesNotMatch(JSON.stringify(ledger.kept[0]?.receipt), /pbt_/)
  })
}

const strangers: [what: string, options: InjectOptions][] = [
  ['no token', { url: '/postback?txid=1' }],
  ['an unknown token', { url: '/postback?token=pbt_bad&txid=1' }],
  ['a token that is not even UTF-8', { url: '/postback?token=%FF' }],
  ['an endless token', { url: `/postback?token=${'x'.repeat(3000)}` }],
  ['broken parameters', { url: '/postback?token=pbt_bad&txid=%FF&txid=%00' }],
  ['two tokens that differ', { url: `/postback?token=${token}&token=pbt_bad` }],
  ['a token and another bearer', { url: `/postback?token=${token}`, headers: { authorization: 'Bearer pbt_bad' } }],
  [
    'a token in the query and another in the body',
    { method: 'POST', url: `/postback?token=${token}`, headers: form, payload: 'token=x' },
  ],
  ['broken JSON', { method: 'POST', headers: json, payload: '{"token":"pbt_bad"' }],
  ['a content-type that is none', { method: 'POST', headers: { 'content-type': 'x' }, payload: 'txid=1' }],
]
test('every failure to authenticate gets the same answer to the byte, and leaves nothing', async () => {
  const { ledger, send } = await start()
  const answers = new Map<string, string>()
  for (const [what, options] of strangers) {
    const response = await send(options)
    assert.equal(response.statusCode, 401, what)
    const { date: _, ...headers } = response.headers
    answers.set(JSON.stringify([response.body, headers]), what)
  }
  assert.equal(answers.size, 1, [...answers.values()].join(', '))
  const body = JSON.parse((await send({})).body)
  assert.match(body.reason, /^UNAUTHENTICATED: /)
  assert.deepEqual(
    { ...body, reason: '' },
    { receipt: null, outcome: 'REJECTED', conversion: null, reason: '', field: null },
  )
  assert.equal(ledger.kept.length, 0)
})

test('an address that is not on the list gets 403 and leaves a receipt', async () => {
  const { ledger, get } = await start({ allowedIps: ['192.0.2.0/24'] })
  const response = await get(`token=${token}&txid=1`)
  assert.equal(response.statusCode, 403)
  assert.match(response.json().reason, /^ADDRESS_NOT_ALLOWED: /)
  assert.equal(ledger.kept[0]?.refusal?.httpStatus, 403)
})

test('no log line has a token in it', async () => {
  const { lines, get } = await start()
  await get('token=pbt_bad&txid=1')
  assert.equal(lines.length, 1)
  assert.doesNotMatch(lines.join(), /pbt_/)
})

test('a request goes by the name that its sender gave it, a signed one by the one that was signed', async () => {
  const secret = newSigningSecret()
  const signer = { owner: { workspaceId, advertiserId: advertiser.id }, keys: [toSigningKey(secret)] }
  const { ledger, send } = await start({ signer })
  const url = `/postback?token=${token}&txid=1`
  await send({ url })
  await send({ url, headers: { 'idempotency-key': 'mine' } })
  await send({ url, headers: { 'webhook-id': 'msg_1' } })
  const body = '{"txid":1}'
  const headers = { ...sign(secret, { id: 'msg_2', atMs: now, body }), 'idempotency-key': 'anybody' }
  await send({ method: 'POST', url: `/postback?advertiser_id=adv_${suffix}`, headers, payload: body })
  assert.deepEqual(
    ledger.kept.map(({ receipt }) => receipt.idempotencyKey),
    [null, 'mine', 'msg_1', 'msg_2'],
  )
})
