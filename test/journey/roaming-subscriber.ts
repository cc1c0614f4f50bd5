import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { adminKey } from '../support/server.js'
import { type Change, changeFields } from './check-feed.js'

const query = `subscription ($after: Cursor) { conversions(after: $after) { ${changeFields} } }`

const retryMs = 300

interface Message {
  readonly data?: { readonly conversions: Change } | null
  readonly errors?: readonly unknown[]
}

/** A stock client that outlives nodes: when its socket ends it comes back, at `nextUrl()`, behind the last cursor. */
export interface RoamingSubscriber {
  readonly seen: readonly Change[]
  /** Where it was let in, one entry for each time. */
  readonly connections: readonly string[]
  /** The code of each end of a socket that had been let in, in order. */
  readonly closeCodes: readonly number[]
  /** What it was told that no subscriber should be: an error, or that the feed is over. */
  readonly complaints: readonly string[]
  end(): Promise<void>
}

/** `nextUrl` is asked at each attempt to connect; `onClose` is told of each end of a socket that had been let in. */
export function roam(nextUrl: () => string, after: string, onClose: (url: string) => void = () => {}) {
  const seen: Change[] = []
  const connections: string[] = []
  const closeCodes: number[] = []
  const complaints: string[] = []
  const variables = { after }
  let url = ''
  let isIn = false

  const client = createClient({
    url() {
      url = nextUrl()
      return `${url.replace('http', 'ws')}/graphql`
    },
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${adminKey}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    // By itself it would wait twice as long after each failure, and minutes where a node is away often.
    retryWait: () => pause(retryMs),
    // A node that is gone refuses the connection, which is no close event.
    shouldRetry: () => true,
    on: {
      connected() {
        isIn = true
        connections.push(url)
      },
      closed(event) {
        if (!isIn) return
        isIn = false
        closeCodes.push((event as { code: number }).code)
        onClose(url)
      },
    },
  })
  let unsubscribe = () => {}
  let isOver = false

  function follow(): void {
    if (isOver) return
    unsubscribe = client.subscribe<Message['data']>(
      { query, variables },
      {
        next(message) {
          const { data, errors } = message as Message
          if (data == null) return void complaints.push(`was told ${JSON.stringify(errors)}`)
          seen.push(data.conversions)
          variables.after = data.conversions.cursor
        },
        error(error) {
          if (isForNow(error)) setTimeout(follow, retryMs)
          else complaints.push(`was ended with ${JSON.stringify(error)}`)
        },
        complete: () => void complaints.push('was told that the feed is over'),
      },
    )
  }
  follow()

  const subscriber: RoamingSubscriber = {
    seen,
    connections,
    closeCodes,
    complaints,
    async end() {
      isOver = true
      unsubscribe()
      await client.dispose()
    },
  }
  return subscriber
}

/** Nobody can begin to follow while the database is away, and who asks is told to ask again in a moment. */
const isForNow = (error: unknown): boolean =>
  Array.isArray(error) && error.every(({ extensions }) => extensions?.code === 'UNAVAILABLE')
