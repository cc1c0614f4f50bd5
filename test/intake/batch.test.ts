import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { maxEntries, splitEntries } from '../../src/intake/split-entries.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { openShop, type Shop } from '../support/shop.js'

const json = 'application/json'
const ndjson = 'application/x-ndjson'
type Told = { receipt: string | null; outcome: string | null; reason: string | null; field: string | null }

suite('POST /postback/batch', { timeout: 60_000 }, () => {
  let app: TestApp
  let shop: Shop
  before(async () => {
    app = await createTestApp()
    const passed = { kind: 'PASSED' }
    shop = await openShop(app, { goals: [{ event: 'sale', revenue: passed, payout: passed }] })
  })
  after(() => app.close())

  const short = ({ outcome, reason }: Told) => [outcome, reason?.split(':')[0] ?? null]
  const receiptsOf = async (outcome?: string) => {
    const query = `query ($filter: ReceiptFilter) { receipts(first: 200, filter: $filter) { edges { node { id url body outcome } } } }`
    type Found = { receipts: { edges: { node: { id: string; url: string; body: string | null; outcome: string } }[] } }
    const filter = { advertiserIds: [shop.advertiserId], ...(outcome === undefined ? {} : { outcomes: [outcome] }) }
    return (await app.get<Found>(app.adminKey, query, { filter })).receipts.edges.map(({ node }) => node)
  }

  test('NDJSON is answered a line each, in order, and what is wrong with one is its own', async () => {
    const click_id = await shop.click()
    const lines = [
      { click_id, txid: 'n-1', amount: '10' },
      { txid: 'n-1', refund: '4', refund_id: 'r1' },
      { txid: 'n-2', status: 'approved' },
      { click_id, txid: 'n-3', amount: '-1' },
    ].map((line) => JSON.stringify(line))
    const body = [...lines, '', '{"txid":', '["txid"]', `{"click_id":"${click_id}","txid":"n-1","amount":10.000}`].join(
      '\n',
    )
    const response = await shop.sendBatch(body, `${ndjson}; charset=utf-8`)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), `${ndjson}; charset=utf-8`)
    const told = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Told)
    assert.deepEqual(told.map(short), [
      ['ACCEPTED', null],
      ['UPDATED', null],
      ['UNMATCHED', 'ORDER_NOT_FOUND'],
      ['REJECTED', 'INVALID_AMOUNT'],
      ['REJECTED', 'INVALID_JSON'],
      ['REJECTED', 'INVALID_JSON'],
      ['DUPLICATE', null],
    ])
    assert.ok(told.every(({ receipt }) => receipt?.startsWith('rcp_')))
    const kept = (await receiptsOf()).filter(({ id }) => told.some(({ receipt }) => receipt === id))
    assert.deepEqual(new Set(kept.map(({ url }) => url)), new Set(['/postback/batch?token=***']))
    assert.ok(kept.some(({ body: kept }) => kept === lines[0]))
  })

  test('an array is answered by an array, and its numbers are read as they are written', async () => {
    const click_id = await shop.click()
    const body = `[ {"click_id": "${click_id}", "txid": "a,]\\"[{-1", "amount": 123456789012.12345678} ,{"txid":"none"}]`
    const response = await shop.sendBatch(body, json)
    const told = (await response.json()) as Told[]
    assert.deepEqual(told.map(short), [
      ['ACCEPTED', null],
      ['UNMATCHED', 'ORDER_NOT_FOUND'],
    ])
    const [order] = await shop.order('a,]"[{-1')
    assert.equal(order?.amount, '123456789012.12345678')
    assert.deepEqual(await (await shop.sendBatch('[]', json)).json(), [])
  })

  test('a thousand entries are taken, and not one more; the whole of it leaves one receipt', async () => {
    const click_id = await shop.click()
    const entries = Array.from({ length: maxEntries }, (_, index) => ({ click_id, txid: `t-${index}`, amount: '1' }))
    const told = (await (await shop.sendBatch(JSON.stringify(entries), json)).json()) as Told[]
    assert.equal(told.length, maxEntries)
    assert.ok(told.every(({ outcome }) => outcome === 'ACCEPTED'))
    const response = await shop.sendBatch(JSON.stringify([...entries, {}]), json)
    assert.equal(response.status, 400)
    assert.deepEqual(short((await response.json()) as Told), ['REJECTED', 'TOO_MANY_ENTRIES'])
  })

  test('what is no batch is refused as one, with a receipt', async () => {
    for (const [body, type, code] of [
      ['{"txid":"1"}', json, 'INVALID_JSON'],
      ['[{"txid":"1"}', json, 'INVALID_JSON'],
      ['txid=1', 'application/x-www-form-urlencoded', 'UNSUPPORTED_CONTENT_TYPE'],
      ['[]', 'text/plain', 'UNSUPPORTED_CONTENT_TYPE'],
    ] as const) {
      const before = (await receiptsOf('REJECTED')).length
      const response = await shop.sendBatch(body, type)
      assert.equal(response.status, 400, body)
      assert.deepEqual(short((await response.json()) as Told), ['REJECTED', code])
      assert.equal((await receiptsOf('REJECTED')).length, before + 1)
    }
  })

  test('only its sender is answered for, and no entry may be anybody else’s', async () => {
    const other = await openShop(app)
    const body = JSON.stringify([
      { token: other.token, txid: '1' },
      { token: shop.token, txid: '1' },
    ])
    const told = (await (await shop.sendBatch(body, json)).json()) as Told[]
    assert.deepEqual(told.map(short), [
      ['REJECTED', 'UNAUTHENTICATED'],
      ['UNMATCHED', 'ORDER_NOT_FOUND'],
    ])
    const nobody = await fetch(`${app.url}/postback/batch`, { method: 'POST', body, headers: { 'content-type': json } })
    assert.equal(nobody.status, 401)
    assert.deepEqual(short((await nobody.json()) as Told), ['REJECTED', 'UNAUTHENTICATED'])
  })

  test('a batch that comes again under its key changes nothing', async () => {
    const body = JSON.stringify([
      { txid: 'k', refund: '1', refund_id: 'x' },
      { txid: 'k', refund: '1', refund_id: 'y' },
    ])
    const send = async () =>
      ((await (await shop.sendBatch(body, json, { 'idempotency-key': 'batch-1' })).json()) as Told[]).map(short)
    assert.deepEqual(await send(), Array(2).fill(['UNMATCHED', 'ORDER_NOT_FOUND']))
    assert.deepEqual(await send(), Array(2).fill(['DUPLICATE', 'ALREADY_RECEIVED']))
  })

  test('more than a batch may weigh gets 413', async () => {
    const response = await shop.sendBatch(`["${'x'.repeat(4 * 1024 * 1024)}"]`, json)
    assert.equal(response.status, 413)
    assert.deepEqual(short((await response.json()) as Told), ['REJECTED', 'BODY_TOO_LARGE'])
  })
})

test('an array is cut at its own commas, whatever is inside', () => {
  const space = fc.constantFrom('', ' ', '\n', '\t ')
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 8 }), space, (values, gap) => {
      const body = Buffer.from(`${gap}[${gap}${values.join(`${gap},${gap}`)}${gap}]${gap}`)
      const entries = splitEntries(body, 'json')
      assert.deepEqual(
        entries,
        values.map((value) => value.trim()),
      )
    }),
  )
})
