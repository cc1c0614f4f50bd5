import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { type LiveShop, openShop } from '../live/shop.js'
import { createTestApp, type TestApp, within } from '../support/app.js'
import { openRawSocket, type RawSocket } from '../support/raw-socket.js'
import { complete, feed, nextOf, short, subscribe, untilNobodyFollows } from './talk.js'

suite('ids of operations, whatever packets they come in', { timeout: 60_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  const sockets: RawSocket[] = []
  let orders = 0
  before(async () => {
    app = await createTestApp()
    shop = await openShop(app)
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await untilNobodyFollows(app)
  })
  after(() => app.close())

  async function open(): Promise<RawSocket> {
    const socket = await openRawSocket(app.url, { key: app.adminKey })
    sockets.push(socket)
    return socket
  }
  async function order(): Promise<string> {
    orders += 1
    await shop.order(`order-${orders}`)
    return `order-${orders}`
  }
  /** From the books' present end on, whenever it comes to begin. */
  const begin = async () => subscribe('1', feed, { after: await app.head() })
  /** What an order lets a socket hear, when a witness on the same socket has been told of it. */
  async function heardOfAnOrder(socket: RawSocket): Promise<string[]> {
    const after = await app.head()
    socket.send(subscribe('witness', feed, { after }))
    const before = await socket.rest()
    const txid = await order()
    const heard = await socket.upTo((said) => short([said])[0] === `witness next ${txid}`)
    socket.send(complete('witness'))
    return short([...before, ...heard, ...(await socket.rest())])
      .filter((line) => !line.startsWith('witness'))
      .map((line) => line.replace(txid, 'ORDER'))
  }

  test('an id that is in use closes the socket with 4409, and all that was subscribed on it ends', async () => {
    const apart = await open()
    apart.send(subscribe('1'), subscribe('2'))
    await apart.rest()
    apart.send(subscribe('1'))
    assert.equal(await within(apart.closed, 'a close'), 4409)
    await untilNobodyFollows(app)
    const together = await open()
    together.send(subscribe('1'), subscribe('1'))
    assert.equal(await within(together.closed, 'a close'), 4409)
  })

  test('after Complete nothing more is said of an id, not even that it is complete', async () => {
    const socket = await open()
    socket.send(await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
    socket.send(complete('1'), complete('never subscribed'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
  })

  test('an id that is completed and used again in one packet has one feed, and no complete', async () => {
    const socket = await open()
    socket.send(await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'), await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'), await begin(), complete('1'), await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
  })

  test('subscribed, completed and perhaps subscribed again in one packet: the last word counts', async () => {
    const socket = await open()
    socket.send(await begin(), complete('1'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
    socket.send(await begin(), complete('1'), await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
  })

  const receipts = 'subscription { receipts { id } }'
  test('a subscription that takes its time does not take the place of the next one of its id', async () => {
    const other = await open()
    other.send(subscribe('running'))
    await other.rest()
    const socket = await open()
    // The first asks the database before it begins; the second joins what runs already, and is there before it.
    socket.send(subscribe('1', receipts), complete('1'), await begin())
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
    socket.send(complete('1'))
    assert.deepEqual(await heardOfAnOrder(socket), [])
  })

  test('what became of a completed operation is not told of the next one of its id', async () => {
    const socket = await open()
    const failures = [subscribe('1', '{ nothing }'), subscribe('1', feed, { after: 'nowhere' })]
    const answers = [subscribe('1', '{ viewer { role } }'), subscribe('1', '{ campaigns { nodes { id } } }')]
    for (const first of [...failures, ...answers]) {
      socket.send(first, complete('1'), await begin())
      assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'], JSON.stringify(first.payload))
      socket.send(complete('1'))
      assert.deepEqual(await heardOfAnOrder(socket), [], JSON.stringify(first.payload))
    }
    socket.send(subscribe('1', '{ campaigns { nodes { id } } }'), complete('1'), subscribe('1', '{ viewer { role } }'))
    const payload = { data: { viewer: { role: 'ADMIN' } } }
    assert.deepEqual(await socket.rest(), [
      { id: '1', type: 'next', payload },
      { id: '1', type: 'complete' },
    ])
  })

  test('a thousand times in a row leave nothing behind', async () => {
    const socket = await open()
    const start = await app.head()
    const packets = [
      [subscribe('1'), complete('1')],
      [subscribe('1', receipts), complete('1'), subscribe('1'), complete('1')],
      [subscribe('1', feed, { after: start }), complete('1'), subscribe('1', receipts), complete('1')],
    ]
    for (let index = 0; index < 1_000; index += 1) {
      socket.send(...(packets[index % packets.length] ?? []))
      if (index % 100 === 99) assert.deepEqual(await socket.rest(), [])
    }
    await untilNobodyFollows(app)
    const again = await begin()
    socket.send(again)
    for (let index = 0; index < 1_000; index += 1) socket.send(complete('1'), again)
    assert.deepEqual(await heardOfAnOrder(socket), ['1 next ORDER'])
  })

  test('operations on one socket each get their own, with their own ids', async () => {
    const socket = await open()
    const [own, none] = [{ affiliateIds: [shop.affiliateIds[1]] }, { campaignIds: ['cmp_x'] }]
    const after = await app.head()
    const filters = { all: {}, own, none }
    for (const [id, filter] of Object.entries(filters)) socket.send(subscribe(id, feed, { filter, after }))
    for (let index = 0; index < 10; index += 1) {
      await shop.order(`mixed-${index}`, '100', index % 2)
      if (index % 3 === 0) socket.send(subscribe(`query-${index}`, '{ viewer { role } }'))
    }
    const heard = [...(await socket.upTo((said) => short([said])[0] === 'own next mixed-9')), ...(await socket.rest())]
    const of = (id: string) => short(heard.filter((said) => said.id === id)).map((line) => line.slice(id.length + 1))
    const all = Array.from({ length: 10 }, (_, index) => `next mixed-${index}`)
    assert.deepEqual(of('all'), all)
    const odd = all.filter((_, index) => index % 2 === 1)
    assert.deepEqual(of('own'), odd)
    assert.deepEqual(of('none'), [])
    for (const index of [0, 3, 6, 9]) assert.deepEqual(of(`query-${index}`), ['next', 'complete'])
  })

  test('an id is any text, and comes back as it was', async () => {
    const socket = await open()
    const ids = ['"', '\\"', 'a\nb', 'ü', '漢字', '😀', '\u2028', '__proto__', 'constructor', 'x'.repeat(4096)]
    const start = await app.head()
    socket.send(...ids.map((id) => subscribe(id, feed, { after: start })))
    await socket.rest()
    const txid = await order()
    const heard = await socket.take(ids.length)
    assert.deepEqual(
      heard.map((said) => [said.id, nextOf(said).data.conversions.conversion.transactionId]),
      ids.map((id) => [id, txid]),
    )
    for (const id of ids) socket.send(complete(id))
    assert.deepEqual(await heardOfAnOrder(socket), [])
  })

  test('a socket that goes away while it subscribes leaves nothing behind', async () => {
    const start = await app.head()
    for (let index = 0; index < 20; index += 1) {
      const socket = await open()
      socket.send(subscribe('1'), subscribe('2', feed, { after: start }), subscribe('3', receipts))
      socket.destroy()
    }
    await untilNobodyFollows(app)
  })
})
