import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { until } from '../support/app.js'
import { type StartedServer, startServer } from '../support/server.js'
import { follow, type Seen } from './subscribers.js'
import {
  createSender,
  type Fields,
  inParallel,
  makeShop,
  type PostbackReply,
  type Sender,
  type Shop,
} from './traffic.js'

const clicks = 1_000
const postbacks = 5_000

interface Sent {
  readonly fields: Fields
  readonly kind: 'new' | 'repeat' | 'bad'
  status: number
  reply: PostbackReply | null
}

suite('a day at the counter', { timeout: 300_000 }, () => {
  let dataDir: string
  let server: StartedServer
  let sender: Sender
  let shop: Shop
  const clickIds: string[] = []
  const sent: Sent[] = []
  let steady: ReturnType<typeof follow>
  let restless: ReturnType<typeof follow>

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pulseback-journey-'))
    server = await startServer(dataDir)
    sender = createSender(server.url)
    shop = await makeShop(server)
    await inParallel(Array.from({ length: clicks }), 32, async (_, index) => {
      clickIds.push(await sender.click(`${shop.links[index % 2]}?cost=0.05`))
    })
    steady = follow(server, { reconnectEvery: null })
    restless = follow(server, { reconnectEvery: 400 })
    await Promise.all([steady.started, restless.started])
    sent.push(...plan())
    await inParallel(sent, 48, async (one, index) => {
      const { status, body } = await sender.postback(one.fields, index)
      one.status = status
      one.reply = JSON.parse(body)
    })
  })
  after(async () => {
    sender?.close()
    await Promise.all([steady?.end(), restless?.end()])
    await server?.stop('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  /** 80 % new orders, 15 % copies of one shortly before, which are often under way together, and 5 % that are bad. */
  function plan(): Sent[] {
    const all: Sent[] = []
    for (let index = 0; index < postbacks; index += 1) {
      const place = index % 20
      const fields: Fields = {
        token: shop.token,
        click_id: clickIds[index % clicks] ?? '',
        txid: `order-${index}`,
        amount: (index / 100).toFixed(2),
      }
      const earlier = all[index - 1 - (index % 2) * 7]
      if (place === 19) all.push({ fields: { ...fields, amount: '1,5' }, kind: 'bad', status: 0, reply: null })
      else if (place > 0 && place % 6 === 0 && earlier !== undefined && earlier.kind !== 'bad')
        all.push({ fields: earlier.fields, kind: 'repeat', status: 0, reply: null })
      else all.push({ fields, kind: 'new', status: 0, reply: null })
    }
    return all
  }

  const orders = () => new Set(sent.filter(({ kind }) => kind !== 'bad').map(({ fields }) => fields.txid)).size
  const isComplete = ({ changes }: Seen) => changes.length >= orders()

  test('every request was told what became of it', () => {
    const told = Map.groupBy(sent, ({ status, reply }) => `${status} ${reply?.outcome}`)
    const counts = Object.fromEntries([...told].map(([outcome, all]) => [outcome, all.length]))
    const bad = sent.filter(({ kind }) => kind === 'bad').length
    const repeats = sent.filter(({ kind }) => kind === 'repeat').length
    assert.ok(repeats >= postbacks * 0.14 && bad === postbacks / 20, `${repeats} repeats, ${bad} bad`)
    assert.deepEqual(counts, {
      '200 ACCEPTED': orders(),
      '200 DUPLICATE': repeats,
      '422 REJECTED': bad,
    })
  })

  test('copies sent at once name one conversion', () => {
    const byOrder = Map.groupBy(
      sent.filter(({ kind }) => kind !== 'bad'),
      ({ fields }) => fields.txid,
    )
    for (const [txid, copies] of byOrder) {
      assert.equal(new Set(copies.map(({ reply }) => reply?.conversion)).size, 1, txid)
      assert.equal(copies.filter(({ reply }) => reply?.outcome === 'ACCEPTED').length, 1, txid)
    }
  })

  test('receipts equal requests', async () => {
    const receipts = new Map<string, string>()
    for (let afterPage: string | null = null; ; ) {
      type Page = {
        receipts: {
          nodes: { id: string; outcome: string }[]
          pageInfo: { hasNextPage: boolean; endCursor: string }
        }
      }
      const page: Page = await server.ask(
        'query ($after: PageCursor) { receipts(first: 500, after: $after) { nodes { id outcome } pageInfo { hasNextPage endCursor } } }',
        { after: afterPage },
      )
      for (const { id, outcome } of page.receipts.nodes) receipts.set(id, outcome)
      if (!page.receipts.pageInfo.hasNextPage) break
      afterPage = page.receipts.pageInfo.endCursor
    }
    assert.equal(receipts.size, postbacks)
    for (const { reply } of sent) assert.equal(receipts.get(reply?.receipt ?? ''), reply?.outcome)
  })

  test('both subscribers saw each change once and in the order of the ledger, also over ten reconnects', async () => {
    await until(() => isComplete(steady.seen) && isComplete(restless.seen), 'all changes seen')
    const ledger: string[] = []
    for (let place: string | null = null; ; ) {
      type Page = { changes: { nodes: { conversion: { id: string } }[]; hasMore: boolean; endCursor: string } }
      const { changes }: Page = await server.ask(
        'query ($after: Cursor) { changes(after: $after, first: 1000) { nodes { conversion { id } } hasMore endCursor } }',
        { after: place },
      )
      ledger.push(...changes.nodes.map(({ conversion }) => conversion.id))
      if (!changes.hasMore) break
      place = changes.endCursor
    }
    assert.equal(ledger.length, orders())
    assert.deepEqual(steady.seen.changes, ledger)
    assert.deepEqual(restless.seen.changes, ledger)
    assert.ok(restless.seen.connections > 10, `${restless.seen.connections} connections`)
    assert.equal(steady.seen.connections, 1)
  })

  test('the report equals a recount', async () => {
    const range = `from: "${new Date(Date.now() - 86_400_000).toISOString()}", to: "${new Date(Date.now() + 3_600_000).toISOString()}"`
    const fields = 'totals { clicks conversions pending saleAmount revenue payout cost }'
    const ask = (groupBy: string) =>
      server.ask<{ performance: { totals: object; rows: { metrics: { conversions: number } }[] } }>(
        `{ performance(query: {${range}, groupBy: [${groupBy}]}) { ${fields} rows { metrics { conversions } } } }`,
      )
    const cents = sent.filter(({ kind }) => kind === 'new').map(({ fields }) => Math.round(Number(fields.amount) * 100))
    const sum = cents.reduce((total, each) => total + each, 0)
    const expected = {
      clicks,
      conversions: orders(),
      pending: orders(),
      saleAmount: String(sum / 100),
      revenue: String(sum / 1000),
      payout: String(orders() * 1.5),
      cost: String(clicks * 0.05),
    }
    // From the roll-ups of two families, and from raw rows.
    for (const groupBy of ['AFFILIATE', 'SOURCE', 'SUB1']) {
      const { performance } = await ask(groupBy)
      assert.deepEqual(performance.totals, expected, groupBy)
      const counted = performance.rows.reduce((total, { metrics }) => total + metrics.conversions, 0)
      assert.equal(counted, orders(), groupBy)
    }
  })
})
