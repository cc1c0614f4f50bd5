import type { StartedServer } from '../support/server.js'

/** What a subscriber has seen so far. */
export interface Seen {
  /** The conversion of each change, in the order of arrival. */
  readonly changes: string[]
  connections: number
}

interface Message {
  readonly data?: {
    readonly conversions: { readonly cursor: string; readonly conversion: { readonly id: string } }
  } | null
  readonly errors?: readonly unknown[]
}

const query = `subscription ($after: Cursor) { conversions(after: $after) { cursor conversion { id } } }`

/**
 * Follows the ledger with the stock client. One that is restless breaks its connection after every so many messages,
 * and goes on behind the last cursor that it saw: the one thing that a client has to do to miss nothing.
 */
export function follow(server: StartedServer, { reconnectEvery }: { reconnectEvery: number | null }) {
  const seen: Seen = { changes: [], connections: 0 }
  const variables: { after?: string } = {}
  const ready = Promise.withResolvers<void>()
  let ended = false
  let client = server.subscriber()

  async function connect(): Promise<void> {
    // From the books' present end on: what is there before is not to be missed while connecting.
    const head = await server.ask<{ viewer: { workspace: { head: string } } }>('{ viewer { workspace { head } } }')
    variables.after = head.viewer.workspace.head
    ready.resolve()
    while (!ended) {
      await session()
      client = server.subscriber()
    }
  }

  /** One connection, until it is broken. */
  async function session(): Promise<void> {
    seen.connections += 1
    let here = 0
    for await (const message of client.iterate({ query, variables }) as AsyncIterable<Message>) {
      if (message.data == null) throw new Error(`a subscriber was told ${JSON.stringify(message.errors)}`)
      const { cursor, conversion } = message.data.conversions
      seen.changes.push(conversion.id)
      variables.after = cursor
      here += 1
      if (here === reconnectEvery) {
        client.terminate()
        return
      }
    }
  }

  const running = connect().catch((error: unknown) => {
    if (!ended) ready.reject(error)
    return error
  })

  return {
    seen,
    started: ready.promise,
    async end() {
      ended = true
      await client.dispose()
      await running
    },
  }
}
