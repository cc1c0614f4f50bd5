import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../kernel/errors.js'
import { allowAnyOrigin } from './any-origin.js'
import { readClickCookie } from './click-cookie.js'
import { createIntakeCounts, type IntakeCounts } from './intake-counts.js'
import { createVisitorLimit, type VisitorLimitDeps } from './limit-visitors.js'
import { bodyFormat } from './parse-parameters.js'
import type { PostbackRouteDeps } from './postback-route.js'
import { takeRawBodies } from './raw-bodies.js'
import { createSampledLog } from './sampled-log.js'
import { createPixelIntake, type PixelDeps } from './take-pixel.js'

/** A form of a few fields; more is nobody's conversion. */
export const maxPixelBodyBytes = 16 * 1024

/** 1×1, transparent, 43 bytes. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

export interface PixelRouteDeps extends PixelDeps, VisitorLimitDeps {
  readonly counts?: IntakeCounts
  readonly tell?: PostbackRouteDeps['tell']
}

/**
 * `GET /pixel.gif`, whose answer is a picture whatever becomes of it: a page must never show a broken one. `POST` is the
 * script's; nobody sees its answer but for debugging, so it says truly whether a receipt was kept, and by its having no
 * body tells a visitor nothing of the books.
 */
export function createPixelRoute(deps: PixelRouteDeps): FastifyPluginCallback {
  const takePixel = createPixelIntake(deps)
  const sampled = createSampledLog(deps.log, deps.clock)
  const waitMsOf = createVisitorLimit(deps)
  const { tell, counts = createIntakeCounts() } = deps

  /** The HTTP status that tells the truth about it. */
  async function take(request: FastifyRequest): Promise<number> {
    const receipts: string[] = []
    const about = () => ({ requestId: request.id, receiptId: receipts[0] ?? null })
    if (waitMsOf(request) > 0) {
      counts.pixels.count('NONE', 'RATE_LIMITED')
      return 429
    }
    try {
      const answer = await takePixel({
        method: request.method,
        url: request.raw.url ?? '',
        contentType: request.headers['content-type'],
        body: Buffer.isBuffer(request.body) ? request.body : null,
        cookieClick: readClickCookie(request.headers),
        requestId: request.id,
        receipts,
      })
      if (answer !== null) {
        const { outcome, reason, httpStatus } = answer
        counts.pixels.count(outcome, reason?.code)
        tell?.({ ...about(), outcome, reason: reason?.code ?? null, httpStatus }, 'pixel')
        return 204
      }
      counts.pixels.count('REJECTED', 'UNAUTHENTICATED')
      sampled({ ...about(), httpStatus: 400 }, 'pixel without a valid advertiser_id')
      return 400
    } catch (error) {
      if (isUnavailable(error)) {
        counts.pixels.count('NONE', 'UNAVAILABLE')
        sampled({ ...about(), httpStatus: 503 }, 'pixel not kept: the ledger is away')
        return 503
      }
      counts.pixels.count('NONE', 'INTERNAL')
      deps.log.error({ err: error, ...about() }, 'pixel failed')
      return 500
    }
  }

  return (instance, _options, done) => {
    takeRawBodies(instance, (type) => bodyFormat(type) !== null)
    allowAnyOrigin(instance, { '/pixel.gif': 'GET, POST' })
    instance.addHook('onRequest', (_request, reply, next) => {
      reply.headers({ 'cache-control': 'no-store', 'cross-origin-resource-policy': 'cross-origin' })
      next()
    })
    instance.setErrorHandler((error: FastifyError, request, reply) => {
      const httpStatus = error.statusCode === 413 ? 413 : 400
      counts.pixels.count('REJECTED', httpStatus === 413 ? 'BODY_TOO_LARGE' : 'BROKEN_BODY')
      sampled({ requestId: request.id, httpStatus, code: error.code }, 'pixel body did not arrive whole')
      return reply.code(httpStatus).send()
    })
    instance.get('/pixel.gif', async (request, reply) => {
      await take(request)
      return reply.type('image/gif').send(gif)
    })
    instance.post('/pixel.gif', { bodyLimit: maxPixelBodyBytes }, async (request, reply) =>
      answerScript(reply, await take(request)),
    )
    done()
  }
}

function answerScript(reply: FastifyReply, httpStatus: number): FastifyReply {
  if (httpStatus === 429 || httpStatus === 503) reply.header('retry-after', '1')
  return reply.code(httpStatus).send()
}
