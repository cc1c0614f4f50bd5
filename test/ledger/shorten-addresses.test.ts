import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import type { Transact } from '../../src/ledger/fold.js'
import { familyNames } from '../../src/ledger/grains.js'
import { recount } from '../../src/ledger/recount.js'
import { shortenAddresses } from '../../src/ledger/shorten-addresses.js'
import { createTill, plain } from '../reporting/shop.js'
import { createTestApp, type TestApp, until } from '../support/app.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { createCatalogMaker } from '../support/catalog.js'
import { makeWay, type Way } from '../support/drafts.js'

const dayMs = 86_400_000
const startMs = Date.parse('2026-06-15T12:00:00Z')

suite('addresses in the books', () => {
  let books: TestBooks
  let way: Way
  const transact: Transact = (work) => inTransaction(books.orm, (em) => work(rowsOf(em)))
  const shorten = (beforeMs: number) => shortenAddresses(books.rows, transact, beforeMs)
  const kept = () =>
    books.rows<{ ip: string | null; user_agent: string | null; version: string }>(
      `select abbrev(ip) as ip, user_agent, xmin::text as version from click where workspace_id = $1 order by id`,
      [way.scope.workspaceId],
    )
  const addresses = async () => (await kept()).map(({ ip, user_agent }) => [ip, user_agent])

  before(async () => {
    books = await createTestBooks(startMs)
    way = await makeWay(books, await books.newScope())
    const till = createTill(books, books.openLedger())
    const visits = ['203.0.113.7', '2001:db8:1:2:3::4', null, '198.51.100.255']
    for (const [index, ip] of visits.entries()) {
      const visit = { ip, userAgent: 'Browser', visitor: String(index), subs: { sub1: 'a' } }
      await till.order(way, await till.click(way, visit, startMs + index), { event: 'sale' })
    }
  })
  after(() => books.close())

  test('are cut to their network when they are old enough, and not before; user agents go', async () => {
    await shorten(startMs)
    assert.deepEqual((await addresses())[0], ['203.0.113.7', 'Browser'])
    await shorten(startMs + 3)
    assert.deepEqual(await addresses(), [
      ['203.0.113.0/24', null],
      ['2001:db8:1::/48', null],
      [null, null],
      ['198.51.100.255', 'Browser'],
    ])
  })

  test('no figure moves, folded or not, and a recount finds nothing', async () => {
    const range = { from: new Date('2026-06-01T00:00Z'), to: new Date('2026-07-01T00:00Z') }
    const figures = async () =>
      plain(await books.report(way.scope, { ...range, groupBy: ['COUNTRY', 'DEVICE'] }).then(({ rows }) => rows))
    const before = await figures()
    await shorten(startMs + dayMs)
    assert.deepEqual(await figures(), before)
    while (await books.folding.foldAll());
    assert.deepEqual(await figures(), before)
    for (const family of familyNames) {
      assert.deepEqual(await recount(family, { rows: books.rows, transact, mend: false, onProgress: () => {} }), [])
    }
  })

  test('what is short is not written again, even where it is not remembered that it is', async () => {
    const before = await kept()
    await shorten(startMs + 2 * dayMs)
    await books.rows(`delete from address_mark`)
    await shorten(startMs + 2 * dayMs)
    assert.deepEqual(await kept(), before)
  })

  test('many are shortened a slice at a time, each once', async () => {
    await books.rows(
      `insert into click select r.*
         from (select * from click where workspace_id = $1 order by id desc limit 1) k
        cross join generate_series(1, 4100) n
        cross join lateral jsonb_populate_record(null::click, to_jsonb(k) || jsonb_build_object(
          'ip', '192.0.2.9', 'id', overlay(k.id::text placing lpad(to_hex(n), 12, '0') from 25))) r`,
      [way.scope.workspaceId],
    )
    await books.rows(`delete from address_mark`)
    const whole = async () => (await addresses()).filter(([ip]) => ip === '192.0.2.9').length
    const left: number[] = []
    const goesOn: boolean[] = []
    for (let turn = 0; turn < 4; turn++) {
      goesOn.push(await shorten(startMs + dayMs))
      left.push(await whole())
    }
    assert.deepEqual(goesOn, [true, true, false, false])
    // Those of before are among them.
    assert.ok(left[0] === 2_103 || left[0] === 2_104, String(left[0]))
    assert.deepEqual(left.slice(2), [0, 0])
  })

  test("another workspace's rows are its own business: each is as far as it is", async () => {
    const other = await makeWay(books, await books.newScope())
    await createTill(books, books.openLedger()).click(other, { ip: '203.0.113.9' }, startMs)
    await shorten(startMs + dayMs)
    const [click] = await books.rows<{ ip: string }>(`select abbrev(ip) as ip from click where workspace_id = $1`, [
      other.scope.workspaceId,
    ])
    assert.equal(click?.ip, '203.0.113.0/24')
  })
})

