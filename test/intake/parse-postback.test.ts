import assert from 'node:assert/strict'
import test from 'node:test'
import { parseParameters } from '../../src/intake/parse-parameters.js'
import { createPostbackParser } from '../../src/intake/parse-postback.js'
import { presetTable } from '../../src/intake/presets/tables.js'
import { isRefusal } from '../../src/intake/refusal.js'
import { type CampaignId, type ClickId, encodeId } from '../../src/kernel/ids.js'

const now = Date.parse('2026-06-01T12:00:00Z')
const clickUuid = '01890a5d-ac96-774b-bcce-b302099a8057' as ClickId
const campaignUuid = '01890a5d-ac96-774b-bcce-b302099a8058' as CampaignId
const clickId = encodeId('clk', clickUuid)
const campaignId = encodeId('cmp', campaignUuid)

const parsePostback = createPostbackParser()
const parse = (query: string) => parsePostback(parseParameters(query), presetTable('canonical'), now)

function accepted(query: string) {
  const read = parse(query)
  if (isRefusal(read)) assert.fail(`refused: ${JSON.stringify(read)}`)
  return read
}
function refused(query: string) {
  const read = parse(query)
  return isRefusal(read) ? read : assert.fail('not refused')
}

test('a postback carries what it says and nothing else', () => {
  const read = accepted(
    `click_id=${clickId}&affiliate_id=joe&campaign_id=${campaignId}&txid=A-1&line=2&event=sale&amount=12.50` +
      '&currency=eur&status=Approved&timestamp=2026-06-01T11:00:00Z&test=1&color=red',
  )
  assert.deepEqual(
    { ...read, amount: read.amount?.toString() },
    {
      via: 'server',
      clickId: clickUuid,
      affiliate: 'joe',
      campaignId: campaignUuid,
      transactionId: 'A-1',
      line: '2',
      event: 'sale',
      amount: '12.5',
      currency: 'EUR',
      status: 'APPROVED',
      refund: null,
      refundId: null,
      occurredAtMs: Date.parse('2026-06-01T11:00:00Z'),
      test: true,
    },
  )
})

test('a refund is an amount and its name', () => {
  const { refund, refundId } = accepted('txid=1&refund=4.50&refund_id=R-1')
  assert.deepEqual([refund?.toFixed(), refundId], ['4.5', 'R-1'])
})

test('what is not sent is null, and not a test', () => {
  assert.deepEqual(accepted('txid=1'), {
    via: 'server',
    clickId: null,
    affiliate: null,
    campaignId: null,
    transactionId: '1',
    line: null,
    event: null,
    amount: null,
    currency: null,
    status: null,
    refund: null,
    refundId: null,
    occurredAtMs: null,
    test: false,
  })
})

for (const query of [`click_id=${clickId}`, `affiliate_id=x&campaign_id=${campaignId}`, 'txid=1']) {
  test(`it is enough to say what it is about: ${query}`, () => void accepted(query))
}

const bytes = (count: number) => 'ä'.repeat(count / 2)

const problems: [query: string, status: number, code: string, field: string][] = [
  ['amount=1', 400, 'MISSING_PARAMETER', 'click_id'],
  ['txid=', 400, 'MISSING_PARAMETER', 'click_id'],
  ['affiliate_id=joe', 400, 'MISSING_PARAMETER', 'campaign_id'],
  [`campaign_id=${campaignId}&txid=1`, 400, 'MISSING_PARAMETER', 'affiliate_id'],
  ['txid=1&txid=1', 400, 'REPEATED_PARAMETER', 'txid'],
  [`click_id=${clickId}&token=a&token=a`, 400, 'REPEATED_PARAMETER', 'token'],
  ['txid=%FF', 400, 'INVALID_ENCODING', 'txid'],
  ['click_id=abc', 422, 'INVALID_CLICK_ID', 'click_id'],
  [`click_id=${clickId.toUpperCase()}`, 422, 'INVALID_CLICK_ID', 'click_id'],
  [`click_id=${campaignId}`, 422, 'INVALID_CLICK_ID', 'click_id'],
  [`click_id=${clickUuid}`, 422, 'INVALID_CLICK_ID', 'click_id'],
  ['affiliate_id=joe&campaign_id=7', 422, 'INVALID_CAMPAIGN_ID', 'campaign_id'],
  [`affiliate_id=${'x'.repeat(65)}&campaign_id=${campaignId}`, 422, 'TOO_LONG', 'affiliate_id'],
  [`txid=${bytes(256)}`, 422, 'TOO_LONG', 'txid'],
  [`txid=1&line=${bytes(66)}`, 422, 'TOO_LONG', 'line'],
  [`txid=1&event=${bytes(66)}`, 422, 'TOO_LONG', 'event'],
  ['txid=1&currency=EURO', 422, 'INVALID_CURRENCY', 'currency'],
  ['txid=1&currency=XYZ', 422, 'INVALID_CURRENCY', 'currency'],
  ['txid=1&currency=%C5%BFEK', 422, 'INVALID_CURRENCY', 'currency'],
  ['txid=1&status=paid', 422, 'INVALID_STATUS', 'status'],
  ['txid=1&status=__proto__', 422, 'INVALID_STATUS', 'status'],
  ['txid=1&refund=5', 400, 'MISSING_PARAMETER', 'refund_id'],
  ['txid=1&refund_id=r1', 400, 'MISSING_PARAMETER', 'refund'],
  ['txid=1&refund=5&refund_id=r1&amount=1', 422, 'AMBIGUOUS', 'amount'],
  ['txid=1&refund=5&refund_id=r1&status=reversed', 422, 'AMBIGUOUS', 'status'],
  ['txid=1&refund=-5&refund_id=r1', 422, 'INVALID_REFUND', 'refund'],
  ['txid=1&refund=0.00&refund_id=r1', 422, 'INVALID_REFUND', 'refund'],
  [`txid=1&refund=5&refund_id=${bytes(130)}`, 422, 'TOO_LONG', 'refund_id'],
  ['txid=1&test=yes', 422, 'INVALID_TEST', 'test'],
  ['txid=1&timestamp=2026-02-30T00:00:00Z', 422, 'INVALID_TIMESTAMP', 'timestamp'],
]
for (const [query, status, code, field] of problems) {
  test(`${query.slice(0, 60)} is ${status} ${code}, and says that ${field} is to blame`, () => {
    const utf8 = query.replaceAll('ä', '%C3%A4')
    const refusal = refused(utf8)
    assert.deepEqual([refusal.httpStatus, refusal.code, refusal.field], [status, code, field])
    assert.match(refusal.message, /^\S.*\.$/)
  })
}

