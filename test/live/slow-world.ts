import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { Scope } from '../../src/access/scope.js'
import { newId } from '../../src/kernel/ids.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { makeWay, named, receiptDraft, sale } from '../support/drafts.js'
import { openRawSocket, type RawSocket } from '../support/raw-socket.js'

/** Below this a reader counts as one that keeps up. */
export const softBytes = 16 * 1024

/** About 19 KB a change, so that the buffers of the system between us are soon full. */
const aliases = Array.from({ length: 9 }, (_, index) => `a${index}: conversion { campaign { destinationUrl } }`)
export const bigFeed = `subscription ($after: Cursor) {
  conversions(after: $after) { conversion { transactionId } ${aliases.join(' ')} }
}`
const messageBytes = 20_000

/**
 * A program in which little may wait for a slow reader, a shop in it, and a look at what waits for whom. `stallMs`: after
 * which a reader is sent away; unless that is what a test is about, longer than any takes.
 */
export async function createSlowWorld(stallMs = 300_000) {
  const config = { SOCKET_BUFFER_KB: String(softBytes / 1024), SLOW_READER_SECONDS: String(stallMs / 1000) }
  const app = await createTestApp({ env: config })
  const atServer = new Map<number | undefined, Socket>()
  app.server.server.on('connection', (socket: Socket) => atServer.set(socket.remotePort, socket))
  const way = await makeWay(app, adminOf(app), {
    goals: [sale],
    destinationUrl: `https://shop.example/?${'x'.repeat(2_020)}`,
  })
  const open: { destroy(): void }[] = []
  let orders = 0

  const waitingFor = (port: number) => atServer.get(port)?.writableLength ?? 0

  return {
    app,
    /** What a test leaves open is ended with `closeAll`. */
    keep<One extends { destroy(): void }>(one: One): One {
      open.push(one)
      return one
    },
    closeAll() {
      for (const one of open.splice(0)) one.destroy()
    },
    async connect(...said: object[]): Promise<RawSocket> {
      const socket = await openRawSocket(app.url, { key: app.adminKey })
      open.push(socket)
      socket.send(...said)
      return socket
    },
    async order(more: { body?: string } = {}): Promise<string> {
      orders += 1
      const transactionId = `order-${orders}`
      const draft = receiptDraft(way, app.clock(), { transactionId, ...more })
      await app.ledger.keepPostback(draft, named(way, { transactionId, amount: '10' }))
      return transactionId
    },
    waitingFor,
    isGone: (port: number) => atServer.get(port)?.destroyed ?? true,

    /**
     * Books until so much waits for the peer at this port that it is left alone, and then some more; the most that ever
     * waited for it.
     */
    async stall(port: number, book: () => Promise<void>): Promise<number> {
      let most = 0
      for (let more = 0, all = 0; more < 30; all += 1) {
        assert.ok(all < 2_000, 'the buffers of the system never fill up')
        await book()
        most = Math.max(most, waitingFor(port))
        if (most > softBytes) more += 1
      }
      return most
    },

    /** What waited when it was full, and the few messages that were due together with the one that filled it. */
    assertBounded: (most: number, ofBytes = messageBytes) =>
      assert.ok(most < softBytes + 4 * ofBytes, `${most} bytes waited`),
  }
}

export type SlowWorld = Awaited<ReturnType<typeof createSlowWorld>>

const adminOf = ({ workspaceId }: TestApp): Scope => ({
  workspaceId,
  keyId: newId<'key'>(),
  role: 'ADMIN',
  advertiserId: null,
  affiliateId: null,
})