suite('addresses as they come in', () => {
  const apps: TestApp[] = []
  after(async () => {
    for (const app of apps) await app.close()
  })

  async function visitAndPost(env: Record<string, string>) {
    const app = await createTestApp({ startMs, env })
    apps.push(app)
    const make = createCatalogMaker(app)
    const [advertiser, affiliate] = [await make.advertiser(), await make.affiliate()]
    const campaign = await make.campaign(advertiser)
    const link = await make.link(campaign, affiliate)
    const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl } }`
    type Read = { advertiser: { postbackUrl: string } }
    const read = await app.get<Read>(app.adminKey, query, { id: advertiser })
    const sent = new URL(read.advertiser.postbackUrl).searchParams.get('token')
    const headers = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0' }
    const from = { remoteAddress: '203.0.113.7' }
    assert.equal((await app.server.inject({ url: `/c/${link}?sub1=a`, headers, ...from })).statusCode, 302)
    const url = `/postback?token=${sent}&campaign_id=${campaign}&affiliate_id=${affiliate}&txid=1`
    assert.equal((await app.server.inject({ url, ...from })).statusCode, 200)
    const clicks = () => app.rows(`select abbrev(ip) as ip, user_agent is not null as agent from click`)
    const receiptIp = async () => {
      type Receipts = { receipts: { nodes: { ip: string | null }[] } }
      const { receipts } = await app.get<Receipts>(app.adminKey, '{ receipts { nodes { ip } } }')
      return receipts.nodes[0]?.ip
    }
    const exported = async (what: string) =>
      (await app.server.inject({ url: `/export/${what}`, headers: { authorization: `Bearer ${app.adminKey}` } })).body
    return { app, clicks, receiptIp, exported }
  }

  test('are whole for CLICK_IP_DAYS, then upkeep shortens them, and exports are the same bytes', async () => {
    const { app, clicks, receiptIp, exported } = await visitAndPost({ CLICK_IP_DAYS: '7' })
    assert.deepEqual(await clicks(), [{ ip: '203.0.113.7', agent: true }])
    assert.equal(await receiptIp(), '203.0.113.7')
    const before = [await exported('clicks'), await exported('conversions'), await exported('changes')]
    app.time.nowMs += 8 * dayMs
    await until(async () => (await receiptIp()) === '203.0.113.0/24', 'upkeep shortens the receipt')
    assert.deepEqual(await clicks(), [{ ip: '203.0.113.0/24', agent: false }])
    assert.deepEqual([await exported('clicks'), await exported('conversions'), await exported('changes')], before)
  })

  test('are never kept with CLICK_IP_DAYS=0, and are looked at all the same', async () => {
    const { app, clicks, receiptIp } = await visitAndPost({ CLICK_IP_DAYS: '0' })
    assert.deepEqual(await clicks(), [{ ip: null, agent: false }])
    assert.equal(await receiptIp(), null)
    const [{ device } = { device: '' }] = await app.rows<{ device: string }>(`select device from click`)
    assert.equal(device, 'desktop')
  })
})
