import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findRunningDatabase } from '../../src/database/embedded/find-running.js'
import type { Random } from '../../src/demo/random.js'
import { type RoamingSubscriber, roam } from '../journey/roaming-subscriber.js'
import { makeShop } from '../journey/traffic.js'
import { until } from '../support/app.js'
import { type BreakableDatabase, openBreakableDatabase } from '../support/breakable-database.js'
import { queryOnce } from '../support/query-once.js'
import * as check from './checks.js'
import { openJournal } from './journal.js'
import { startLoad } from './load.js'
import { type ChaosNode, startNode } from './node.js'

export interface WorldOptions {
  readonly nodes?: number
  /** The one node keeps its database itself. */
  readonly embedded?: boolean
  /** Where the database is kept; none: beside all else. */
  readonly databaseDir?: string
  /** What lies between the database and the nodes. */
  readonly through?: (port: number) => Promise<number>
  readonly environment?: NodeJS.ProcessEnv
  readonly subscribers?: number
  readonly customers?: number
  readonly thinkMs?: number
  /** Where customers and subscribers go, if not to the nodes themselves. */
  readonly front?: (nodes: readonly ChaosNode[]) => Promise<readonly string[]>
  readonly keepAlive?: boolean
}

const shares = { revenuePercent: '7.35', payout: '1.5' }
const admitMs = 30_000
const settleMs = 60_000
const pageSize = 1000

/**
 * Nodes on a real database, customers who buy and subscribers who watch, each from outside; what a fault does to them,
 * and, when all is quiet again, whether what was promised was kept.
 */
