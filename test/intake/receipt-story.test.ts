import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { type Answered, openShop, type Shop } from '../support/shop.js'

interface Told {
  readonly story: readonly string[]
  readonly change: { readonly kind: string; readonly revenueDelta: string } | null
}

suite('what a receipt tells', { timeout: 60_000 }, () => {
  let app: TestApp
  let shop: Shop
  before(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  after(() => app.close())

  async function tell({ receipt }: Answered, key = app.adminKey): Promise<Told> {
    const query = 'query ($id: ID!) { receipt(id: $id) { story change { kind revenueDelta } } }'
    return (await app.get<{ receipt: Told }>(key, query, { id: receipt })).receipt
  }
  const ending = async (answered: Answered) => (await tell(answered)).story.slice(2)

  test('its whole story, from the request to the conversion', async () => {
    const click_id = await shop.click()
    const made = await shop.send({ click_id, txid: 'A-1', amount: '49.90' })
    const repeated = await shop.send({ click_id, txid: 'A-1', amount: '49.90' })
    const reversed = await shop.send({ txid: 'A-1', status: 'reversed' })
    const approved = await shop.send({ txid: 'A-1', status: 'rejected' })
    const refused = await shop.send({ txid: 'A-1', amount: '1,5' })
    const { story, change } = await tell(made)
    assert.deepEqual(story, [
      'It arrived by GET at 2026-06-01T12:00:00.000Z from 127.0.0.1.',
      `It is about click ${click_id} and order A-1.`,
      'It credits "Running Blog", whose click it was, with "sale" for campaign "Campaign".',
      `It made conversion ${made.conversion}, now APPROVED, with a revenue of 10.`,
    ])
    assert.deepEqual(change, { kind: 'CREATED', revenueDelta: '10' })
    assert.deepEqual(await ending(repeated), [`It says nothing new of conversion ${made.conversion}.`])
    assert.equal((await tell(repeated)).change, null)
    assert.deepEqual(await ending(reversed), [
      `It changed conversion ${made.conversion}, now REVERSED, with a revenue of 10.`,
    ])
    assert.deepEqual(await ending(approved), [
      `It was held against conversion ${made.conversion}, and the books stay as they are.`,
      'A conversion that is REVERSED cannot become REJECTED. See status.',
    ])
    assert.deepEqual(await ending(refused), [
      'It was refused with 422, and the books stay as they are.',
      'Write the decimal sign as a point, and no separator between thousands: 1234.50. See amount.',
    ])
  })

  test('whose it is', async () => {
    const { receipt } = await shop.send({ click_id: 'clk_none' })
    const query = 'query ($id: ID!) { receipt(id: $id) { advertiser { id name } } }'
    const told = await app.get<{ receipt: object }>(app.adminKey, query, { id: receipt })
    assert.deepEqual(told.receipt, { advertiser: { id: shop.advertiserId, name: 'Shoe Shop' } })
  })

  test('parked ones are replayed by what they have in common, by those who may', async () => {
    const make = createCatalogMaker(app)
    const first = await shop.send({ txid: 'P-1', status: 'approved' })
    // Within one millisecond their order would be by chance.
    app.time.nowMs += 1
    const waiting = [first, await shop.send({ txid: 'P-2', status: 'approved' })]
    assert.deepEqual(
      (await ending(waiting[0] as Answered)).at(-1),
      'It waits, and is matched by itself when that appears; or replay it.',
    )
    type Replayed = { replayParked: { receipt: { id: string }; before: string; after: string; reason: string }[] }
    const query =
      'mutation ($filter: ReceiptFilter, $dryRun: Boolean) { replayParked(filter: $filter, dryRun: $dryRun) { receipt { id } before after reason } }'
    const replay = async (key: string, filter: object | null) =>
      (await app.get<Replayed>(key, query, { filter, dryRun: true })).replayParked
    const own = await make.key('ADVERTISER', { advertiserId: shop.advertiserId })
    const other = await make.key('ADVERTISER', { advertiserId: await make.advertiser('Bolt') })
    const all = await replay(own, null)
    assert.deepEqual(
      all.map(({ receipt }) => receipt.id),
      waiting.map(({ receipt }) => receipt),
    )
    assert.deepEqual(new Set(all.map(({ after }) => after)), new Set(['UNMATCHED']))
    assert.match(all[0]?.reason ?? '', /^ORDER_NOT_FOUND: /)
    const [one, ...more] = await replay(app.adminKey, { transactionId: 'P-2' })
    assert.deepEqual([one?.receipt.id, more.length], [waiting[1]?.receipt, 0])
    assert.deepEqual(await replay(other, null), [])
    const analyst = await make.key('ANALYST')
    const { errors } = await app.post(analyst, query, { dryRun: true })
    assert.equal(errors?.[0]?.extensions.code, 'FORBIDDEN')
  })
})
