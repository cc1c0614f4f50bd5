import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** For connections on which nothing was asked yet, such as browsers open ahead: their request may be on its way. */
const unusedMs = 1_000
/** For requests that are being answered. */
const answeringMs = 10_000

/**
 * Gives what closes the server within a bound. Closing by itself waits for every connection that is not idle, and one
 * that was never used does not count as idle.
 */
export function prepareClosing(app: FastifyInstance): () => Promise<void> {
  const server: Server = app.server
  const unused = new Set<Socket>()
  server.on('connection', (socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket))
  server.on('upgrade', ({ socket }) => unused.delete(socket))

  return async () => {
    const timers = [
      setTimeout(() => {
        for (const socket of unused) socket.destroy()
        server.closeIdleConnections()
      }, unusedMs),
      setTimeout(() => server.closeAllConnections(), answeringMs),
    ]
    await app.close()
    for (const timer of timers) clearTimeout(timer)
  }
}
