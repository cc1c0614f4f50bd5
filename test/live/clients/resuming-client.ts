import { type Client, type ClientOptions, createClient } from 'graphql-ws'

/** graphql-ws's client, except that a subscription goes on where a lost connection left it. */
export function createResumingClient(options: ClientOptions): Client {
  const cursors = new Map<string, unknown>()
  let silence: ReturnType<typeof setTimeout> | undefined
  const awaitPong = () => {
    clearTimeout(silence)
    silence = setTimeout(() => client.terminate(), 5_000)
  }
  const stopWaiting = () => {
    clearTimeout(silence)
    silence = undefined
  }
  const client: Client = createClient({
    keepAlive: 10_000,
    retryWait: (retries) => new Promise((go) => setTimeout(go, Math.random() * Math.min(2 ** retries, 15) * 1000)),
    ...options,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    on: {
      message(message) {
        // What was on its way before a ping puts the end off, and is no answer to it.
        if (silence !== undefined) awaitPong()
        // Each change tells where it stands; a ping tells it of feeds that have nothing to send.
        if (message.type === 'next') cursors.set(message.id, message.payload.extensions?.cursor)
        if (message.type === 'complete' || message.type === 'error') cursors.delete(message.id)
        if (message.type !== 'ping') return
        for (const [id, cursor] of Object.entries(message.payload?.cursors ?? {})) cursors.set(id, cursor)
      },
      // After a laptop's sleep a connection may be dead without a sign: whoever answers no ping is given up.
      ping: (received) => received || awaitPong(),
      pong: (received) => received && stopWaiting(),
      closed: stopWaiting,
    },
    // What is sent again after a reconnect asks for what comes behind the last cursor.
    jsonMessageReplacer(_key, value) {
      const after = cursors.get(value?.id)
      if (value?.type === 'complete') cursors.delete(value.id)
      if (value?.type !== 'subscribe' || after === undefined) return value
      return { ...value, payload: { ...value.payload, variables: { ...value.payload.variables, after } } }
    },
  })
  return client
}
