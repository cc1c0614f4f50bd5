import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { CodedError } from '../kernel/errors.js'
import {
  brokenBodyAnswer,
  type HttpAnswer,
  internalAnswer,
  limitedAnswer,
  tooLargeAnswer,
  unavailableAnswer,
  wrongMethodAnswer,
} from './answer-postback.js'
import { allowAnyOrigin } from './any-origin.js'
import { bodyFormat } from './parse-parameters.js'
import { addressKey } from './rate-limit.js'
import { readAddress } from './read-address.js'
import { createSampledLog, type IntakeLog } from './sampled-log.js'
import { createPostbackIntake, type PostbackDeps } from './take-postback.js'

export const maxBodyBytes = 64 * 1024

/** Stands for every type that is not read here, those included that are none at all. */
const unreadType = 'application/octet-stream'

export interface PostbackRouteDeps extends PostbackDeps {
  readonly log: IntakeLog
}

/** `GET|POST /postback`: HTTP around `takePostback`, with the body as bytes and every answer in the one shape. */
export function createPostbackRoute(deps: PostbackRouteDeps): FastifyPluginCallback {
  const takePostback = createPostbackIntake(deps)
  const sampled = createSampledLog(deps.log, deps.clock)
  const tooLarge = tooLargeAnswer(maxBodyBytes)

  async function answerPostback(request: FastifyRequest, reply: FastifyReply) {
    const ip = readAddress(request.ip)
    const answer = await takePostback({
      method: request.method,
      url: request.raw.url ?? '',
      contentType: request.headers['content-type'],
      authorization: request.headers.authorization,
      body: Buffer.isBuffer(request.body) ? request.body : null,
      webhook: {
        id: headerOf(request, 'webhook-id'),
        timestamp: headerOf(request, 'webhook-timestamp'),
        signature: headerOf(request, 'webhook-signature'),
      },
      idempotencyKey: headerOf(request, 'idempotency-key'),
      ip,
    })
    if (answer.httpStatus === 401) sampled({ ip, httpStatus: 401 }, 'postback without a valid token or signature')
    if (answer.refusedBy !== undefined) noteRefusal(ip, answer.refusedBy)
    return send(reply, answer)
  }

  function noteRefusal(ip: string | null, by: NonNullable<HttpAnswer['refusedBy']>): void {
    deps.limits.refused[by.limit]++
    sampled({ ip, httpStatus: 429, ...by }, 'too many postbacks')
  }

  function answerTo(error: unknown, request: FastifyRequest): HttpAnswer {
    const ip = readAddress(request.ip)
    if (error instanceof CodedError && error.code === 'UNAVAILABLE') {
      sampled({ ip, httpStatus: 503 }, 'postback not kept: the ledger is away')
      return unavailableAnswer
    }
    const { statusCode, code } = error as Partial<FastifyError> // an Error of whatever kind; both are asked for
    if (statusCode === 413) {
      sampled({ ip, httpStatus: 413 }, 'postback too large')
      return tooLarge
    }
    if (statusCode === 400) {
      sampled({ ip, httpStatus: 400, code }, 'postback body did not arrive whole')
      return brokenBodyAnswer
    }
    deps.log.error({ err: error, ip }, 'postback failed')
    return internalAnswer
  }

  return (instance, _options, done) => {
    allowAnyOrigin(instance, '/postback', 'GET, POST')
    // A request's sender is found before its body is judged, so Fastify may neither parse the body nor refuse its type.
    instance.removeAllContentTypeParsers()
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    instance.addHook('onRequest', (request, reply, next) => {
      // Before the body: who sends too much does not get to send more.
      const ip = readAddress(request.ip)
      const waitMs = deps.limits.address.takeMs(addressKey(ip))
      if (waitMs > 0) {
        noteRefusal(ip, { limit: 'address' })
        send(reply, limitedAnswer('address', waitMs))
        return
      }
      const type = request.headers['content-type']
      if (type !== undefined && bodyFormat(type) === null) request.raw.headers['content-type'] = unreadType
      next()
    })
    instance.setErrorHandler((error, request, reply) => send(reply, answerTo(error, request)))
    instance.route({
      method: ['GET', 'POST'],
      url: '/postback',
      exposeHeadRoute: false,
      bodyLimit: maxBodyBytes,
      handler: answerPostback,
    })
    instance.route({
      method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: '/postback',
      bodyLimit: maxBodyBytes,
      handler: (_request, reply) => send(reply, wrongMethodAnswer),
    })
    done()
  }
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function send(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  if (answer.headers !== undefined) reply.headers(answer.headers)
  // A postback by GET must not be answered out of somebody's cache: it would never get here.
  return reply
    .code(answer.httpStatus)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(answer.body)
}
