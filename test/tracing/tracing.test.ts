import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { suite, type TestContext, test } from 'node:test'
import { openNodes } from '../journey/node-world.js'
import { openShop } from '../live/shop.js'
import { createTestApp, type TestApp, take, until } from '../support/app.js'
import type { StartedServer } from '../support/server.js'
import { type Span, startCollector, treeBelow } from './collector.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const sender = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${sender}-01`
/** Both know from where on they are sent what comes. */
const begun = 'pulseback_graphql_operation_seconds_count{kind="subscription"} 2'
const query = 'subscription { conversions { conversion { transactionId } } }'

suite('traces', { timeout: 240_000 }, () => {
  const loaded = new Set<string>()
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const name = /node_modules\/(@opentelemetry\/[^/]+)/.exec(found.url)?.[1]
      if (name !== undefined) loaded.add(name)
      return found
    },
  })

  async function open(t: TestContext, more: Readonly<Record<string, string>> = {}) {
    const collector = await startCollector()
    t.after(() => collector.close())
    const app = await createTestApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...more } })
    return { collector, app }
  }

  // The first one: what was loaded stays loaded.
  test('nothing of them is loaded where they are not asked for', async (t) => {
    const app = await createTestApp()
    await (await openShop(app)).order('untraced')
    await app.close()
    assert.deepEqual([...loaded], [])
    const traced = await open(t)
    await traced.app.close()
    assert.ok(loaded.has('@opentelemetry/sdk-trace-base'))
  })

  test('a postback is followed from its sender’s trace to those who were shown it', async (t) => {
    const { collector, app } = await open(t, { OTEL_SERVICE_NAME: 'books' })
    const shop = await openShop(app)
    const followers = [1, 2].map(() => app.subscribe(app.adminKey, query))
    const seen = followers.map((one) => take(one, 1))
    await until(async () => (await app.server.inject('/metrics')).payload.includes(begun), 'both')
    const token = await tokenOf(app)
    const fields = new URLSearchParams({
      ...{ token, txid: 'traced', amount: '5', campaign_id: shop.campaignId },
      affiliate_id: shop.affiliateIds[0] ?? '',
    })
    const answer = await fetch(`${app.url}/postback?${fields}`, { headers: { traceparent } })
    const { receipt } = (await answer.json()) as { receipt: string }
    await Promise.all(seen)
    for (const one of followers) await one.return?.()
    await app.close()

    const spans = collector.spans.filter((span) => span.traceId === traceId)
    assert.deepEqual(treeBelow(spans, sender), [
      {
        name: 'GET /postback',
        below: [
          {
            name: 'ledger batch',
            below: [
              { name: 'ledger commit', below: [{ name: 'live deliver', below: [] }] },
              { name: 'ledger prepare', below: [] },
            ],
          },
        ],
      },
    ])
    assert.equal(spans.length, 5)
    const [request, batch, commit, deliver] = ['GET /postback', 'ledger batch', 'ledger commit', 'live deliver'].map(
      (name) => spans.find((span) => span.name === name),
    )
    assert.ok(request && batch && commit && deliver)
    assert.deepEqual(request.attributes, {
      'http.request.method': 'GET',
      'http.route': '/postback',
      'http.response.status_code': 200,
      'pulseback.request_id': answer.headers.get('x-request-id'),
      'pulseback.receipt_id': receipt,
    })
    assert.deepEqual([request.links, batch.links], [[batch.spanId], [request.spanId]])
    assert.equal(batch.attributes['pulseback.entries'], 1)
    assert.deepEqual(deliver.attributes, { 'pulseback.messages': 2, 'pulseback.changes': 1 })
    assert.ok(spans.every(({ service }) => service === 'books'))
    // Each began after what it follows from, and the commit was over before anyone was told of it.
    assert.ok(request.startMs <= batch.startMs && batch.startMs <= commit.startMs && commit.startMs <= commit.endMs)
    assert.ok(commit.endMs <= deliver.startMs + 1, `${commit.endMs} and ${deliver.startMs}`)
    assert.ok(!JSON.stringify(collector.spans).includes(token), 'the token is in a span')
  })

  test('requests that share a batch are linked with it, each of them, and it with each', async (t) => {
    const { collector, app } = await open(t)
    await openShop(app)
    const token = await tokenOf(app)
    const send = (txid: string) => fetch(`${app.url}/postback?${new URLSearchParams({ token, txid })}`)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => send(`order-${index}`)))
    assert.ok(answers.every(({ status }) => status === 202))
    await app.close()
    const requests = collector.spans.filter(({ name }) => name === 'GET /postback')
    const batches = collector.spans.filter(({ name, links }) => name === 'ledger batch' && links.length > 0)
    assert.equal(requests.length, 40)
    assert.ok(batches.length < 40, 'no two shared a batch')
    for (const { spanId, links } of requests) {
      const own = batches.filter((batch) => batch.links.includes(spanId))
      assert.deepEqual(
        links,
        own.map((batch) => batch.spanId),
      )
      assert.equal(own.length, 1)
    }
    for (const batch of batches) {
      assert.equal(batch.links.length, batch.attributes['pulseback.entries'])
      assert.equal(batch.parentSpanId, batch.links[0])
    }
  })

  test('a sender that says its trace is not recorded has none recorded here', async (t) => {
    const { collector, app } = await open(t)
    await openShop(app)
    const token = await tokenOf(app)
    await fetch(`${app.url}/postback?token=${token}&txid=quiet`, {
      headers: { traceparent: traceparent.replace(/01$/, '00') },
    })
    await app.close()
    assert.deepEqual(
      collector.spans.filter(({ name }) => name === 'GET /postback' || name.startsWith('ledger')),
      [],
    )
  })

  test('a trace goes on at the other node, over the bus', async (t) => {
    const collector = await startCollector()
    t.after(() => collector.close())
    const world = await openNodes(2, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' })
    t.after(() => world.close())
    const [first, second] = world.nodes as [StartedServer, StartedServer]
    const there = world.subscribe(() => second.url)
    await until(() => there.connections.length === 1, 'the subscriber to be let in')
    // Until it is at the front, it reads the ledger, which knows nothing of traces.
    const [one = '', other = ''] = world.clickIds
    const { token } = world.shop
    await world.sender(first.url).postback({ token, click_id: one, txid: 'a', amount: '1' }, 0)
    await until(() => there.seen.length === 1, 'the first change')
    // A look at the heads may find a commit before it is told of, and knows nothing of traces; but not each of three.
    for (const [index, txid] of ['b', 'c', 'd'].entries()) {
      const fields = new URLSearchParams({ token, click_id: other, txid, amount: '7' })
      await fetch(`${first.url}/postback?${fields}`, { headers: { traceparent } })
      await until(() => there.seen.length === index + 2, `change ${txid}`)
    }
    const spans = () => collector.spans.filter((span) => span.traceId === traceId)
    const followed = () => spans().find(({ name }) => name === 'live deliver')
    const above = (span?: Span) => spans().find(({ spanId }) => spanId === span?.parentSpanId)
    await until(() => above(above(followed())) !== undefined, 'a delivery and what led to it')
    const commit = above(above(followed()))
    assert.equal(commit?.name, 'ledger commit')
    assert.deepEqual(treeBelow(spans(), commit.spanId), [
      { name: 'live publish', below: [{ name: 'live deliver', below: [] }] },
    ])
    assert.equal(followed()?.attributes['pulseback.messages'], 1)
  })

  test('a collector that is away costs nothing but its traces', async (t) => {
    const collector = await startCollector()
    await collector.close()
    const app = await createTestApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    const shop = await openShop(app)
    await shop.order('kept')
    const beganMs = performance.now()
    await app.close()
    assert.ok(performance.now() - beganMs < 8_000, 'the stop waited for the collector')
    t.diagnostic(`stopped in ${Math.round(performance.now() - beganMs)} ms`)
  })
})

async function tokenOf(app: TestApp): Promise<string> {
  type Data = { advertisers: { nodes: { name: string; postbackUrl: string }[] } }
  const { advertisers } = await app.get<Data>(app.adminKey, '{ advertisers { nodes { name postbackUrl } } }')
  const url = advertisers.nodes.find(({ name }) => name === 'Acme')?.postbackUrl ?? 'none:'
  return new URL(url).searchParams.get('token') ?? ''
}
