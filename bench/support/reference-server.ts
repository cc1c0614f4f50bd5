import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { announce } from './child.js'

/** A Fastify with the options of the product's own, but for the query, which it parses with the framework's parser. */
export function createServer(): FastifyInstance & { start(): Promise<void> } {
  const server = Fastify({
    trustProxy: ['127.0.0.1'],
    logger: { level: 'error' },
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 100 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
  })
  server.get('/healthz', () => ({ status: 'ok' }))
  return Object.assign(server, {
    start: async () => announce(await server.listen({ port: 0, host: '127.0.0.1' })),
  })
}
