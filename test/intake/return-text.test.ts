import assert from 'node:assert/strict'
import test from 'node:test'
import type { InjectOptions } from 'fastify'
import { form, json, startPostbackServer as start, token } from './postback-server.js'
import { unavailable } from './recording-ledger.js'

const plain = ['OK', 'success=true', '1', 'Conversion 17: kept, thanks.', 'a_b-c', 'x'.repeat(64)]
for (const text of plain) {
  test(`return=${text} is answered with exactly that, as plain text, and the receipt in a header`, async () => {
    const { ledger, get } = await start()
    const { statusCode, headers, body } = await get(`token=${token}&txid=1&return=${encodeURIComponent(text)}`)
    assert.deepEqual([statusCode, body], [200, text])
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['pulseback-receipt']), /^rcp_[a-z0-9]{26}$/)
    assert.equal(ledger.kept[0]?.request?.transactionId, '1')
  })
}

const ways: [what: string, options: InjectOptions][] = [
  ['a form', { method: 'POST', headers: form, payload: `token=${token}&txid=1&return=OK` }],
  ['JSON', { method: 'POST', headers: json, payload: `{"token":"${token}","txid":1,"return":"OK"}` }],
  [
    'the query of a POST',
    { method: 'POST', url: '/postback?return=OK', headers: form, payload: `token=${token}&txid=1` },
  ],
]
for (const [what, options] of ways) {
  test(`return is read in ${what}`, async () => assert.equal((await (await start()).send(options)).body, 'OK'))
}

test('a postback that is parked or in conflict is a success to its sender too', async () => {
  const { ledger, get } = await start()
  ledger.postbackAnswer = { outcome: 'UNMATCHED', httpStatus: 202, conversionId: null }
  const { statusCode, body } = await get(`token=${token}&txid=1&return=OK`)
  assert.deepEqual([statusCode, body], [202, 'OK'])
})

const notPlain = ['<b>', '"', "alert('1')", 'a;b', 'ä', '&amp;', 'a+b', '/', '(', '{}', '%', '\u2028', 'x'.repeat(65)]
for (const text of notPlain) {
  test(`return=${text} is refused, kept on a receipt, and not said back`, async () => {
    const { ledger, get } = await start()
    const response = await get(`token=${token}&txid=1&return=${encodeURIComponent(text)}`)
    const answer = response.json()
    assert.deepEqual([response.statusCode, answer.outcome, answer.field], [400, 'REJECTED', 'return'])
    assert.match(answer.reason, /^INVALID_RETURN: /)
    assert.equal(response.headers['pulseback-receipt'], answer.receipt)
    assert.match(String(response.headers['content-type']), /^application\/json/)
    assert.equal(response.headers['x-content-type-options'], 'nosniff')
    assert.equal(ledger.kept[0]?.refusal?.code, 'INVALID_RETURN')
  })
}

test('return twice is refused, even where both say the same', async () => {
  const response = await (await start()).get(`token=${token}&txid=1&return=OK&return=OK`)
  assert.deepEqual([response.statusCode, response.json().field], [400, 'return'])
})

test('an empty return is as good as none', async () => {
  const response = await (await start()).get(`token=${token}&txid=1&return=`)
  assert.equal(response.json().outcome, 'ACCEPTED')
})

test('what failed never looks like a success, whatever return says', async () => {
  const { ledger, get } = await start()
  const refused = await get(`token=${token}&return=OK`)
  assert.deepEqual([refused.statusCode, refused.json().outcome], [400, 'REJECTED'])
  const stranger = await get('token=pbt_bad&txid=1&return=OK')
  assert.deepEqual([stranger.statusCode, stranger.json().outcome], [401, 'REJECTED'])
  ledger.postbackAnswer = { outcome: 'REJECTED', httpStatus: 422, conversionId: null }
  const tooLate = await get(`token=${token}&txid=1&return=OK`)
  assert.deepEqual([tooLate.statusCode, tooLate.json().outcome], [422, 'REJECTED'])
  ledger.failure = unavailable()
  const away = await get(`token=${token}&txid=1&return=OK`)
  assert.deepEqual([away.statusCode, away.json().receipt], [503, null])
})

test('the receipt is in a header wherever there is one, and nowhere else', async () => {
  const { ledger, get } = await start()
  for (const query of [`token=${token}&txid=1`, `token=${token}`]) {
    const response = await get(query)
    assert.equal(response.headers['pulseback-receipt'], response.json().receipt)
  }
  assert.equal((await get('token=pbt_bad')).headers['pulseback-receipt'], undefined)
  ledger.failure = unavailable()
  assert.equal((await get(`token=${token}&txid=1`)).headers['pulseback-receipt'], undefined)
})
