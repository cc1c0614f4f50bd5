import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { type LiveShop, openShop } from '../live/shop.js'
import { createTestApp, type TestApp, within } from '../support/app.js'
import { opcodes, openRawSocket, type RawSocket, type RawSocketOptions, type Said } from '../support/raw-socket.js'
import { codeOf, complete, feed, nextOf, short, subscribe, untilNobodyFollows } from './talk.js'

suite('the protocol of subscriptions, frame by frame', { timeout: 60_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  let longCampaign: string
  const sockets: RawSocket[] = []
  const unicodeName = 'Größe 漢字 😀'
  before(async () => {
    app = await createTestApp()
    shop = await openShop(app)
    longCampaign = `https://shop.example/?c={click_id}&${'x'.repeat(2_000)}`
    const rename = 'mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }'
    const input = { name: unicodeName, destinationUrl: longCampaign }
    await app.get(app.adminKey, rename, { id: shop.campaignId, input })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await untilNobodyFollows(app)
  })
  after(() => app.close())

  async function connect(options: RawSocketOptions): Promise<RawSocket> {
    const socket = await openRawSocket(app.url, options)
    sockets.push(socket)
    return socket
  }
  const open = () => connect({ key: app.adminKey })
  const stranger = () => connect({})
  const closeCode = (socket: RawSocket) => within(socket.closed, 'a close')
  const hello = () => ({ type: 'connection_init', payload: { authorization: `Bearer ${app.adminKey}` } })

  test('who subscribes before the answer to its hello is closed with 4401, also in one packet with the hello', async () => {
    const hasty = await stranger()
    hasty.send(subscribe('1'))
    assert.equal(await closeCode(hasty), 4401)
    const eager = await stranger()
    eager.send(hello(), subscribe('1'))
    assert.equal(await closeCode(eager), 4401)
  })

  test('who says hello twice is closed with 4429', async () => {
    const twice = await open()
    twice.send(hello())
    assert.equal(await closeCode(twice), 4429)
    const together = await stranger()
    together.send(hello(), hello())
    assert.equal(await closeCode(together), 4429)
  })

  test('what is no message of the protocol is closed with 4400, and ends what was subscribed', async () => {
    const odd = ['', 'x', '{', '[]', 'null', '{}', '{"type":"next","id":"1"}', '{"type":"subscribe"}']
    odd.push('{"type":"subscribe","id":"","payload":{"query":"{ viewer { role } }"}}')
    odd.push('{"type":"subscribe","id":"1","payload":{"query":1}}', '{"type":"complete"}')
    // What only a server says.
    odd.push('{"type":"connection_ack"}', '{"type":"next","id":"0","payload":{}}')
    odd.push('{"type":"error","id":"0","payload":[{"message":"no"}]}')
    for (const text of odd) {
      const socket = await open()
      socket.send(subscribe('0'))
      await socket.rest()
      socket.send(text)
      assert.equal(await closeCode(socket), 4400, text)
      await untilNobodyFollows(app)
    }
  })

  test('a binary frame is closed with 4400, whatever is in it', async () => {
    for (const payload of ['\x00\x01', JSON.stringify(subscribe('1')), JSON.stringify({ type: 'ping' })]) {
      const socket = await open()
      socket.sendFrame(opcodes.binary, Buffer.from(payload))
      assert.equal(await closeCode(socket), 4400, payload)
    }
  })

  test('a ping is answered with a pong that has its payload, before and after a hello', async () => {
    const payload = { of: ['any', { kind: 'ü' }] }
    for (const socket of [await open(), await stranger()]) {
      socket.send({ type: 'ping', payload }, { type: 'ping' }, { type: 'pong', payload })
      assert.deepEqual(await socket.take(2), [{ type: 'pong', payload }, { type: 'pong' }])
    }
  })

  test('each error is told of its own id, leaves the others alone, and lets the id be used again', async () => {
    const socket = await open()
    const start = await app.head()
    socket.send(subscribe('good', feed, { after: start }))
    await socket.rest()
    const named = 'subscription A { conversions { kind } } subscription B { conversions { kind } }'
    const bad: readonly (readonly [object, string])[] = [
      [subscribe('1', '{'), 'BAD_USER_INPUT'],
      [subscribe('1', 'subscription { nothing }'), 'BAD_USER_INPUT'],
      [subscribe('1', 'subscription { conversions { kind } receipts { id } }'), 'BAD_USER_INPUT'],
      [subscribe('1', feed, { after: 'nowhere' }), 'BAD_USER_INPUT'],
      [subscribe('1', feed, { after: await app.head(shop.keys.affiliate) }), 'BAD_USER_INPUT'],
      [subscribe('1', feed, { after: 1.5 }), 'BAD_USER_INPUT'],
      [subscribe('1', feed, { filter: { nothing: true } }), 'BAD_USER_INPUT'],
      [subscribe('1', feed, { filter: { minRevenue: 'much' } }), 'BAD_USER_INPUT'],
      [subscribe('1', named), 'BAD_USER_INPUT'],
      [subscribe('1', named, {}, { operationName: 'C' }), 'BAD_USER_INPUT'],
    ]
    for (const [message, code] of bad) {
      socket.send(message)
      const said = await socket.next()
      assert.deepEqual([said.id, said.type, codeOf(said)], ['1', 'error', code], JSON.stringify(message))
      // Nothing follows an error, and a Complete that crossed it does no harm.
      socket.send(complete('1'))
      assert.deepEqual(await socket.rest(), [])
    }
    socket.send(subscribe('1', feed, { after: start }))
    await shop.order('after errors')
    assert.deepEqual(short(await socket.take(2)).sort(), ['1 next after errors', 'good next after errors'])
    assert.deepEqual(await socket.rest(), [])
  })

  /** What subscriptions with these queries, all on one socket, are sent of one new order. */
  async function showAll(queries: readonly string[]): Promise<Said[]> {
    const socket = await open()
    const start = await app.head()
    await shop.order(`shown ${start}`)
    socket.send(...queries.map((query, index) => subscribe(String(10 + index), query, { after: start })))
    const said = await socket.take(queries.length)
    return said.sort((one, other) => Number(one.id) - Number(other.id))
  }
  const feedOf = (select: string) => `subscription ($after: Cursor) { conversions(after: $after) { ${select} } }`
  const lengthOf = (said: Said) => Buffer.byteLength(JSON.stringify(said))

  test('messages of every length are framed right', async () => {
    const day = '{from: "2026-06-01T00:00:00Z", to: "2026-06-02T00:00:00Z"}'
    const short = (length: number) => `subscription { performance(query: ${day}) { ${'k'.repeat(length)}: timeZone } }`
    const aliases = Array.from({ length: 31 }, (_, index) => `a${index}: conversion { campaign { destinationUrl } }`)
    const long = (length: number) => feedOf(`${aliases.join(' ')} ${'k'.repeat(length)}: kind`)
    for (const [query, border] of [[short, 126] as const, [long, 0x1_00_00] as const]) {
      const [shortest] = await showAll([query(1)])
      const atBorder = border - lengthOf(shortest as Said) + 1
      const lengths = Array.from({ length: 8 }, (_, index) => atBorder - 4 + index)
      // The socket itself checks each frame's head.
      const said = await showAll(lengths.map(query))
      assert.deepEqual(
        said.map((message) => lengthOf(message) - border),
        [-4, -3, -2, -1, 0, 1, 2, 3],
      )
      for (const [index, { payload }] of said.entries()) {
        assert.match(JSON.stringify(payload), new RegExp(`"k{${lengths[index]}}":"(UTC|CREATED)"`))
      }
    }
  })

  test('unicode arrives byte for byte', async () => {
    const [said] = await showAll([feedOf('conversion { campaign { name } }')])
    assert.deepEqual(nextOf(said as Said).data.conversions, { conversion: { campaign: { name: unicodeName } } })
  })

  test('every message carries its cursor as an extension, selected or not', async () => {
    const start = await app.head()
    const orders = ['e1', 'e2', 'e3']
    for (const txid of orders) await shop.order(txid)
    const socket = await open()
    socket.send(subscribe('1', feed, { after: start }))
    const messages = await socket.take(3)
    for (const [index, said] of messages.entries()) {
      const { extensions, data } = nextOf(said)
      assert.equal(extensions.cursor, data.conversions.cursor)
      socket.send(subscribe(`after ${index}`, feed, { after: extensions.cursor }))
      const rest = orders.slice(index + 1).map((txid) => `after ${index} next ${txid}`)
      assert.deepEqual(short(await socket.take(rest.length)), rest)
    }
    const [said] = await showAll([feedOf('kind')])
    assert.equal(typeof nextOf(said as Said).extensions.cursor, 'string')
  })

  test('changes that are committed together come in the order of the ledger', async () => {
    const socket = await open()
    socket.send(subscribe('1', feed, { after: await app.head() }))
    const txids = Array.from({ length: 300 }, (_, index) => `together-${index}`)
    await Promise.all(txids.map((txid) => shop.order(txid)))
    const booked = await app.rows<{ txid: string }>(
      `select v.transaction_id as txid from conversion_change c join conversion v on v.id = c.conversion_id
        where v.transaction_id like 'together-%' order by c.position`,
    )
    assert.deepEqual(
      short(await socket.take(txids.length)),
      booked.map(({ txid }) => `1 next ${txid}`),
    )
  })

  test('the ping of the server tells quiet feeds how far they are, and busy ones nothing', async () => {
    const start = await app.head()
    const busy = { after: start }
    const quiet = { after: start, filter: { affiliateIds: [shop.affiliateIds[1]] } }
    const none = { after: start, filter: { campaignIds: ['cmp_x'] } }
    // Beats are spread over their interval: one of so many sockets has its own within a moment.
    const many = await Promise.all(Array.from({ length: 24 }, open))
    for (const socket of many) {
      socket.send(subscribe('busy', feed, busy), subscribe('quiet', feed, quiet), subscribe('none', feed, none))
    }
    await Promise.all(many.map((socket) => socket.rest()))
    await shop.order('heard by busy feeds')
    const [first, pings] = await Promise.race(many.map(async (socket) => [socket, await socket.take(2)] as const))
    const ping = pings[1] as Said // two were taken
    assert.deepEqual(short(pings), ['busy next heard by busy feeds', 'ping'])
    const { cursors } = ping.payload as { cursors: Record<string, string> }
    assert.deepEqual(Object.keys(cursors).sort(), ['none', 'quiet'])
    // It is a place like any other: behind this order, and of this scope.
    first.send(subscribe('resumed', feed, { after: cursors.quiet }), subscribe('all', feed, { after: start }))
    assert.deepEqual(short(await first.take(1)), ['all next heard by busy feeds'])
    assert.deepEqual(await first.rest(), [])
  })
})
