import { type Client, createClient } from 'graphql-ws'
import type { ConnectionEvents } from './connection'
import { createFeeds, type Feed } from './feeds'

export interface SocketOptions {
  readonly url: string
  readonly connection: ConnectionEvents
  token(): Promise<string | null>
  /** Resolves to true when none of these feeds lacks anything that was booked before. */
  caughtUp(feeds: () => readonly Feed[], signal: AbortSignal): Promise<boolean>
  /** The server takes neither key nor session. */
  onUnauthenticated(): void
}

const unauthenticatedCode = 4401
const pingEveryMs = 10_000
const pongWithinMs = 5_000
const longestRetryMs = 15_000
/** Going from one view to the next keeps the socket. */
const keepUnusedMs = 5_000

/** The page's one socket. It comes back for as long as it takes, and its subscriptions go on where they were. */
export function createSocket({ url, connection, token, caughtUp, onUnauthenticated }: SocketOptions): Client {
  const feeds = createFeeds()
  const wake = createWake()
  let silence: ReturnType<typeof setTimeout> | undefined
  let present = new AbortController()

  function awaitPong(): void {
    clearTimeout(silence)
    silence = setTimeout(() => client.terminate(), pongWithinMs)
  }
  function stopWaiting(): void {
    clearTimeout(silence)
    silence = undefined
  }

  const client = createClient({
    url,
    lazy: true,
    lazyCloseTimeout: keepUnusedMs,
    keepAlive: pingEveryMs,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (retries) => wake.within(Math.random() * Math.min(2 ** retries * 1_000, longestRetryMs)),
    connectionParams: async () => ({ authorization: `Bearer ${(await token()) ?? ''}` }),
    jsonMessageReplacer: (_key, value) => feeds.amend(value),
    on: {
      connecting: () => connection.connecting(),
      connected() {
        present = new AbortController()
        const { signal } = present
        connection.connected(() => caughtUp(feeds.resumable, signal))
      },
      message(message) {
        // What was on its way before a ping puts the end off, and is no answer to it.
        if (silence !== undefined) awaitPong()
        feeds.hear(message)
        if (message.type === 'next') connection.received()
      },
      // After a laptop's sleep a connection may be dead without a sign: whoever answers no ping is given up.
      ping: (received) => received || awaitPong(),
      pong: (received) => received && stopWaiting(),
      closed(event) {
        stopWaiting()
        present.abort()
        const { code } = event as CloseEvent // graphql-ws leaves it open, for sockets that are not the browser's
        connection.closed(code === 1000 ? 'unused' : 'lost')
        if (code === unauthenticatedCode) onUnauthenticated()
      },
    },
  })
  const giveUp = () => client.terminate()
  window.addEventListener('offline', giveUp)
  const { dispose } = client
  return {
    ...client,
    async dispose() {
      window.removeEventListener('offline', giveUp)
      wake.close()
      // One that is just connecting rejects with how that ended, which is an end as well.
      await Promise.resolve(dispose()).catch(() => undefined)
    },
  }
}

/** Waits, but no longer than until the network is back or somebody looks at the page. */
function createWake() {
  const closing = new AbortController()
  const { signal } = closing
  let go = () => {}
  window.addEventListener('online', () => go(), { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && go(), { signal })
  return {
    within: (ms: number) =>
      new Promise<void>((resolve) => {
        go = resolve
        setTimeout(resolve, ms)
      }),
    close: () => closing.abort(),
  }
}
