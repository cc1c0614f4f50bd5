import { connect, type NatsConnection, type NodeConnectionOptions, type Subscription } from '@nats-io/transport-node'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Commit } from '../ledger/ledger-change.js'
import type { OpenBus } from './bus.js'
import type { News } from './tail.js'

/** Servers allow a megabyte by default; a batch that is larger is told of without its lines. */
const maxBytes = 512 * 1024
const retryMs = 1_000
const pingMs = 5_000

/**
 * For many nodes: who commits publishes the lines themselves, so the others need not ask the database. While there is no
 * server nothing is published, and nothing is kept for later: the others find it in the ledger.
 */
export const natsBus =
  (urls: readonly string[], onError: (error: unknown, doing: string) => void): OpenBus =>
  async (hear) => {
    const followed = new Map<WorkspaceId, Subscription | null>()
    let connection: NatsConnection | null = null
    let isUp = false
    let closed = false

    async function open(): Promise<void> {
      try {
        const opened = await connect({ ...readUrls(urls), ...settings })
        if (closed) return await opened.close()
        connection = opened
        isUp = true
        for (const workspaceId of followed.keys()) followed.set(workspaceId, subscribe(opened, workspaceId))
        void watch(opened)
      } catch (error) {
        if (closed) return
        onError(error, 'connecting to NATS')
        setTimeout(() => void open(), retryMs).unref()
      }
    }

    async function watch(opened: NatsConnection): Promise<void> {
      for await (const { type } of opened.status()) {
        if (type === 'disconnect') isUp = false
        if (type === 'reconnect') isUp = true
      }
    }

    function subscribe(opened: NatsConnection, workspaceId: WorkspaceId): Subscription {
      return opened.subscribe(subjectOf(workspaceId), {
        callback(error, message) {
          if (error !== null) return onError(error, 'hearing of other nodes')
          const news = readNews(message.string())
          if (news?.workspaceId === workspaceId) hear(news)
        },
      })
    }

    const opening = open()

    return {
      kind: 'nats',
      get isConnected() {
        return isUp
      },
      publish(commit) {
        if (connection === null || !isUp) return
        connection.publish(subjectOf(commit.workspaceId), writeCommit(commit))
      },
      follow(workspaceId) {
        followed.set(workspaceId, connection === null ? null : subscribe(connection, workspaceId))
        return () => {
          followed.get(workspaceId)?.unsubscribe()
          followed.delete(workspaceId)
        }
      },
      async close() {
        closed = true
        // What was published last is still on its way out.
        if (isUp) await connection?.flush().catch(() => undefined)
        if (connection !== null) await connection.close()
        else await Promise.race([opening, new Promise((resolve) => setTimeout(resolve, retryMs))])
      },
    }
  }

const settings = {
  name: 'pulseback',
  noEcho: true,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  pingInterval: pingMs,
  maxPingOut: 2,
  timeout: 5_000,
} satisfies NodeConnectionOptions

const subjectOf = (workspaceId: WorkspaceId) => `pulseback.${workspaceId}.changes`

/** `nats://user:password@host:4222` or, with a token, `nats://token@host:4222`; `tls://` for TLS. */
function readUrls(urls: readonly string[]): NodeConnectionOptions {
  const parsed = urls.map((url) => new URL(url))
  const servers = parsed.map(({ hostname, port }) => `${hostname}:${port || '4222'}`)
  const [first] = parsed
  const user = decodeURIComponent(first?.username ?? '')
  const pass = decodeURIComponent(first?.password ?? '')
  return {
    servers,
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(first?.protocol === 'tls:' ? { tls: {} } : {}),
  }
}

function writeCommit(commit: Commit): string {
  const text = JSON.stringify(commit)
  return Buffer.byteLength(text) <= maxBytes ? text : JSON.stringify({ ...commit, changes: [], touched: null })
}

function readNews(text: string): News | null {
  try {
    const news: News = JSON.parse(text)
    const numbers = [news.epoch, news.position, news.revision, news.receiptSequence, news.catalogVersion]
    return numbers.every(Number.isSafeInteger) && Array.isArray(news.changes) ? news : null
  } catch {
    return null
  }
}
