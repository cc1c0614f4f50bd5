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
import { takeRawBodies } from './raw-bodies.js'
import { readAddress } from './read-address.js'
import { createSampledLog, type IntakeLog } from './sampled-log.js'
import { batchFormat } from './split-entries.js'
import { takeBatch } from './take-batch.js'
import { type Arrived, createPostbackIntake, type PostbackDeps, takePostback } from './take-postback.js'

export const maxBodyBytes = 64 * 1024
/** A thousand entries of four kilobytes. */
const maxBatchBytes = 4 * 1024 * 1024

export interface PostbackRouteDeps extends PostbackDeps {
  readonly log: IntakeLog
}

/** `GET|POST /postback` and `POST /postback/batch`: HTTP, with the body as bytes and every answer in the one shape. */
export function createPostbackRoute(deps: PostbackRouteDeps): FastifyPluginCallback {
  const intake = createPostbackIntake(deps)
  const sampled = createSampledLog(deps.log, deps.clock)

  const answerBy =
    (take: typeof takePostback | typeof takeBatch) => async (request: FastifyRequest, reply: FastifyReply) => {
      const arrived = toArrived(request)
      const answer = await take(intake, arrived)
      const { ip } = arrived
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
      return tooLargeAnswer(request.routeOptions.bodyLimit)
    }
    if (statusCode === 400) {
      sampled({ ip, httpStatus: 400, code }, 'postback body did not arrive whole')
      return brokenBodyAnswer
    }
    deps.log.error({ err: error, ip }, 'postback failed')
    return internalAnswer
  }

  return (instance, _options, done) => {
    // Before the body: who sends too much does not get to send more.
    instance.addHook('onRequest', (request, reply, next) => {
      const ip = readAddress(request.ip)
      const waitMs = deps.limits.address.takeMs(addressKey(ip))
      if (waitMs === 0) return next()
      noteRefusal(ip, { limit: 'address' })
      send(reply, limitedAnswer('address', waitMs))
    })
    takeRawBodies(instance, (type) => bodyFormat(type) !== null || batchFormat(type) !== null)
    instance.setErrorHandler((error, request, reply) => send(reply, answerTo(error, request)))
    allowAnyOrigin(instance, { '/postback': 'GET, POST', '/postback/batch': 'POST' })
    instance.route({
      method: ['GET', 'POST'],
      url: '/postback',
      exposeHeadRoute: false,
      bodyLimit: maxBodyBytes,
      handler: answerBy(takePostback),
    })
    instance.route({ method: 'POST', url: '/postback/batch', bodyLimit: maxBatchBytes, handler: answerBy(takeBatch) })
    instance.route({
      method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: '/postback',
      bodyLimit: maxBodyBytes,
      handler: (_request, reply) => send(reply, wrongMethodAnswer),
    })
    done()
  }
}

function toArrived(request: FastifyRequest): Arrived {
  const { headers } = request
  const webhookId = headerOf(request, 'webhook-id')
  return {
    method: request.method,
    url: request.raw.url ?? '',
    contentType: headers['content-type'],
    authorization: headers.authorization,
    body: Buffer.isBuffer(request.body) ? request.body : null,
    ip: readAddress(request.ip),
    webhook: {
      id: webhookId,
      timestamp: headerOf(request, 'webhook-timestamp'),
      signature: headerOf(request, 'webhook-signature'),
    },
    idempotencyKey: headerOf(request, 'idempotency-key') ?? webhookId ?? null,
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
    .header('x-content-type-options', 'nosniff')
    .type(answer.contentType ?? 'application/json; charset=utf-8')
    .send(answer.body)
}
