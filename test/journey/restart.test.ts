import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { until } from '../support/app.js'
import { type StartedServer, startServer } from '../support/server.js'
import {
  createSender,
  type Fields,
  inParallel,
  makeShop,
  type PostbackReply,
  type Sender,
  type Shop,
} from './traffic.js'

/** What a sender knows of each of its orders: the answer, or that there was none. */
type Known = PostbackReply | null

suite('a server that ends under load', { timeout: 300_000 }, () => {
  let dataDir: string
  let server: StartedServer
  let sender: Sender
  let shop: Shop

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pulseback-restart-'))
    server = await startServer(dataDir)
    sender = createSender(server.url)
    shop = await makeShop(server)
  })
  afterEach(async () => {
    sender.close()
    if (server.child.exitCode === null && server.child.signalCode === null) await server.stop('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  /** Sends orders until the server is gone; `signal` goes out in their middle. */
  async function sendThrough(signal: NodeJS.Signals, clickIds: readonly string[]) {
    const orders = Array.from({ length: 4_000 }, (_, index): Fields => {
      const click_id = clickIds[index % clickIds.length] ?? ''
      return { token: shop.token, click_id, txid: `order-${index}`, amount: '10' }
    })
    const known = new Map<Fields, Known>(orders.map((order) => [order, null]))
    const statuses = new Map<number, number>()
    let exit: Promise<number | null> | undefined
    let answered = 0
    await inParallel(orders, 48, async (order, index) => {
      try {
        const { status, body } = await sender.postback(order, index)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 200) known.set(order, JSON.parse(body))
        answered += 1
        if (answered === 1_000) exit = server.stop(signal)
      } catch {
        // The connection broke: what became of the order is not known.
      }
    })
    assert.ok(exit !== undefined, 'the server ended before the signal')
    return { known, statuses, exitCode: await exit }
  }

  /** How often each order is in the books, and each conversion's id, by transaction id. */
  async function readBooks() {
    const found = new Map<string, string[]>()
    for (let after: string | null = null; ; ) {
      type Page = { changes: { nodes: Change[]; hasMore: boolean; endCursor: string } }
      type Change = { conversion: { id: string; transactionId: string } }
      const { changes }: Page = await server.ask(
        'query ($after: Cursor) { changes(after: $after) { nodes { conversion { id transactionId } } hasMore endCursor } }',
        { after },
      )
      for (const { conversion } of changes.nodes)
        found.set(conversion.transactionId, [...(found.get(conversion.transactionId) ?? []), conversion.id])
      if (!changes.hasMore) return found
      after = changes.endCursor
    }
  }

  async function makeClicks(): Promise<string[]> {
    const ids: string[] = []
    for (const path of [...shop.links, ...shop.links]) ids.push(await sender.click(path))
    return ids
  }

  async function startAgain(): Promise<void> {
    sender.close()
    server = await startServer(dataDir)
    sender = createSender(server.url)
  }

  async function assertAnswersHold(known: ReadonlyMap<Fields, Known>) {
    const books = await readBooks()
    for (const [{ txid }, reply] of known) {
      if (reply !== null) assert.deepEqual(books.get(txid ?? ''), [reply.conversion], `${txid} was answered`)
      assert.ok((books.get(txid ?? '') ?? []).length <= 1, `${txid} is there twice`)
    }
    return books
  }

  test('SIGTERM drains: what was answered 200 is in the books after the next start, and the exit code is 0', async () => {
    const { known, exitCode, statuses } = await sendThrough('SIGTERM', await makeClicks())
    assert.equal(exitCode, 0)
    assert.deepEqual(
      [...statuses.keys()].filter((status) => status !== 200 && status !== 503),
      [],
    )
    await startAgain()
    const books = await assertAnswersHold(known)
    const answered = [...known.values()].filter((reply) => reply !== null).length
    assert.ok(answered >= 1_000, `${answered} answered`)
    // Drained, and not cut off: nothing was booked whose sender was not told.
    assert.equal(books.size, answered)
  })

  test('after kill -9 every 200 is there once, and sending the rest again ends with each exactly once', async () => {
    const { known, exitCode } = await sendThrough('SIGKILL', await makeClicks())
    assert.equal(exitCode, null)
    await startAgain()
    await assertAnswersHold(known)
    const unknown = [...known].filter(([, reply]) => reply === null).map(([order]) => order)
    assert.ok(unknown.length > 0, 'all were answered before the kill')
    await inParallel(unknown, 48, async (order, index) => {
      let status = 0
      await until(async () => {
        status = (await sender.postback(order, index)).status
        return status !== 503
      }, 'an answer')
      assert.equal(status, 200)
    })
    const books = await readBooks()
    assert.equal(books.size, known.size)
    for (const [txid, ids] of books) assert.equal(ids.length, 1, txid)
  })
})
