import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { after, before, suite, test } from 'node:test'
import { createClient } from 'graphql-sse'
import { until, within } from '../support/app.js'
import { listen } from '../support/listen.js'
import { recordMaker } from '../support/make-record.js'
import { hasNginx, startNginx, type TestNginx } from '../support/nginx.js'
import { adminKey, type StartedServer } from '../support/server.js'
import { assertWhole, type NodeWorld, openNodes } from './node-world.js'
import { createBuyer } from './persistent-buyer.js'

const skip = hasNginx() ? false : 'nginx is not installed'

suite('two nodes behind nginx, with the example configuration', { skip, timeout: 240_000 }, () => {
  type World = NodeWorld & { readonly nginx: TestNginx }
  let world: World
  before(async () => {
    world = await open()
  })
  after(() => close(world))

  async function open(): Promise<World> {
    const nodes = await openNodes(2, { DRAIN_SECONDS: '1', TRUST_PROXY: '127.0.0.1', HEARTBEAT_SECONDS: '2' })
    return { ...nodes, nginx: await startNginx(nodes.nodes) }
  }
  async function close({ nginx, close: closeNodes }: World): Promise<void> {
    // Those who subscribe leave first, while there is somebody to say so to.
    await closeNodes().finally(() => nginx.stop())
  }

  test('in a rolling restart no request fails, and each subscriber gets each change once', async (t) => {
    const world = await open()
    t.after(() => close(world))
    const { nginx, shop, clickIds } = world
    const nodes = [...world.nodes]
    const subscribers = Array.from({ length: 20 }, () => world.subscribe(() => nginx.url))
    await until(() => subscribers.every(({ connections }) => connections.length === 1), 'everyone to be let in')
    const sender = world.sender(nginx.url, { keepAlive: false })
    const buyer = createBuyer(shop, clickIds, [sender], { width: 6 })
    const asked = askAgainAndAgain(nginx.url)
    let isOver = false
    // However this ends, nothing goes on asking.
    t.after(() => {
      isOver = true
      return asked.end()
    })
    const buying = (async () => {
      while (!isOver) await buyer.place(20)
    })()
    buying.catch(() => undefined)

    for (let index = 0; index < nodes.length; index += 1) {
      const answered = buyer.answers.length
      await until(() => buyer.answers.length > answered + 100, 'traffic', 60_000)
      const old = nodes[index] as StartedServer
      await nginx.reload(nodes.map(({ url }) => ({ url, isDown: url === old.url })))
      assert.equal(await within(old.stop('SIGTERM'), 'the end of the node', 20_000), 0)
      nodes[index] = await world.start()
      await nginx.reload(nodes)
    }
    const after = buyer.answers.length
    await until(() => buyer.answers.length > after + 100, 'traffic', 60_000)
    isOver = true
    await buying

    assert.deepEqual(await asked.end(), [])
    assert.deepEqual(buyer.failures, [])
    await assertWhole(nodes[0] as StartedServer, buyer, subscribers)
    // Each was sent elsewhere at least once, by the node that it was at, and in no other way.
    for (const { closeCodes } of subscribers) {
      assert.ok(closeCodes.length >= 1 && closeCodes.length <= 2, String(closeCodes))
      assert.ok(
        closeCodes.every((code) => code === 1012),
        String(closeCodes),
      )
    }
    t.diagnostic(`${buyer.answers.length} postbacks, ${asked.count()} queries, ${subscribers.length} subscribers`)
  })

  test('a node that dies without a word costs no postback', async (t) => {
    const world = await open()
    t.after(() => close(world))
    const { nginx, shop, clickIds } = world
    const sender = world.sender(nginx.url, { keepAlive: false })
    const buyer = createBuyer(shop, clickIds, [sender], { width: 6 })
    const placing = buyer.place(400)
    await until(() => buyer.answers.length > 100, 'traffic', 60_000)
    await (world.nodes[1] as StartedServer).stop('SIGKILL')
    await placing
    assert.deepEqual(buyer.failures, [])
    await assertWhole(world.nodes[0] as StartedServer, buyer, [])
  })

  test('a postback whose node died with the answer is asked of the other node, and counted once, though each would count', async (t) => {
    const { nodes } = world
    const [first, second] = nodes as [StartedServer, StartedServer]
    const deaf = await startDeafProxy(first.url)
    t.after(() => deaf.close())
    const nginx = await startNginx([deaf, second])
    t.after(() => nginx.stop())
    const { campaignId, affiliateId, token } = await makeCountingShop(first)
    const fields = new URLSearchParams({ token, campaign_id: campaignId, affiliate_id: affiliateId })
    const send = async (method: string) => {
      const answer = await fetch(`${nginx.url}/postback?${fields}`, { method, headers: { connection: 'close' } })
      return [answer.status, ((await answer.json()) as { outcome: string }).outcome]
    }
    for (const method of ['GET', 'POST']) {
      const asked = deaf.asked()
      // The node that failed is left alone for two seconds.
      await until(async () => {
        assert.equal((await send(method))[0], 200)
        return deaf.asked() > asked
      }, 'the one that loses answers to be asked')
    }
    const sent = await countOf(second, campaignId)
    assert.equal(sent.conversions, sent.receipts.ACCEPTED)
    assert.equal(sent.receipts.DUPLICATE, deaf.asked())
  })

  test('what is for machines that watch is not there, however it is spelt', async () => {
    const { nginx, nodes } = world
    for (const name of ['metrics', 'healthz', 'readyz']) {
      const inside = await fetch(`${nodes[0]?.url}/${name}`)
      assert.equal(inside.status, 200, name)
      await inside.body?.cancel()
      const spelt = [
        name,
        `${name}/`,
        `/${name}`,
        `./${name}`,
        `x/../${name}`,
        `${name}?a=1`,
        `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
      ]
      for (const path of spelt) assert.equal(await rawStatus(nginx.url, `/${path}`), 404, path)
    }
  })

  test('a request is from whom nginx says, over what it says, and has the name that it gave', async () => {
    const { nginx, shop, nodes } = world
    const forged = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-request-id': 'forged',
    }
    const answer = await fetch(`${nginx.url}/postback?token=${shop.token}&txid=none`, { headers: forged })
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
    const { receipt } = (await answer.json()) as { receipt: string }
    type Kept = { receipt: { ip: string } }
    const { receipt: kept } = await (nodes[0] as StartedServer).ask<Kept>(
      'query ($id: ID!) { receipt(id: $id) { ip } }',
      { id: receipt },
    )
    assert.equal(kept.ip, '127.0.0.1')
    const shown = await fetch(`${nginx.url}/graphql`, {
      method: 'POST',
      headers: { ...forged, 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({ query: '{ advertisers { nodes { postbackUrl } } }' }),
    })
    const urls = JSON.stringify(await shown.json())
    assert.ok(urls.includes(`${nginx.url}/postback?token=`), urls)
    assert.ok(!urls.includes('evil.example'), urls)
    // Each request is logged when its answer is on its way.
    await until(async () => (await nginx.log()).includes('"POST /graphql" 200'), 'the last request in the log')
    const log = await nginx.log()
    assert.match(log, /"GET \/postback" 202/)
    assert.ok(!log.includes(shop.token), 'the token is in the log')
  })

  test('an event stream is passed on as it comes, and lasts while nothing happens', async (t) => {
    const { nginx, nodes, shop, clickIds } = world
    const headers = { authorization: `Bearer ${adminKey}` }
    const seen: unknown[] = []
    const client = createClient({ url: `${nginx.url}/graphql`, headers, retryAttempts: 0 })
    t.after(() => client.dispose())
    const ends: unknown[] = []
    type Viewer = { viewer: { workspace: { head: string } } }
    const { viewer } = await (nodes[0] as StartedServer).ask<Viewer>('{ viewer { workspace { head } } }')
    client.subscribe(
      {
        query: 'subscription ($after: Cursor) { conversions(after: $after) { conversion { transactionId } } }',
        // Whenever it comes to begin, at whichever node.
        variables: { after: viewer.workspace.head },
      },
      {
        next: ({ data }) => void seen.push(data),
        error: (error) => void ends.push(error),
        complete: () => void ends.push('complete'),
      },
    )
    const answer = await fetch(`${nginx.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { conversions { cursor } }' }),
    })
    const reader = answer.body?.getReader()
    assert.ok(reader)
    // The first thing is a sign of life, of three bytes.
    const { value } = await within(reader.read(), 'a heartbeat', 10_000)
    assert.match(Buffer.from(value ?? []).toString(), /^:\n\n/)
    await reader.cancel()
    const sender = world.sender(nginx.url)
    await sender.postback({ token: shop.token, click_id: clickIds[0] ?? '', txid: 'streamed', amount: '1' }, 1)
    await until(() => seen.length + ends.length > 0, 'the event')
    assert.deepEqual([seen, ends], [[{ conversions: { conversion: { transactionId: 'streamed' } } }], []])
  })
})

/** Queries one after the other, and what went wrong with them. */
function askAgainAndAgain(url: string) {
  const failures: string[] = []
  let isOver = false
  let count = 0
  const asking = (async () => {
    while (!isOver) {
      count += 1
      try {
        const answer = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}`, connection: 'close' },
          body: JSON.stringify({ query: '{ viewer { role } }' }),
        })
        const text = await answer.text()
        if (answer.status !== 200 || !text.includes('ADMIN')) failures.push(`${answer.status} ${text}`)
      } catch (error) {
        failures.push(String(error))
      }
    }
  })()
  return {
    count: () => count,
    async end(): Promise<readonly string[]> {
      isOver = true
      await asking
      return failures
    },
  }
}

/** Of a path as it stands, which `fetch` would put in order first. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** A node that does what it is asked, and dies each time before it can say so. */
async function startDeafProxy(to: string) {
  let count = 0
  const server = createServer(async ({ method, url, headers, socket }) => {
    count += 1
    const { connection: _, ...rest } = headers
    const passedOn = await fetch(`${to}${url}`, { method, headers: rest as Record<string, string> })
    await passedOn.arrayBuffer()
    socket.destroy()
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => count,
    close: () => once(server.close(), 'close'),
  }
}

/** A campaign of which every postback without an order is another conversion. */
async function makeCountingShop({ ask }: StartedServer) {
  const make = recordMaker(ask)
  const advertiser = await make('createAdvertiser', { name: 'Counting' }, 'id postbackUrl')
  const fixed = { kind: 'FIXED', value: '1' }
  const campaign = await make('createCampaign', {
    ...{ advertiserId: advertiser.id, name: 'Leads', destinationUrl: 'https://shop.example/' },
    goals: [{ event: 'lead', revenue: fixed, payout: fixed, duplicates: 'COUNT_EACH' }],
  })
  const affiliate = await make('createAffiliate', { name: 'Cid' })
  const token = new URL(advertiser.postbackUrl ?? '').searchParams.get('token') ?? ''
  return { campaignId: campaign.id ?? '', affiliateId: affiliate.id ?? '', advertiserId: advertiser.id, token }
}

async function countOf({ ask }: StartedServer, campaignId: string) {
  type Data = {
    performance: { totals: { conversions: number } }
    receipts: { nodes: { outcome: string; conversion: { campaign: { id: string } } | null }[] }
  }
  const { performance, receipts } = await ask<Data>(
    `query ($id: ID!) {
      performance(query: { range: LAST_7_DAYS, filter: { campaignIds: [$id] } }) { totals { conversions } }
      receipts(first: 500) { nodes { outcome conversion { campaign { id } } } }
    }`,
    { id: campaignId },
  )
  const own = receipts.nodes.filter(({ conversion }) => conversion?.campaign.id === campaignId)
  const of = (outcome: string) => own.filter((one) => one.outcome === outcome).length
  return {
    conversions: performance.totals.conversions,
    receipts: { ACCEPTED: of('ACCEPTED'), DUPLICATE: of('DUPLICATE') },
  }
}
