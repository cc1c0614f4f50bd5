import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/app.js'
import { createTestDatabase } from '../support/database.js'
import { type StartedServer, startServer } from '../support/server.js'
import { checkFeed, readLedger } from './check-feed.js'
import type { Buyer } from './persistent-buyer.js'
import { type RoamingSubscriber, roam } from './roaming-subscriber.js'
import { createSender, makeShop, type Sender, type Shop } from './traffic.js'

/** Nodes on one database, a shop on them, and what is to be let go of afterwards. */
export async function openNodes(count: number, environment: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-nodes-'))
  const database = await createTestDatabase({ poolMax: 2 })
  const nodes: StartedServer[] = []
  const senders: Sender[] = []
  const subscribers: RoamingSubscriber[] = []

  const start = async () => {
    const node = await startServer(join(folder, `data-${nodes.length}`), {
      DATABASE_URL: database.connection.connectionString,
      ...environment,
    })
    nodes.push(node)
    return node
  }
  async function close(): Promise<void> {
    for (const sender of senders) sender.close()
    await Promise.all(subscribers.map((subscriber) => subscriber.end()))
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')))
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }

  try {
    // The first one makes the workspace.
    const first = await start()
    const shop = await makeShop(first)
    for (let index = 1; index < count; index += 1) await start()
    const head = await first.ask<{ viewer: { workspace: { head: string } } }>('{ viewer { workspace { head } } }')
    const sender = (url: string, options = {}) => {
      const made = createSender(url, options)
      senders.push(made)
      return made
    }
    return {
      nodes,
      shop,
      start,
      sender,
      clickIds: await makeClicks(sender(first.url), shop),
      /** From the empty ledger on. */
      subscribe(nextUrl: () => string, onClose?: (url: string) => void) {
        const subscriber = roam(nextUrl, head.viewer.workspace.head, onClose)
        subscribers.push(subscriber)
        return subscriber
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

export type NodeWorld = Awaited<ReturnType<typeof openNodes>>

async function makeClicks(sender: Sender, { links }: Shop): Promise<string[]> {
  const ids: string[] = []
  for (const path of [...links, ...links]) ids.push(await sender.click(path))
  return ids
}

/** Every request that was answered is in the ledger once, and every subscriber has seen just that ledger. */
export async function assertWhole(node: StartedServer, buyer: Buyer, subscribers: readonly RoamingSubscriber[]) {
  const ledger = await readLedger(node)
  const booked = ledger.map(({ kind, conversion }) => `${conversion.transactionId} ${kind}`)
  assert.deepEqual(booked.toSorted(), buyer.changes.toSorted())
  const conversions = new Map(ledger.map(({ conversion }) => [conversion.transactionId, conversion.id]))
  for (const { transactionId, conversion } of buyer.answers)
    assert.equal(conversion, conversions.get(transactionId), transactionId)

  const hasAll = ({ seen }: RoamingSubscriber) => seen.at(-1)?.cursor === ledger.at(-1)?.cursor
  // One that never sees the last change is to be told by what it missed, and not by how long we waited.
  await until(() => subscribers.every(hasAll), 'the last change').catch(() => undefined)
  for (const [index, { seen, complaints }] of subscribers.entries()) {
    assert.deepEqual(complaints, [], `subscriber ${index}`)
    assert.deepEqual(checkFeed(ledger, seen).slice(0, 10), [], `subscriber ${index}`)
  }
}
