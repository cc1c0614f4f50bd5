import type { FastifyInstance } from 'fastify'
import type { ErrorCode } from '../kernel/errors.js'
import { type AnswerOptions, createAnswer } from './answer-export.js'
import { exportNames } from './exports.js'

export interface ExportRouteOptions extends AnswerOptions {
  /** An error as clients may see it. */
  readonly mask: (error: unknown) => ToldError
}

export interface ToldError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>>
}

const statusOf: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  CONFLICT: 409,
  TOO_COMPLEX: 422,
  RATE_LIMITED: 429,
  CURSOR_EXPIRED: 410,
  UNAVAILABLE: 503,
  INTERNAL: 500,
}

/** What an answer has and a refusal has not. */
const answersOwn = ['etag', 'pulseback-as-of', 'content-disposition']

/** `GET /export/…`, each a table of the books as a file. A refusal is JSON in the form of a GraphQL answer's errors. */
export async function exportRoutes(app: FastifyInstance, { mask, ...options }: ExportRouteOptions): Promise<void> {
  const answer = createAnswer(options)

  app.setErrorHandler((error, _request, reply) => {
    const told = mask(error)
    const status = statusOf[told.extensions?.code as ErrorCode] ?? 500 // of ours, if it has one
    for (const header of answersOwn) reply.removeHeader(header)
    if (status === 429 || status === 503) reply.header('retry-after', options.limits.retryAfterSeconds)
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send({ errors: [told] })
  })

  for (const name of exportNames) {
    app.route({
      method: ['GET', 'HEAD'],
      url: `/export/${name}`,
      handler: (request, reply) => answer(name, request, reply),
    })
  }
}
