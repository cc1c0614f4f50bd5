import type { Writable } from 'node:stream'
import type { ClientBase } from 'pg'

/** What a connection's own queries are written to; not in pg's types. */
export function streamOf(client: ClientBase): Writable {
  return (client as unknown as { connection: { stream: Writable } }).connection.stream
}

/**
 * Gives a function to be called before something is sent: with it goes, in one write, what is sent until all promises
 * that are settled have been heard of. Writes to the database are most of what a short read costs.
 */
export function createTogether(client: ClientBase): () => void {
  const stream = streamOf(client)
  let isHeld = false
  return () => {
    if (isHeld) return
    isHeld = true
    stream.cork()
    process.nextTick(() => {
      isHeld = false
      stream.uncork()
    })
  }
}
