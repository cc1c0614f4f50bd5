import pg from 'pg'

/** PostgreSQL's LISTEN and NOTIFY on one channel, over a connection of its own. What is said while it is down is lost. */
export interface Notifications {
  readonly isConnected: boolean
  /** Sends each of these as a message of its own; rejects while the connection is down. */
  notify(messages: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface NotificationsOptions {
  readonly connection: pg.ClientConfig
  readonly channel: string
  readonly onMessage: (message: string) => void
  readonly onError: (error: unknown, doing: string) => void
}

const retryMs = 1_000
const timeoutMs = 5_000

export function openNotifications({ connection, channel, onMessage, onError }: NotificationsOptions): Notifications {
  let client: pg.Client | null = null
  let closed = false
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const opening = new pg.Client({
      ...connection,
      application_name: 'pulseback notifications',
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    })
    opening.on('error', (error) => lose(opening, error))
    opening.on('end', () => lose(opening, null))
    opening.on('notification', ({ payload }) => {
      if (payload !== undefined) onMessage(payload)
    })
    try {
      await opening.connect()
      await opening.query(`listen ${pg.escapeIdentifier(channel)}`)
      client = opening
      if (closed) await opening.end()
    } catch (error) {
      lose(opening, error)
    }
  }

  const lost = new WeakSet<pg.Client>()
  function lose(which: pg.Client, error: unknown): void {
    if (closed || lost.has(which)) return
    lost.add(which)
    if (client === which) client = null
    if (error !== null) onError(error, 'listening to other nodes')
    which.end().catch(() => undefined)
    timer = setTimeout(() => void connect(), retryMs)
  }

  const connecting = connect()

  return {
    get isConnected() {
      return client !== null
    },
    async notify(messages) {
      if (client === null) throw new Error('the connection for notifications is down')
      await client.query('select pg_notify($1, message) from unnest($2::text[]) as m (message)', [channel, messages])
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await connecting
      await client?.end()
    },
  }
}
