import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { isRunning, readPidFile } from '../../src/database/embedded/postmaster.js'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { readLedger } from '../journey/check-feed.js'
import { createSender, type HttpReply, makeShop, type PostbackReply, type Sender } from '../journey/traffic.js'
import { until } from '../support/app.js'
import { freePort } from '../support/free-port.js'
import { type StartedServer, startServer } from '../support/server.js'

/** What a sender must have an answer in, whatever the database does. */
const promisedMs = 5_000
/** Back within two seconds is what is promised; the rest is for a machine that is busy. */
const backMs = 15_000

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
  const port = await freePort()
  const database = await startEmbeddedDatabase({
    dataDir: databaseDir ?? join(folder, 'database'),
    port,
    log: () => undefined,
    settings: { min_wal_size: '32MB', max_wal_size: '64MB', autovacuum: 'off' },
  })
  const { user, password, database: name } = database.connection
  const reached = through === undefined ? port : await through(port)
  const url = `postgres://${user}:${password}@127.0.0.1:${reached}/${name}`
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
    get: (path: string): Promise<HttpReply> => inTime(get(node.url, path), path),

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

    /** Every process of the database server. */
    async processes(): Promise<number[]> {
      const postmaster = (await readPidFile(database.folder))?.pid ?? 0
      const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
      return [postmaster, ...all.filter(([, parent]) => parent === postmaster).map(([pid]) => pid ?? 0)]
    },
    async signalDatabase(signal: NodeJS.Signals): Promise<void> {
      for (const pid of await world.processes()) kill(pid, signal)
    },
    /** Killed at once, and kept from coming back until the function that it gives is called. */
    async killDatabase(): Promise<() => Promise<void>> {
      const needed = join(database.folder, 'global', 'pg_control')
      const postmaster = (await world.processes())[0] ?? 0
      await rename(needed, `${needed}.away`)
      process.kill(postmaster, 'SIGKILL')
      await until(() => !isRunning(postmaster), 'the end of the server')
      return () => rename(`${needed}.away`, needed)
    },
    /** As its owner, beside the product: in the database that nobody else uses. */
    async administer(...statements: string[]): Promise<void> {
      const client = new pg.Client({ ...database.connection, database: 'postgres' })
      await client.connect()
      for (const sql of statements) await client.query(sql)
      await client.end()
    },

    /** Holds what every batch of the books has to lock, until the function that it gives is called. */
    async lockBooks(): Promise<() => Promise<void>> {
      const client = new pg.Client(database.connection)
      await client.connect()
      await client.query('begin; select from workspace_head for update')
      return () => client.end()
    },
    /** In the product's own database. */
    async query<Row extends object>(sql: string): Promise<Row[]> {
      const client = new pg.Client(database.connection)
      await client.connect()
      const { rows } = await client.query<Row>(sql)
      await client.end()
      return rows
    },

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
    /** Until the function that it gives is called. */
    async freeze(): Promise<() => Promise<void>> {
      await world.signalDatabase('SIGSTOP')
      return () => world.signalDatabase('SIGCONT')
    },
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
      // One that is still frozen could not stop.
      await world.signalDatabase('SIGCONT')
      await database.stop()
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

async function get(url: string, path: string): Promise<HttpReply> {
  const answer = await fetch(new URL(path, url), { redirect: 'manual' })
  return { status: answer.status, location: answer.headers.get('location') ?? '', body: await answer.text() }
}

/** A small disk of one's own, or null where we may not mount one. */
export async function mountSmallDisk(megabytes: number): Promise<{ folder: string; unmount(): Promise<void> } | null> {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    await rm(folder, { recursive: true })
    return null
  }
  return {
    folder,
    async unmount() {
      execFileSync('umount', [folder])
      await rm(folder, { recursive: true })
    },
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** So many bytes of parameters that nobody reads, which are kept on the receipt. */
export const bulk = (bytes: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`note${index}`, 'x'.repeat(bytes / 80)]))

/** Writes to a file until its disk is full. */
export async function fillUp(file: string): Promise<void> {
  const chunk = Buffer.alloc(65_536)
  try {
    for (;;) await writeFile(file, chunk, { flag: 'a' })
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
