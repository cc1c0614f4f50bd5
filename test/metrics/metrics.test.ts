import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { unavailable } from '../../src/kernel/errors.js'
import { type LiveShop, openShop } from '../live/shop.js'
import { createTestApp, type TestApp, take, until } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { scrape } from './scrape.js'

suite('/metrics', { timeout: 240_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  before(async () => {
    app = await createTestApp({ env: { POSTBACK_RATE: '1', CLICK_BURST: '2', MAX_SOCKETS: '7', SPOOL_MB: '3' } })
    shop = await openShop(app)
  })
  after(() => app.close())

  /** By how much each figure that moved did, of those that begin so; of gauges, what they stand at. */
  async function moved(beginnings: readonly string[], act: () => Promise<unknown>): Promise<Record<string, number>> {
    const earlier = await scrape(app)
    await act()
    const now = await scrape(app)
    return Object.fromEntries(
      [...now]
        .filter(([name]) => beginnings.some((beginning) => name.startsWith(beginning)))
        .map(([name, value]) => [name, value - (earlier.get(name) ?? 0)] as const)
        .filter(([, by]) => by !== 0),
    )
  }
  const read = async (name: string) => (await scrape(app)).get(name)
  /** Counted when it is known from where on it is sent what comes. */
  const begun = 'pulseback_graphql_operation_seconds_count{kind="subscription"}'

  test('says which version runs', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    assert.equal(await read(`pulseback_build_info{version="${version}"}`), 1)
  })

  test('counts the connections that are open, and what is followed over them', async () => {
    assert.equal(await read('pulseback_connections'), 0)
    const followed = app.subscribe(app.adminKey, 'subscription { conversions { cursor } }')
    const first = followed.next()
    await until(async () => (await read('pulseback_subscriptions')) === 1, 'the subscription to be counted')
    assert.equal(await read('pulseback_connections'), 1)
    assert.equal(await read('pulseback_subscription_groups'), 1)
    assert.equal(await read('pulseback_live_workspaces'), 1)
    await followed.return?.()
    await first
    await until(async () => (await read('pulseback_connections')) === 0, 'the subscriber to be gone')
    assert.equal(await read('pulseback_subscriptions'), 0)
  })

  test('every postback that was answered is counted once, by outcome and reason, those of a batch each', async () => {
    const token = new URL(await postbackUrl()).searchParams.get('token') ?? ''
    const batch = [
      ...[1, 2].map((line) => ({ affiliate_id: shop.affiliateIds[0], campaign_id: shop.campaignId, txid: 'b', line })),
      { click_id: 'none' },
    ]
    const found = await moved(['pulseback_postbacks', 'pulseback_limited', 'pulseback_books'], async () => {
      await shop.order('m1')
      await shop.order('m2')
      await shop.order('m1')
      await shop.post({ txid: 'unknown' })
      await shop.post({ txid: 'm1', amount: 'much' })
      await app.server.inject('/postback?token=pbt_wrong')
      await app.server.inject({ method: 'PUT', url: '/postback' })
      const lines = batch.map((entry) => JSON.stringify({ ...entry, amount: '5' })).join('\n')
      const headers = { 'content-type': 'application/x-ndjson' }
      await app.server.inject({ method: 'POST', url: `/postback/batch?token=${token}`, headers, payload: lines })
      // Ten seconds' worth is what the limit lets pass at once; eight were sent.
      for (const txid of ['m3', 'm4', 'm5', 'm6']) await shop.post({ txid })
    })
    assert.deepEqual(found, {
      'pulseback_postbacks_total{outcome="ACCEPTED",reason=""}': 4,
      'pulseback_postbacks_total{outcome="DUPLICATE",reason=""}': 1,
      'pulseback_postbacks_total{outcome="UNMATCHED",reason="ORDER_NOT_FOUND"}': 3,
      'pulseback_postbacks_total{outcome="REJECTED",reason="INVALID_AMOUNT"}': 1,
      'pulseback_postbacks_total{outcome="REJECTED",reason="INVALID_CLICK_ID"}': 1,
      'pulseback_postbacks_total{outcome="REJECTED",reason="UNAUTHENTICATED"}': 1,
      'pulseback_postbacks_total{outcome="REJECTED",reason="METHOD_NOT_ALLOWED"}': 1,
      'pulseback_postbacks_total{outcome="NONE",reason="RATE_LIMITED"}': 2,
      'pulseback_limited_total{limit="advertiser"}': 2,
      pulseback_books_position: 4,
      pulseback_books_receipts: 10,
      pulseback_books_parked: 3,
    })
    assert.equal(await read('pulseback_rate_limit{limit="advertiser"}'), 1)
  })

  test('every click is counted by what it was taken for', async (t) => {
    const make = createCatalogMaker(app)
    const advertiser = await make.advertiser()
    const affiliate = await make.affiliate()
    const open = await make.link(await make.campaign(advertiser), affiliate)
    const paused = await make.campaign(advertiser)
    const over = await make.link(paused, affiliate)
    await app.get(app.adminKey, `mutation { updateCampaign(id: "${paused}", input: { status: PAUSED }) { id } }`)
    const person = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36'
    const click = (link: string, agent = person) =>
      app.server.inject({ url: `/c/${link}`, headers: { 'user-agent': agent } })
    const found = await moved(['pulseback_clicks', 'pulseback_ledger_batch_entries_sum'], async () => {
      for (let times = 0; times < 3; times += 1) await click(open)
      await click(open, 'curl/8')
      await click(over)
      await click('lnk_nothing')
      const away = t.mock.method(app.ledger, 'keepClick', async () => {
        throw unavailable()
      })
      assert.equal((await click(open)).statusCode, 503)
      away.mock.restore()
    })
    assert.deepEqual(found, {
      'pulseback_clicks_total{kind="human"}': 2,
      'pulseback_clicks_total{kind="burst"}': 1,
      'pulseback_clicks_total{kind="bot"}': 1,
      'pulseback_clicks_total{kind="ended"}': 1,
      'pulseback_clicks_total{kind="unknown"}': 1,
      'pulseback_clicks_total{kind="failed"}': 1,
      pulseback_ledger_batch_entries_sum: 5,
    })
  })

  test('what a batch took is measured, by what it did', async () => {
    app.time.nowMs += 60_000
    const found = await moved(['pulseback_ledger_batch'], () => shop.order('measured'))
    for (const phase of ['wait', 'prepare', 'commit']) {
      assert.equal(found[`pulseback_ledger_batch_seconds_count{phase="${phase}"}`], 1, phase)
      const tookSeconds = found[`pulseback_ledger_batch_seconds_sum{phase="${phase}"}`] ?? 0
      assert.ok(tookSeconds >= 0 && tookSeconds < 5, `${phase} took ${tookSeconds}`)
    }
    assert.equal(found.pulseback_ledger_batch_entries_count, 1)
    assert.equal(await read('pulseback_ledger_queued'), 0)
  })

  test('operations are counted by kind and their errors by code, over HTTP, WebSocket and event streams', async () => {
    const viewer = '{ viewer { role } }'
    const stream = async (query: string) => {
      const headers = { authorization: `Bearer ${app.adminKey}`, accept: 'text/event-stream' }
      await app.server.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })
    }
    const broken = '{ nothing }'
    const unknown = 'mutation { revokeKey(id: "key_01h455vb4pex5vsknk084sn02q") { id } }'
    const found = await moved(['pulseback_graphql_errors', 'pulseback_graphql_operation_seconds_count'], async () => {
      await app.post(app.adminKey, viewer)
      await app.post(app.adminKey, unknown)
      await app.post(app.adminKey, broken)
      await app.post('pb_admin_wrong', viewer)
      await stream(viewer)
      await stream(broken)
      await take(app.subscribe(app.adminKey, viewer), 1)
      await app.subscribe(app.adminKey, unknown).next()
      await app
        .subscribe(app.adminKey, broken)
        .next()
        .catch(() => undefined)
      const before = (await read(begun)) ?? 0
      const followed = app.subscribe(app.adminKey, 'subscription { conversions { cursor } }')
      const first = followed.next()
      await until(async () => ((await read(begun)) ?? 0) > before, 'the subscription to begin')
      await followed.return?.()
      await first
    })
    assert.deepEqual(found, {
      'pulseback_graphql_operation_seconds_count{kind="query"}': 3,
      'pulseback_graphql_operation_seconds_count{kind="mutation"}': 2,
      'pulseback_graphql_operation_seconds_count{kind="subscription"}': 1,
      'pulseback_graphql_operation_seconds_count{kind="unknown"}': 4,
      'pulseback_graphql_errors_total{code="BAD_USER_INPUT"}': 3,
      'pulseback_graphql_errors_total{code="NOT_FOUND"}': 2,
      'pulseback_graphql_errors_total{code="UNAUTHENTICATED"}': 1,
    })
  })

  test('what subscribers are sent is counted, for each of them', async () => {
    const query = 'subscription { conversions { conversion { transactionId } } }'
    const before = (await read(begun)) ?? 0
    const all = [1, 2, 3].map(() => app.subscribe(app.adminKey, query))
    const firsts = all.map((one) => take(one, 1))
    await until(async () => (await read(begun)) === before + 3, 'all three to begin')
    const found = await moved(['pulseback_live_messages'], async () => {
      await shop.order('seen')
      await Promise.all(firsts)
    })
    assert.deepEqual(found, { pulseback_live_messages_total: 3 })
    assert.equal(await read('pulseback_live_behind_changes'), 0)
    for (const one of all) await one.return?.()
  })

  test('each limit stands beside what it limits', async () => {
    assert.equal(await read('pulseback_connections_limit'), 7)
    assert.equal(await read('pulseback_spool_bytes_limit'), 3 * 1024 * 1024)
    assert.equal(await read('pulseback_ledger_queue_limit'), 20_000)
    assert.equal(await read('pulseback_exports_limit'), 8)
    assert.equal(await read('pulseback_pool_limit{pool="requests"}'), 20)
    assert.equal(await read('pulseback_pool_limit{pool="exports"}'), 4)
    const figures = await scrape(app)
    const busy = figures.get('pulseback_pool_connections{pool="requests",state="busy"}') ?? -1
    const idle = figures.get('pulseback_pool_connections{pool="requests",state="idle"}') ?? -1
    assert.ok(busy >= 0 && idle >= 0 && busy + idle >= 1 && busy + idle <= 20, `${busy} busy, ${idle} idle`)
    assert.ok((figures.get('nodejs_eventloop_lag_p99_seconds') ?? 0) > 0)
    assert.ok((figures.get('process_resident_memory_bytes') ?? 0) > 1_000_000)
  })

  test('the roll-ups are behind by what was booked, until it is folded', async () => {
    // By our clock it is time to fold again, and not a second time in what follows.
    app.time.nowMs += 60_000
    await until(async () => (await read('pulseback_rollups_behind_changes')) === 0, 'all to be folded', 40_000)
    assert.equal(await read('pulseback_rollups_behind_seconds'), 0)
    app.time.nowMs += 1_000
    await shop.order('not-folded')
    app.time.nowMs += 5_000
    const figures = await scrape(app)
    assert.equal(figures.get('pulseback_rollups_behind_changes'), 1)
    assert.equal(figures.get('pulseback_rollups_behind_seconds'), 5)
  })

  async function postbackUrl(): Promise<string> {
    type Data = { advertisers: { nodes: { name: string; postbackUrl: string }[] } }
    const { advertisers } = await app.get<Data>(app.adminKey, '{ advertisers { nodes { name postbackUrl } } }')
    return advertisers.nodes.find(({ name }) => name === 'Acme')?.postbackUrl ?? ''
  }
})