test('texts are measured in bytes and may fill their limit', () => {
  const escaped = (count: number) => '%C3%A4'.repeat(count / 2)
  accepted(`txid=${escaped(254)}x&line=${escaped(64)}&event=${escaped(64)}`)
})

for (const amount of ['0', '5', '0.00000001', '999999999999.99', '010']) {
  test(`${amount} is an amount`, () => assert.equal(accepted(`txid=1&amount=${amount}`).amount?.eq(amount), true))
}

const noAmounts: [amount: string, advice: RegExp][] = [
  ['-1', /negative/],
  ['-0', /negative/],
  ['1,50', /point/],
  ['1,234.50', /point/],
  ['1e309', /plain decimal/],
  ['1e2', /plain decimal/],
  ['NaN', /plain decimal/],
  ['Infinity', /plain decimal/],
  ['0x10', /plain decimal/],
  ['%205', /plain decimal/],
  ['5%20', /plain decimal/],
  ['%2B5', /plain decimal/],
  ['.5', /plain decimal/],
  ['5.', /plain decimal/],
  ['%D9%A5', /plain decimal/],
  ['1000000000000', /12 digits/],
  ['1.123456789', /8 behind/],
]
for (const [amount, advice] of noAmounts) {
  test(`${amount} is refused as an amount, with advice`, () => {
    const refusal = refused(`txid=1&amount=${amount}`)
    assert.deepEqual([refusal.httpStatus, refusal.code, refusal.field], [422, 'INVALID_AMOUNT', 'amount'])
    assert.match(refusal.message, advice)
  })
}

test('a JSON number too large for a float is refused, not rounded', () => {
  const parameters = parseParameters('', Buffer.from('{"txid":"1","amount":1e309}'), 'application/json')
  const read = parsePostback(parameters, presetTable('canonical'), now)
  assert.equal(isRefusal(read) && read.code, 'INVALID_AMOUNT')
})

for (const [word, status] of [
  ['pending', 'PENDING'],
  ['APPROVED', 'APPROVED'],
  ['Rejected', 'REJECTED'],
  ['reversed', 'REVERSED'],
]) {
  test(`status ${word} is ${status}`, () => assert.equal(accepted(`txid=1&status=${word}`).status, status))
}

for (const [text, isTest] of [
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
  ['', false],
] as const) {
  test(`test=${text} is ${isTest}`, () => assert.equal(accepted(`txid=1&test=${text}`).test, isTest))
}

test('a timestamp may be 10 minutes ahead and 400 days back, and not a millisecond more', () => {
  const [ahead, back] = [now + 600_000, now - 400 * 86_400_000]
  assert.equal(accepted(`txid=1&timestamp=${ahead}`).occurredAtMs, ahead)
  assert.equal(accepted(`txid=1&timestamp=${back}`).occurredAtMs, back)
  assert.match(refused(`txid=1&timestamp=${ahead + 1}`).message, /ahead/)
  assert.match(refused(`txid=1&timestamp=${back - 1}`).message, /400 days/)
})

test('a + that became a space in a timestamp is explained', () => {
  assert.match(refused('txid=1&timestamp=2026-06-01T12:00:00+02:00').message, /%2B/)
  assert.equal(accepted('txid=1&timestamp=2026-06-01T12:00:00%2B02:00').occurredAtMs, now - 7_200_000)
})
