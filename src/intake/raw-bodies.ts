import type { FastifyInstance } from 'fastify'
import { bodyFormat } from './parse-parameters.js'

/** Stands for every type that is not read here, those included that are none at all. */
const unreadType = 'application/octet-stream'

/** A request's sender is found before its body is judged, so Fastify may neither parse the body nor refuse its type. */
export function takeRawBodies(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
  instance.addHook('onRequest', (request, _reply, next) => {
    const type = request.headers['content-type']
    if (type !== undefined && bodyFormat(type) === null) request.raw.headers['content-type'] = unreadType
    next()
  })
}