export async function openWorld(options: WorldOptions, random: Random, program?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-chaos-'))
  // The database's server runs as another user where we are root.
  await chmod(folder, 0o755)
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step()
  }
  try {
    return await open(options, random, program, folder, closing, close)
  } catch (error) {
    await close()
    throw error
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

async function open(
  options: WorldOptions,
  random: Random,
  program: string | undefined,
  folder: string,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
) {
  const { embedded = false, subscribers: watching = 4, customers = 16 } = options
  const database = embedded
    ? null
    : await openBreakableDatabase(options.databaseDir ?? join(folder, 'database'), options.through)
  if (database !== null) closing.push(() => database.close())
  const environment = {
    LOG_LEVEL: 'fatal',
    DRAIN_SECONDS: '1',
    ...options.environment,
    ...(database === null ? {} : { DATABASE_URL: database.url }),
  }
  const nodes: ChaosNode[] = []
  for (let index = 0; index < (options.nodes ?? 1); index += 1) {
    const node = await startNode({ dataDir: join(folder, `node-${index}`), environment, program })
    closing.push(() => node.server.stop(embedded ? 'SIGTERM' : 'SIGKILL'))
    nodes.push(node)
  }
  const [first] = nodes
  if (first === undefined) throw new Error('there is no node')
  // It may be another after each start.
  const server = () => first.server
  const { dataDir } = first
  const shop = await makeShop(first.server, { revenue: shares.revenuePercent })
  const head = await first.server.ask<{ viewer: { workspace: { head: string } } }>('{ viewer { workspace { head } } }')
  const urls = (await options.front?.(nodes)) ?? nodes.map(({ url }) => url)

  const subscribers = Array.from({ length: watching }, (_, index): RoamingSubscriber => {
    let turn = index
    return roam(() => urls[turn++ % urls.length] ?? '', head.viewer.workspace.head)
  })
  closing.push(() => Promise.all(subscribers.map((subscriber) => subscriber.end())))
  await until(() => subscribers.every(({ connections }) => connections.length > 0), 'everyone to be let in', admitMs)
  const journal = openJournal(join(folder, 'journal.tsv'))
  closing.push(async () => journal.end())
  const { thinkMs, keepAlive } = options
  const load = startLoad({
    shop,
    urls,
    journal,
    random,
    customers,
    ...(thinkMs === undefined ? {} : { thinkMs }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
  })
  closing.push(() => load.finish())
  const notes = new Map<string, string>()
  const findings: check.Finding[] = []

  async function query<Row extends object>(sql: string): Promise<Row[]> {
    if (database !== null) return database.query<Row>(sql)
    const running = await findRunningDatabase(dataDir)
    if (running === null) throw new Error('the database does not run')
    return queryOnce(running.connection, sql)
  }

  async function readLedger(): Promise<check.BookedChange[]> {
    const ledger: check.BookedChange[] = []
    for (let after: string | null = null; ; ) {
      type Page = { changes: { nodes: check.BookedChange[]; hasMore: boolean; endCursor: string } }
      const { changes }: Page = await server().ask(
        `query ($after: Cursor) { changes(after: $after, first: ${pageSize}) {
           nodes { cursor kind status saleAmount conversion { id transactionId } } hasMore endCursor } }`,
        { after },
      )
      ledger.push(...changes.nodes)
      if (!changes.hasMore) return ledger
      after = changes.endCursor
    }
  }

  const isReady = async ({ url }: ChaosNode) =>
    (await (await fetch(`${url}/readyz`).catch(() => null))?.text()) === '{"status":"ready"}'

  /** What was kept and will never be booked; nothing that these customers send is so. */
  async function countSetAside(): Promise<number> {
    const told = await Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()))
    return told.reduce((sum, text) => sum + Number(/^pulseback_spool_set_aside_total (\d+)/m.exec(text)?.[1]), 0)
  }

  return {
    folder,
    nodes,
    first,
    shop,
    urls,
    journal,
    load,
    random,
    subscribers,
    environment,
    query,
    close,
    get database(): BreakableDatabase {
      if (database === null) throw new Error('the node keeps its database itself')
      return database
    },
    /** What is to be told of this run beside whether it held. */
    note: (name: string, value: string | number) => void notes.set(name, String(value)),
    notes,
    find: (check: check.Finding['check'], what: string) => void findings.push({ check, what }),
    /** Until so many more requests were sent. */
    async traffic(attempts: number): Promise<void> {
      const goal = load.attempts + attempts
      await until(() => load.attempts >= goal, `${attempts} more requests`, settleMs)
    },
    /** Once all are served again and nobody wants anything any more: every promise that was not kept. */
    async judge(): Promise<check.Finding[]> {
      await load.finish()
      const areReady = async () => (await Promise.all(nodes.map(isReady))).every(Boolean)
      await until(areReady, 'all nodes to be ready', settleMs).catch(({ message }: Error) =>
        findings.push({ check: 'other', what: message }),
      )
      const ledger = await readLedger()
      const last = ledger.at(-1)?.cursor
      const hasAll = () => subscribers.every(({ seen }) => seen.at(-1)?.cursor === last)
      // One that never sees the last change is told by what it missed, and not by how long we waited.
      await until(hasAll, 'the last change', settleMs / 2).catch(() => undefined)
      await pause(100)
      const setAside = await countSetAside()
      if (setAside !== 0) findings.push({ check: 'I1', what: `${setAside} entries of the spool were set aside` })
      const { attempts } = journal
      const count = (state: string) => attempts.filter((attempt) => attempt.state === state).length
      notes.set('requests', `${attempts.length} (${count('REFUSED')} refused, ${count('UNKNOWN')} unknown)`)
      notes.set('queued', String(attempts.filter(({ outcome }) => outcome === 'QUEUED').length))
      notes.set('changes', String(ledger.length))
      return [
        ...findings,
        ...load.problems.map((what): check.Finding => ({ check: 'I1', what })),
        ...check.checkLedger(ledger, load.expected, attempts),
        ...(await check.checkClicks(query, attempts)),
        ...(await check.checkReceipts(query, attempts)),
        ...(await check.checkTotals(first.server, load.expected, shares)),
        ...(await check.checkRollups({ ...environment, DATA_DIR: first.dataDir })),
        ...check.checkSubscribers(ledger, subscribers),
      ]
    },
  }
}
