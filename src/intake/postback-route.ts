import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../kernel/errors.js'
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
import { createIntakeCounts, type IntakeCounts } from './intake-counts.js'
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
  readonly counts?: IntakeCounts
  /** Told of each postback that was answered; absent where nobody reads it. */
  readonly tell?: (details: object, message: string) => void
}

/** `GET|POST /postback` and `POST /postback/batch`: HTTP, with the body as bytes and every answer in the one shape. */
export function createPostbackRoute(deps: PostbackRouteDeps): FastifyPluginCallback {
  const intake = createPostbackIntake(deps)
  const sampled = createSampledLog(deps.log, deps.clock)
  const { tell, counts = createIntakeCounts() } = deps

  const answerBy =
    (take: typeof takePostback | typeof takeBatch) => async (request: FastifyRequest, reply: FastifyReply) => {
      const arrived = toArrived(request)
      const { ip, requestId } = arrived
      try {
        const answer = await take(intake, arrived)
        if (answer.httpStatus === 401) {
          sampled({ requestId, ip, httpStatus: 401 }, 'postback without a valid token or signature')
        }
        return send(request, reply, answer)
      } catch (error) {
        return send(request, reply, answerTo(error, request, arrived.receipts))
      }
    }

  function answerTo(error: unknown, request: FastifyRequest, receipts: readonly string[]): HttpAnswer {
    const about = { requestId: request.id, ...nameReceipts(receipts), ip: readAddress(request.ip) }
    if (isUnavailable(error)) {
      sampled({ ...about, httpStatus: 503 }, 'postback not kept: the ledger is away')
      return unavailableAnswer
    }
    const { statusCode, code } = error as Partial<FastifyError> // an Error of whatever kind; both are asked for
    if (statusCode === 413) {
      sampled({ ...about, httpStatus: 413 }, 'postback too large')
      return tooLargeAnswer(request.routeOptions.bodyLimit)
    }
    if (statusCode === 400) {
      sampled({ ...about, httpStatus: 400, code }, 'postback body did not arrive whole')
      return brokenBodyAnswer
    }
    deps.log.error({ err: error, ...about }, 'postback failed')
    return internalAnswer
  }

  /** Every answer goes out here, and is counted. */
  function send(request: FastifyRequest, reply: FastifyReply, answer: HttpAnswer): FastifyReply {
    for (const one of answer.entries ?? [answer]) {
      counts.postbacks.count(one.outcome ?? 'NONE', one.code ?? '')
      if (one.refusedBy !== undefined) noteRefusal(request, one.refusedBy)
      else tell?.({ requestId: request.id, receiptId: one.receipt, ...told(one) }, 'postback')
    }
    return write(reply, answer)
  }

  function noteRefusal(request: FastifyRequest, by: NonNullable<HttpAnswer['refusedBy']>): void {
    deps.limits.refused[by.limit]++
    sampled({ requestId: request.id, ip: readAddress(request.ip), httpStatus: 429, ...by }, 'too many postbacks')
  }

  return (instance, _options, done) => {
    // Before the body: who sends too much does not get to send more.
    instance.addHook('onRequest', (request, reply, next) => {
      const waitMs = deps.limits.address.takeMs(addressKey(readAddress(request.ip)))
      if (waitMs === 0) return next()
      send(request, reply, limitedAnswer('address', waitMs))
    })
    takeRawBodies(instance, (type) => bodyFormat(type) !== null || batchFormat(type) !== null)
    instance.setErrorHandler((error, request, reply) => send(request, reply, answerTo(error, request, [])))
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
      handler: (request, reply) => send(request, reply, wrongMethodAnswer),
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
    requestId: request.id,
    receipts: [],
  }
}

const maxNamed = 20

/** Of a batch's many the first ones. */
const nameReceipts = (receipts: readonly string[]) =>
  receipts.length <= 1 ? { receiptId: receipts[0] ?? null } : { receiptIds: receipts.slice(0, maxNamed) }

const told = ({ outcome, code, httpStatus }: HttpAnswer) => ({ outcome, reason: code, httpStatus })

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function write(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  if (answer.headers !== undefined) reply.headers(answer.headers)
  // A postback by GET must not be answered out of somebody's cache: it would never get here.
  return reply
    .code(answer.httpStatus)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type(answer.contentType ?? 'application/json; charset=utf-8')
    .send(answer.body)
}
