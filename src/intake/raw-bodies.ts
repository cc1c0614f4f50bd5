import type { FastifyInstance } from 'fastify'

/** Stands for every type that is not read here, those included that are none at all. */
const unreadType = 'application/octet-stream'

/** A request's sender is found before its body is judged, so Fastify may neither parse the body nor refuse its type. */
export function takeRawBodies(instance: FastifyInstance, isRead: (contentType: string) => boolean): void {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
  instance.addHook('onRequest', (request, _reply, next) => {
    const type = request.headers['content-type']
    if (type !== undefined && !isRead(type)) request.raw.headers['content-type'] = unreadType
    next()
  })
}
