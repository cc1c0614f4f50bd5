import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { readLedger } from '../journey/check-feed.js'
import { createSender, type HttpReply, makeShop, type PostbackReply, type Sender } from '../journey/traffic.js'
import { until } from '../support/app.js'
import { openBreakableDatabase } from '../support/breakable-database.js'
import { type StartedServer, startServer } from '../support/server.js'

/** What a sender must have an answer in, whatever the database does. */
const promisedMs = 5_000
/** Back within two seconds is what is promised; the rest is for a machine that is busy. */
const backMs = 60_000

export interface OutageWorldOptions {
  /** Where the database is kept; none: in a folder of its own. */
  readonly databaseDir?: string
  readonly environment?: NodeJS.ProcessEnv
  /** What the node reaches the database through; none: its port. */
  readonly through?: (port: number) => Promise<number>
}

/** A real server of one's own that can be killed and frozen, a node on it, and a shop with a click. */
export async function openOutageWorld({ databaseDir, environment = {}, through }: OutageWorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-outage-'))
  await chmod(folder, 0o755)
  const database = await openBreakableDatabase(databaseDir ?? join(folder, 'database'), through)
  const { url } = database
  const dataDir = join(folder, 'node')
  const started: StartedServer[] = []
  const senders: Sender[] = []

  async function start(): Promise<StartedServer> {
    const node = await startServer(dataDir, {
      DATABASE_URL: url,
      DRAIN_SECONDS: '1',
      LOG_LEVEL: 'error',
      ...environment,
    })
    started.push(node)
    return node
  }
  function senderTo(node: StartedServer): Sender {
    const sender = createSender(node.url)
    senders.push(sender)
    return sender
  }

  let node = await start()
  let sender = senderTo(node)
  const shop = await makeShop(node)
  /** Nobody has asked for this one yet. */
  const unseen = (await makeShop(node)).links[0] ?? ''

  const world = {
    folder,
    dataDir,
    shop,
    unseen,
    connection: database.connection,
    get node() {
      return node
    },
    /** The clicks whose redirects were answered, and the receipts, with what was said of each. */
    clicks: [] as string[],
    start,
    answers: new Map<string, PostbackReply & { readonly status: number }>(),

    async click(path = shop.links[0] ?? ''): Promise<string> {
      const id = await inTime(sender.click(path), 'a redirect')
      world.clicks.push(id)
      return id
    },
    /** A postback's answer, which has come in time and is noted. */
    async post(fields: Record<string, string>): Promise<PostbackReply & { readonly status: number }> {
      const { status, body } = await inTime(sender.postback({ token: shop.token, ...fields }, 1), 'an answer')
      const reply = { ...(JSON.parse(body) as PostbackReply), status }
      if (reply.receipt !== null) world.answers.set(reply.receipt, reply)
      return reply
    },
    get: (path: string): Promise<HttpReply> => inTime(request(node.url, path), path),
    graphql: (key: string, query: string): Promise<HttpReply> =>
      inTime(
        request(node.url, '/graphql', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        }),
        query,
      ),

    /** The gauges of `/metrics`. */
    async metrics(): Promise<Record<string, number>> {
      const { status, body } = await world.get('/metrics')
      assert.equal(status, 200)
      const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      return Object.fromEntries(lines.map((line) => line.split(' ')).map(([key, value]) => [key, Number(value)]))
    },
    async isBack(): Promise<void> {
      await until(async () => (await world.get('/readyz')).body === '{"status":"ready"}', 'all to be booked', backMs)
    },

    signalDatabase: database.signal,
    killDatabase: database.kill,
    administer: database.administer,

    /** Holds what every batch of the books has to lock, until the function that it gives is called. */
    async lockBooks(): Promise<() => Promise<void>> {
      const client = new pg.Client(database.connection)
      await client.connect()
      await client.query('begin; select from workspace_head for update')
      return () => client.end()
    },
    query: database.query,

    async killNode(): Promise<void> {
      await node.stop('SIGKILL')
    },
    async startAgain(): Promise<void> {
      node = await start()
      sender = senderTo(node)
    },

    readLedger: () => readLedger(node),
    /** Every receipt's outcome in the books, by its id. */
    async readReceipts(): Promise<Map<string, string>> {
      const found = new Map<string, string>()
      for (let after: string | null = null; ; ) {
        type Page = { receipts: { nodes: Receipt[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
        type Receipt = { id: string; outcome: string }
        const { receipts }: Page = await node.ask(
          'query ($after: PageCursor) { receipts(first: 500, after: $after) { nodes { id outcome } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
        for (const { id, outcome } of receipts.nodes) {
          assert.ok(!found.has(id), `${id} is there twice`)
          found.set(id, outcome)
        }
        if (!receipts.pageInfo.hasNextPage) return found
        after = receipts.pageInfo.endCursor
      }
    },
    async readTotals(): Promise<{ clicks: number; conversions: number; approved: number; saleAmount: string }> {
      type Report = {
        performance: { totals: { clicks: number; conversions: number; approved: number; saleAmount: string } }
      }
      const fields = 'clicks conversions approved saleAmount'
      return (await node.ask<Report>(`{ performance(query: {range: LAST_7_DAYS}) { totals { ${fields} } } }`))
        .performance.totals
    },

    /** The first order with a click of its own, so that all that is needed is remembered. */
    async warmUp(): Promise<string> {
      const click = await world.click()
      assert.equal((await world.post({ click_id: click, txid: 'first', amount: '1' })).outcome, 'ACCEPTED')
      return click
    },
    freeze: database.freeze,
    /** Orders of one click, many at a time; gives the numbers of those that were queued. */
    async order(click: string, from: number, to: number, more: object = {}): Promise<number[]> {
      const queued: number[] = []
      for (let start = from; start < to; start += 50) {
        const numbers = Array.from({ length: Math.min(50, to - start) }, (_, index) => start + index)
        const answers = numbers.map(async (number) => {
          const { status } = await world.post({ click_id: click, txid: `order-${number}`, amount: '1', ...more })
          if (status === 202) queued.push(number)
          else assert.ok(status === 503 || status === 200, `${status}`)
        })
        await Promise.all(answers)
      }
      return queued
    },
    /** Every answer's receipt has its final outcome, and the ledger is one change for each of so many orders. */
    async assertBooked(count: number): Promise<void> {
      const receipts = await world.readReceipts()
      for (const [id, { outcome }] of world.answers) {
        assert.equal(receipts.get(id), outcome === 'QUEUED' ? 'ACCEPTED' : outcome, id)
      }
      const ledger = await world.readLedger()
      assert.equal(ledger.length, count)
      assert.equal(new Set(ledger.map(({ conversion }) => conversion.transactionId)).size, count)
    },

    async close(): Promise<void> {
      for (const one of senders) one.close()
      for (const one of started) await one.stop('SIGKILL')
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}

export type OutageWorld = Awaited<ReturnType<typeof openOutageWorld>>

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const sinceMs = performance.now()
  const answer = await promise
  const tookMs = performance.now() - sinceMs
  assert.ok(tookMs < promisedMs, `${what} took ${Math.round(tookMs)} ms`)
  return answer
}

async function request(url: string, path: string, init: RequestInit = {}): Promise<HttpReply> {
  const answer = await fetch(new URL(path, url), { redirect: 'manual', ...init })
  return { status: answer.status, location: answer.headers.get('location') ?? '', body: await answer.text() }
}

/** So many bytes of parameters that nobody reads, which are kept on the receipt. */
export const bulk = (bytes: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`note${index}`, 'x'.repeat(bytes / 80)]))
