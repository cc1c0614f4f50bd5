import assert from 'node:assert/strict'
import test from 'node:test'
import { parseParameters } from '../../src/intake/parse-parameters.js'
import { createPostbackParser } from '../../src/intake/parse-postback.js'
import { type CanonicalName, canonicalNames } from '../../src/intake/preset.js'
import { presetTable } from '../../src/intake/presets/tables.js'
import { isRefusal } from '../../src/intake/refusal.js'
import { type ClickId, encodeId } from '../../src/kernel/ids.js'
import { type Preset, presets } from '../../src/kernel/vocabulary.js'

const now = Date.parse('2026-06-01T12:00:00Z')
const uuid = '01890a5d-ac96-774b-bcce-b302099a8057' as ClickId
const clickId = encodeId('clk', uuid)
const parsePostback = createPostbackParser()
const parse = (preset: Preset, fields: Record<string, string>) =>
  parsePostback(parseParameters(new URLSearchParams(fields).toString()), presetTable(preset), now)

function accepted(preset: Preset, fields: Record<string, string>) {
  const read = parse(preset, fields)
  return isRefusal(read) ? assert.fail(`refused: ${JSON.stringify(read)}`) : read
}
function refused(preset: Preset, fields: Record<string, string>) {
  const read = parse(preset, fields)
  return isRefusal(read) ? read : assert.fail('not refused')
}

/** Read before there is a preset to ask, so every preset has to leave them alone. */
const readByAll = ['token', 'return']

/** Our names that mean something else with one of them; everybody else has to understand them. */
const foreign: Partial<Record<Preset, readonly CanonicalName[]>> = { impact: ['affiliate_id', 'campaign_id'] }

/** The statuses as each one's documentation lists them, and the words that were promised beside it. */
const documented: Readonly<Record<Preset, Readonly<Record<string, string>>>> = {
  canonical: {},
  voluum: {},
  keitaro: { lead: 'PENDING', hold: 'PENDING', sale: 'APPROVED', rebill: 'APPROVED', trash: 'REJECTED' },
  binom: { Hold: 'PENDING', approve: 'APPROVED', reject: 'REJECTED', trash: 'REJECTED', chargeback: 'REVERSED' },
  redtrack: { Approved: 'APPROVED', Pending: 'PENDING', Declined: 'REJECTED' },
  bemob: { new: 'PENDING', confirm: 'APPROVED', decline: 'REJECTED', charge: 'REVERSED', Chargeback: 'REVERSED' },
  tune: { approved: 'APPROVED', pending: 'PENDING', rejected: 'REJECTED' },
  everflow: { approved: 'APPROVED', pending: 'PENDING', rejected: 'REJECTED', invalid: 'REJECTED' },
  affise: { 1: 'APPROVED', 2: 'PENDING', 3: 'REJECTED', 5: 'PENDING', hold: 'PENDING', declined: 'REJECTED' },
  impact: { PENDING: 'PENDING', APPROVED: 'APPROVED', REVERSED: 'REVERSED' },
}

for (const preset of presets) {
  const { names, postbackParameters } = presetTable(preset)

  test(`no name means two things with ${preset}`, () => {
    const meanings = new Map<string, string>(readByAll.map((name) => [name, name]))
    for (const canonical of canonicalNames) {
      for (const name of names[canonical]) {
        const other = meanings.get(name) ?? canonical
        assert.equal(other, canonical, `${name} is ${other} and ${canonical}`)
        meanings.set(name, canonical)
      }
      assert.equal(new Set(names[canonical]).size, names[canonical].length, `${canonical} lists a name twice`)
    }
  })

  test(`with ${preset} our own names are understood, but for those that mean something else there`, () => {
    const missing = canonicalNames.filter((name) => !names[name].includes(name))
    assert.deepEqual(missing, foreign[preset] ?? [])
  })

  test(`with ${preset} every status is understood that it has, in any case, and ours too`, () => {
    const ours = { pending: 'PENDING', approved: 'APPROVED', rejected: 'REJECTED', reversed: 'REVERSED' }
    for (const [word, status] of Object.entries({ ...documented[preset], ...ours })) {
      for (const name of names.status) {
        for (const text of [word, word.toUpperCase(), word.toLowerCase()]) {
          assert.equal(accepted(preset, { txid: '1', [name]: text }).status, status, `${name}=${text}`)
        }
      }
    }
    assert.equal(refused(preset, { txid: '1', [names.status[0] ?? '']: 'nonsense' }).code, 'INVALID_STATUS')
  })

  test(`the ready postback URL of ${preset} is read back when its macros are filled in`, () => {
    const samples: Partial<Record<CanonicalName, string>> = {
      ...{ click_id: clickId, txid: 'A-1', amount: '12.50', currency: 'USD', status: 'approved' },
    }
    const fields: Record<string, string> = {}
    for (const [name, macro] of new URLSearchParams(postbackParameters)) {
      assert.match(macro, /^\{\w+\}$/)
      const canonical = canonicalNames.find((meaning) => names[meaning].includes(name))
      fields[name] = samples[canonical ?? 'token'] ?? assert.fail(`${preset} does not read ${name}`)
    }
    const read = accepted(preset, fields)
    assert.equal(read.clickId, uuid)
    assert.equal(read.amount?.toString(), '12.5')
    const carried = [read.transactionId, read.currency, read.status].filter((value) => value !== null)
    assert.equal(carried.length, Object.keys(fields).length - 2)
  })
}

