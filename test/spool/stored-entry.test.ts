import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { PostbackRequest } from '../../src/attribution/request.js'
import { type CampaignId, type ClickId, newId } from '../../src/kernel/ids.js'
import { formatDecimal, parseDecimal } from '../../src/kernel/money.js'
import type { ReceiptDraft } from '../../src/ledger/entries.js'
import { loadRequest, storeRequest } from '../../src/ledger/stored-request.js'
import { fromStoredEntry, toStoredEntry } from '../../src/spool/stored-entry.js'

const request: PostbackRequest = {
  via: 'server',
  refund: null,
  refundId: null,
  clickId: newId<'clk'>() as ClickId,
  affiliate: null,
  campaignId: newId<'cmp'>() as CampaignId,
  transactionId: 'order \u2028 "1"',
  line: null,
  event: 'sale',
  amount: null,
  currency: 'EUR',
  status: 'APPROVED',
  occurredAtMs: 1_700_000_000_123,
  test: false,
}
const receipt: ReceiptDraft = {
  id: newId<'rcp'>(),
  workspaceId: newId<'wsp'>(),
  advertiserId: newId<'adv'>(),
  atMs: 1_700_000_000_456,
  method: 'POST',
  url: '/postback?a=\u00e9',
  body: null,
  ip: '::1',
  transactionId: null,
  clickId: null,
  idempotencyKey: 'key',
}

suite('an entry of the spool', () => {
  test('comes back as it was, money to the last digit', () => {
    const amounts = fc.stringMatching(/^\d{1,12}(\.\d{1,8})?$/)
    fc.assert(
      fc.property(amounts, (text) => {
        const amount = parseDecimal(text)
        assert.ok(amount)
        const entry = { kind: 'postback' as const, receipt, request: { ...request, amount } }
        const back = fromStoredEntry(toStoredEntry(entry))
        assert.equal(back.workspaceId, receipt.workspaceId)
        assert.deepEqual(back.entry, entry)
        assert.ok(back.entry.kind === 'postback' && back.entry.request.amount)
        assert.equal(formatDecimal(back.entry.request.amount), formatDecimal(amount))
      }),
    )
  })

  test('keeps fields that this version knows nothing of', () => {
    const entry = { kind: 'refusal', receipt: { ...receipt, key: 'new' }, refusal: { code: 'A', message: 'b' } }
    const { entry: back } = fromStoredEntry(JSON.stringify(entry))
    assert.deepEqual(back, entry)
  })

  test('a request that was stored before a field was there did not send it', () => {
    const { refundId: _, ...older } = storeRequest(request)
    assert.deepEqual(loadRequest(older as typeof older & { refundId: null }), request)
  })
})
