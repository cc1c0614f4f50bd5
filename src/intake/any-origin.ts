import type { FastifyInstance } from 'fastify'

/**
 * Any page may call this plugin's routes, given with their methods, and none gets to send a visitor's credentials along. `authorization` has to
 * be named: to browsers `*` does not include it.
 */
export function allowAnyOrigin(instance: FastifyInstance, methodsByUrl: Readonly<Record<string, string>>): void {
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.header('access-control-allow-origin', '*')
    done()
  })
  for (const [url, methods] of Object.entries(methodsByUrl)) {
    instance.options(url, (_request, reply) => {
      reply
        .code(204)
        .header('access-control-allow-methods', methods)
        .header('access-control-allow-headers', '*, authorization')
        .header('access-control-max-age', '86400')
        .send()
    })
  }
}
