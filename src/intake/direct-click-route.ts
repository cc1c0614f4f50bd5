import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { CodedError, isUnavailable } from '../kernel/errors.js'
import { encodeId } from '../kernel/ids.js'
import { allowAnyOrigin } from './any-origin.js'
import type { KeepClick } from './keep-click.js'
import { limitClicks, type VisitorLimitDeps } from './limit-visitors.js'
import { bodyFormat } from './parse-parameters.js'
import { takeRawBodies } from './raw-bodies.js'
import { toQuery } from './visitor-body.js'

/** As much as a click through a link can have in its URL. */
export const maxClickBodyBytes = 16 * 1024

export interface DirectClickDeps extends VisitorLimitDeps {
  readonly keepClick: KeepClick
}

/**
 * `POST /clicks`: keeps the click of a visitor who has come to the page already without being sent through the link, and
 * answers with its id. What a link's query may carry, the body may.
 */
export function createDirectClickRoute({ keepClick, ...limited }: DirectClickDeps): FastifyPluginCallback {
  async function answerClick(request: FastifyRequest, reply: FastifyReply) {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const query = toQuery(body, request.headers['content-type'])
    if (query === null) return reply.code(400).send(unreadable)
    const arrived = await keepClick(request, new URLSearchParams(query).get('link') ?? '', query)
    if (arrived === null) return reply.code(404).send({ error: 'NOT_FOUND: there is no such link' })
    if (!arrived.kept) return reply.code(410).send({ error: 'GONE: this offer has ended' })
    return { click: encodeId('clk', arrived.click.id) }
  }

  return (instance, _options, done) => {
    takeRawBodies(instance, (type) => bodyFormat(type) !== null)
    allowAnyOrigin(instance, { '/clicks': 'POST' })
    limitClicks(instance, limited)
    instance.addHook('onRequest', (_request, reply, next) => {
      reply.header('cache-control', 'no-store')
      next()
    })
    instance.setErrorHandler((error: FastifyError | CodedError, request, reply) => {
      if (isUnavailable(error)) {
        return reply.code(503).header('retry-after', '1').send({ error: 'UNAVAILABLE: please try again' })
      }
      const httpStatus = 'statusCode' in error ? error.statusCode : undefined
      if (httpStatus === 413) return reply.code(413).send(tooLarge)
      if (httpStatus === 400) return reply.code(400).send(unreadable)
      request.log.error({ err: error }, 'click failed')
      return reply.code(500).send({ error: 'INTERNAL: please try again' })
    })
    instance.post('/clicks', { bodyLimit: maxClickBodyBytes }, answerClick)
    done()
  }
}

const unreadable = { error: 'UNREADABLE: send the link and what else there is as JSON or as a form' }
const tooLarge = { error: `BODY_TOO_LARGE: a body may have at most ${maxClickBodyBytes} bytes` }
