import { type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'
import { readParent } from './traceparent.js'

/** Asked for again and again by machines that watch. */
const unwatched = new Set(['/healthz', '/readyz', '/metrics'])

/** A span for each request that has a route, in the trace that its `traceparent` names. Nothing of its query is in it. */
export function traceRequests(server: FastifyInstance, tracer: Tracer, requests: Map<string, Span>): void {
  server.addHook('onRequest', (request, reply, next) => {
    const { method, id, headers } = request
    const route = request.routeOptions.url
    if (route === undefined || unwatched.has(route)) return next()
    const span = tracer.startSpan(
      `${method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': method, 'http.route': route, 'pulseback.request_id': id },
      },
      readParent(headers),
    )
    requests.set(id, span)
    // Answered, or left.
    reply.raw.once('close', () => {
      // A proxy may give one id to two.
      if (requests.get(id) === span) requests.delete(id)
      const receipt = reply.getHeader('pulseback-receipt')
      if (typeof receipt === 'string') span.setAttribute('pulseback.receipt_id', receipt)
      const { statusCode } = reply.raw
      span.setAttribute('http.response.status_code', statusCode)
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
    next()
  })
}