test('a ready URL that went out with its macros as they are is refused, not taken for an order of that name', () => {
  for (const preset of presets) {
    const [first, ...others] = new URLSearchParams(presetTable(preset).postbackParameters)
    const { code, field } = refused(preset, Object.fromEntries([first ?? [], ...others]))
    assert.deepEqual([code, field], ['UNFILLED_MACRO', first?.[0]])
  }
  assert.deepEqual(refused('canonical', { click_id: clickId, txid: '{order_id}' }).field, 'txid')
  const guid = '{6F9619FF-8B86-D011-B42D-00C04FC964FF}'
  assert.equal(accepted('canonical', { txid: guid }).transactionId, guid)
})

test('transaction_id is a click with TUNE and Everflow, and nothing of ours elsewhere', () => {
  for (const preset of presets) {
    const read = parse(preset, { transaction_id: clickId, txid: 'A-1' })
    const isClick = preset === 'tune' || preset === 'everflow'
    assert.equal(isRefusal(read) ? read.code : read.clickId, isClick ? uuid : null, preset)
  }
})

test('a refusal names the parameter as the sender calls it', () => {
  assert.equal(refused('keitaro', { subid: 'abc' }).field, 'subid')
  assert.equal(refused('affise', { clickid: clickId, sum: '1,5' }).field, 'sum')
  const nothing = refused('voluum', { payout: '1' })
  assert.deepEqual([nothing.code, nothing.field], ['MISSING_PARAMETER', 'cid'])
  assert.match(nothing.message, /cid, or affiliate_id and campaign_id, or the txid/)
})

test('two names for one thing have to agree, because money may not depend on which is read first', () => {
  const differing = refused('keitaro', { subid: clickId, payout: '10', revenue: '12' })
  assert.deepEqual([differing.httpStatus, differing.code, differing.field], [400, 'REPEATED_PARAMETER', 'revenue'])
  assert.match(differing.message, /payout/)
  assert.equal(accepted('keitaro', { subid: clickId, payout: '10', revenue: '10' }).amount?.toString(), '10')
  assert.equal(refused('keitaro', { subid: clickId, payout: '10', amount: '12' }).field, 'amount')
})

test("impact.com's program is not our campaign, and it is not asked for one", () => {
  const read = accepted('impact', { ClickId: clickId, campaign_id: '1000', affiliate_id: '7' })
  assert.deepEqual([read.campaignId, read.affiliate], [null, null])
  assert.doesNotMatch(refused('impact', { campaign_id: '1000' }).message, /campaign_id/)
})

test('NOW is a time with impact.com, and with nobody else', () => {
  assert.equal(accepted('impact', { ClickId: clickId, EventDate: 'NOW' }).occurredAtMs, now)
  assert.equal(
    accepted('impact', { ClickId: clickId, EventDate: '2026-06-01T11:00:00Z' }).occurredAtMs,
    now - 3_600_000,
  )
  assert.equal(refused('canonical', { txid: '1', timestamp: 'NOW' }).code, 'INVALID_TIMESTAMP')
})

test('a time that names no zone is refused, not guessed', () => {
  for (const preset of presets) {
    const name = presetTable(preset).names.timestamp[0] ?? ''
    assert.equal(refused(preset, { txid: '1', [name]: '2026-06-01 11:00:00' }).code, 'INVALID_TIMESTAMP', preset)
  }
})
