import type { Message } from 'graphql-ws'

/** A subscription as its socket knows it: where it stands, and what it asked. */
export interface Feed {
  readonly cursor: string
  readonly filter: unknown
}

/**
 * Where each open subscription stands, by what passes over the socket. Each change tells its place; a ping tells those
 * of feeds that have nothing to send. What is sent again after a reconnect asks for what comes behind the last place.
 */
export function createFeeds() {
  const cursors = new Map<string, string>()
  const filters = new Map<string, unknown>()

  return {
    /** Those that can be resumed. */
    resumable: (): Feed[] => [...cursors].map(([id, cursor]) => ({ cursor, filter: filters.get(id) })),
    hear(message: Message): void {
      if (message.type === 'next') {
        const cursor = message.payload.extensions?.cursor
        if (typeof cursor === 'string') cursors.set(message.id, cursor)
      }
      if (message.type === 'complete' || message.type === 'error') this.forget(message.id)
      if (message.type !== 'ping') return
      for (const [id, cursor] of Object.entries(message.payload?.cursors ?? {})) cursors.set(id, String(cursor))
    },
    forget(id: string): void {
      cursors.delete(id)
      filters.delete(id)
    },
    /** Called with each part of a message that is about to be sent; gives what is sent in its place. */
    amend(value: unknown): unknown {
      const message = value as Partial<Message> | null // JSON.stringify hands over whatever is in a message
      if (message?.type === 'complete' && message.id !== undefined) this.forget(message.id)
      if (message?.type !== 'subscribe' || message.id === undefined || message.payload === undefined) return value
      const { id, payload } = message
      const given = payload.variables?.after
      if (typeof given === 'string' && !cursors.has(id)) cursors.set(id, given)
      filters.set(id, payload.variables?.filter)
      const after = cursors.get(id)
      return after === undefined
        ? value
        : { ...message, payload: { ...payload, variables: { ...payload.variables, after } } }
    },
  }
}

export type Feeds = ReturnType<typeof createFeeds>
