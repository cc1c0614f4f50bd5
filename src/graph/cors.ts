import type { IncomingMessage } from 'node:http'
import type { FastifyCorsOptionsDelegateCallback } from '@fastify/cors'

/** Whether a browser page of this origin may talk to us. */
export type IsAllowedOrigin = (origin: string, request: IncomingMessage) => boolean

/** For `@fastify/cors`: what the API lets other origins do. Keys travel in a header, so no origin gets credentials. */
export function corsFor(isAllowedOrigin: IsAllowedOrigin): FastifyCorsOptionsDelegateCallback {
  return (request, callback) => {
    const { origin } = request.headers
    callback(null, {
      origin: origin !== undefined && isAllowedOrigin(origin, request.raw),
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'last-event-id', 'if-none-match'],
      exposedHeaders: ['etag', 'pulseback-as-of', 'content-disposition', 'retry-after'],
      maxAge: 600,
    })
  }
}
