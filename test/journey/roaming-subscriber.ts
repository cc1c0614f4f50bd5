import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { adminKey } from '../support/server.js'
import { type Change, changeFields } from './check-feed.js'

const query = `subscription ($after: Cursor) { conversions(after: $after) { ${changeFields} } }`

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
  const unsubscribe = client.subscribe<Message['data']>(
    { query, variables },
    {
      next(message) {
        const { data, errors } = message as Message
        if (data == null) return void complaints.push(`was told ${JSON.stringify(errors)}`)
        seen.push(data.conversions)
        variables.after = data.conversions.cursor
      },
      error: (error) => void complaints.push(`was ended with ${JSON.stringify(error)}`),
      complete: () => void complaints.push('was told that the feed is over'),
    },
  )

  const subscriber: RoamingSubscriber = {
    seen,
    connections,
    closeCodes,
    complaints,
    async end() {
      unsubscribe()
      await client.dispose()
    },
  }
  return subscriber
}
